"""The portal's settings for the tests; SQLite unless DATABASE_URL names another database."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-only-for-tests-only-for-tests")
os.environ.setdefault("HTTPS", "off")
os.environ["DEBUG"] = "off"
os.environ["SECOND_FACTOR_REQUIRED"] = "off"
os.environ.setdefault("EMAIL_URL", "memorymail://")

from portal.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405 - a live server's thread must not hold the test database open
