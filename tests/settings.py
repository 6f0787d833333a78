"""The portal's settings for the tests; SQLite unless DATABASE_URL names another database."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only-for-tests-only-for-tests-only-for-tests")
os.environ.setdefault("HTTPS", "off")
os.environ["DEBUG"] = "off"
os.environ["SECOND_FACTOR_REQUIRED"] = "off"
os.environ["TASKS"] = "immediate"
os.environ.setdefault("EMAIL_URL", "memorymail://")

_files = tempfile.TemporaryDirectory(prefix="portal-files-", ignore_cleanup_errors=True)
os.environ["PRIVATE_FILES"] = _files.name

from portal.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A real file: an SQLite database in memory is locked as no real one is when two threads write.
    _folder = tempfile.TemporaryDirectory(prefix="portal-tests-", ignore_cleanup_errors=True)
    DATABASES["default"]["TEST"] = {"NAME": Path(_folder.name) / "test.sqlite3"}  # noqa: F405
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405 - a live server's thread must not hold the test database open
