"""``python -m tests.benchmarks [sizes …]``: on the database of DATABASE_URL, by default SQLite."""

import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()

from django.db import connection  # noqa: E402 - needs django.setup() first
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from tests.benchmarks import adding_up, files, pages  # noqa: E402

SIZES = (38, 124, 3321)  # the province of 2020, the communes of 2025, every commune of the country


def main() -> None:
    sizes = tuple(int(size) for size in sys.argv[1:]) or SIZES
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        print(f"Python {sys.version.split()[0]}, Django {django.__version__}, {connection.vendor}, medians")
        adding_up.run(sizes)
        pages.run()
        files.run(sizes)
    finally:
        teardown_databases(databases, verbosity=0)


main()
