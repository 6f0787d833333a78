"""The province of 2020 and its cast, known to every test.

Lan reports for the district Na Hang and Kỳ signs there; Minh reports for Chiêm Hóa; Huyền is an
officer of the lead department, Tú another; Hùng leads; Quân administers.
"""

import datetime as dt
import os
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from directives.choices import Role
from directives.loading import load
from directives.models import Body, Obligation, User, indicators_of, rules_of
from reports.comparing import peers_of
from reports.models import Period
from reports.models.periods import asked_in

# On PostgreSQL only what asks a database something: pure rooms, papers and most of the browser ran on SQLite already.
ON_SQLITE_ONLY = [
    "browser/test_leftovers.py",
    "browser/test_officers_journey.py",
    "browser/test_officers_pages.py",
    "browser/test_pages.py",
    "browser/test_typing.py",
    "directives/test_rules.py",
    "directives/test_working_days.py",
    "portal/test_language.py",
    "reports/test_consolidation.py",
    "reports/test_durability.py",
    "reports/test_excel.py",
    "reports/test_excel_form_*.py",
    "reports/test_file_types.py",
    "reports/test_fingerprints.py",
    "reports/test_numbers.py",
    "reports/test_outliers.py",
    "reports/test_paper.py",
    "reports/test_pdf.py",
    "reports/test_privacy.py",
    "reports/test_typed.py",
    "reports/test_who_may.py",
    "test_house.py",
]
collect_ignore_glob = ON_SQLITE_ONLY if os.environ.get("DATABASE_URL", "").startswith("postgres") else []

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def at(year, month, day, hour=9, minute=0, second=0):
    """A moment in Vietnam."""
    return dt.datetime(year, month, day, hour, minute, second, tzinfo=VIETNAM)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Every test starts from the loaded data files."""
    with django_db_blocker.unblock():
        load()


def ensure_loaded():
    """After a test with a live server the database is empty: the next one finds the data files loaded again."""
    if not Obligation.objects.exists():
        load()


@pytest.fixture(autouse=True)
def _loaded(request, django_db_blocker):
    if {"db", "transactional_db"} & set(request.fixturenames):
        request.getfixturevalue("django_db_setup")
        with django_db_blocker.unblock():
            ensure_loaded()


@pytest.fixture(autouse=True)
def _fresh_catalogue_memory():
    """A test that loads other data leaves nothing behind in memory."""
    remembered = (indicators_of, rules_of, asked_in, peers_of)
    for each in remembered:
        each.cache_clear()
    yield
    for each in remembered:
        each.cache_clear()


def person(username, role, body=None, name=""):
    user = User(username=username, role=role, body=Body.objects.get(code=body) if body else None, last_name=name)
    user.set_password("mat-khau-thu-nghiem-2020")
    user.save()
    return user


@pytest.fixture
def cast(db):
    return SimpleNamespace(
        lan=person("lan", Role.REPORTER, "na-hang", "Lan"),
        ky=person("ky", Role.SIGNATORY, "na-hang", "Kỳ"),
        minh=person("minh", Role.REPORTER, "chiem-hoa", "Minh"),
        yen=person("yen", Role.REPORTER, "so-y-te", "Yến"),
        huyen=person("huyen", Role.OFFICER, name="Huyền"),
        tu=person("tu", Role.OFFICER, name="Tú"),
        hung=person("hung", Role.LEADER, name="Hùng"),
        quan=person("quan", Role.ADMINISTRATOR, name="Quân"),
    )


@pytest.fixture
def obligation(db):
    return Obligation.objects.get()


@pytest.fixture
def period(obligation):
    """The year 2020, asked of the bodies of December 2020."""
    return Period.objects.open(obligation, 2020, as_of=dt.date(2020, 12, 1))


@pytest.fixture
def report_of(period):
    """The 2020 report of a body, by its code."""
    return lambda code: period.reports.select_related("period", "body").get(body__code=code)


@pytest.fixture
def report(report_of):
    return report_of("na-hang")
