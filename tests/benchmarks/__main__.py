"""``python -m tests.benchmarks [parts …] [sizes …]``: on the database of DATABASE_URL; the parts are listed below."""

import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()

from django.db import connection  # noqa: E402 - needs django.setup() first
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from tests.benchmarks import adding_up, fetching, files, officers, pages, typing, words, workbooks  # noqa: E402

SIZES = (38, 124, 3321)  # the province of 2020, the communes of 2025, every commune of the country


def main() -> None:
    sizes = tuple(int(word) for word in sys.argv[1:] if word.isdigit()) or SIZES
    # Pages and files do not depend on the database: once, on SQLite, is enough.
    on_sqlite = ("sums", "fetching", "pages", "officers", "files", "words", "typing", "workbooks", "crowds")
    every = on_sqlite if connection.vendor == "sqlite" else ("sums", "fetching", "officers")
    parts = [word for word in sys.argv[1:] if not word.isdigit()] or every
    databases = setup_databases(verbosity=0, interactive=False)
    connection.settings_dict["CONN_MAX_AGE"] = 600  # as in use; the tests close theirs
    try:
        print(f"Python {sys.version.split()[0]}, Django {django.__version__}, {connection.vendor}, medians")
        for part in parts:
            {
                "sums": lambda: adding_up.run(sizes),
                "fetching": lambda: fetching.run(sizes),
                "pages": pages.run,
                "officers": lambda: officers.run(sizes),
                "files": lambda: files.run(sizes),
                "words": lambda: words.run(sizes),
                "typing": typing.run,
                "workbooks": workbooks.run,
                "crowds": typing.crowds,  # brings its own servers: SQLite and PostgreSQL both
            }[part]()
    finally:
        teardown_databases(databases, verbosity=0)


main()
