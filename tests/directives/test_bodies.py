"""Bodies in protocol order, effective-dated, with their links; people and the body they act for."""

import datetime as dt
from contextlib import nullcontext
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from directives.choices import Role
from directives.models import Body, BodyLink, LeadTerm, User

pytestmark = pytest.mark.django_db

DISTRICTS = ["tp-tuyen-quang", "lam-binh", "na-hang", "chiem-hoa", "ham-yen", "yen-son", "son-duong"]


def codes(bodies):
    return [body.code for body in bodies]


def test_protocol_order_is_stored_never_alphabetical():
    kinds = [body.kind for body in Body.objects.all()]
    assert kinds == ["front"] * 6 + ["department"] * 26 + ["district"] * 7
    assert codes(Body.objects.all())[0] == "mttq-tinh"
    assert codes(Body.objects.filter(kind="district")) == DISTRICTS
    assert codes(Body.objects.filter(kind="district")) != sorted(DISTRICTS)


@pytest.mark.parametrize(
    ("day", "districts", "lead_office"),
    [
        (dt.date(2020, 12, 1), 7, True),
        (dt.date(2025, 2, 28), 7, True),  # the last day still counts
        (dt.date(2025, 3, 1), 7, False),
        (dt.date(2025, 6, 30), 7, False),
        (dt.date(2025, 7, 1), 0, False),
    ],
)
def test_who_exists_on_a_day(day, districts, lead_office):
    there = codes(Body.objects.valid_on(day))
    assert (len(set(there) & set(DISTRICTS)), "so-ldtbxh" in there) == (districts, lead_office)


@pytest.mark.parametrize(
    ("first", "last", "day", "there"),
    [
        (None, None, dt.date(2020, 1, 1), True),
        (dt.date(2020, 1, 1), None, dt.date(2019, 12, 31), False),
        (dt.date(2020, 1, 1), None, dt.date(2020, 1, 1), True),
        (None, dt.date(2020, 1, 1), dt.date(2020, 1, 1), True),
        (None, dt.date(2020, 1, 1), dt.date(2020, 1, 2), False),
    ],
)
def test_both_ends_count(first, last, day, there):
    Body.objects.filter(code="na-hang").update(valid_from=first, valid_to=last)
    assert ("na-hang" in codes(Body.objects.valid_on(day))) is there


def test_the_function_passed_on():
    links = [(li.predecessor.code, li.successor.code, li.kind, li.on) for li in BodyLink.objects.all()]
    assert links == [("so-ldtbxh", "so-y-te", "function", dt.date(2025, 3, 1))]
    assert codes(Body.objects.get(code="so-ldtbxh").successors.all()) == ["so-y-te"]
    assert codes(Body.objects.get(code="so-y-te").predecessors.all()) == ["so-ldtbxh"]


def test_the_same_change_is_kept_once():
    link = BodyLink.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        BodyLink.objects.create(predecessor=link.predecessor, successor=link.successor, kind=link.kind, on=link.on)
    assert BodyLink.objects.count() == 1


@pytest.mark.parametrize(
    ("ends", "kind", "share", "refused"),
    [
        (("son-duong", "ham-yen"), "merge", None, "vừa kế thừa cơ quan khác"),  # and ham-yen went on to yen-son
        (("yen-son", "son-duong"), "merge", None, "vừa kế thừa cơ quan khác"),
        (("ham-yen", "son-duong"), "split", "60", ""),
        (("ham-yen", "son-duong"), "split", "60.0001", "không được quá 100"),
        (("son-duong", "na-hang"), "merge", None, ""),
        (("yen-son", "son-duong"), "function", None, ""),  # it lives on with its figures
    ],
)
def test_a_link_that_would_have_to_be_guessed_is_refused(ends, kind, share, refused):
    body = {each.code: each for each in Body.objects.all()}
    day = dt.date(2024, 1, 1)
    first = BodyLink(predecessor=body["ham-yen"], successor=body["yen-son"], kind="split", on=day, share=Decimal(40))
    first.full_clean()
    first.save()
    first.full_clean()  # itself is no other
    link = BodyLink(
        predecessor=body[ends[0]], successor=body[ends[1]], kind=kind, on=day, share=share and Decimal(share)
    )
    with pytest.raises(ValidationError, match=refused) if refused else nullcontext():
        link.full_clean()


def test_a_body_that_led_cannot_be_deleted():
    from django.db.models import ProtectedError

    with pytest.raises(ProtectedError):
        LeadTerm.objects.first().body.delete()


@pytest.mark.parametrize(
    ("role", "has_body", "allowed"),
    [
        (Role.REPORTER, True, True),
        (Role.REPORTER, False, False),
        (Role.SIGNATORY, True, True),
        (Role.SIGNATORY, False, False),
        (Role.OFFICER, False, True),
        (Role.OFFICER, True, False),
        (Role.LEADER, False, True),
        (Role.LEADER, True, False),
        (Role.ADMINISTRATOR, False, True),
        (Role.ADMINISTRATOR, True, False),
    ],
)
def test_the_database_knows_who_acts_for_a_body(role, has_body, allowed):
    body = Body.objects.get(code="na-hang") if has_body else None
    try:
        with transaction.atomic():
            User.objects.create(username="x", role=role, body=body)
    except IntegrityError:
        stored = False
    else:
        stored = True
    assert (stored, User.objects.count()) == (allowed, int(allowed))


@pytest.mark.parametrize(
    ("who", "acts_for_a_body", "consolidates"),
    [
        ("lan", True, False),
        ("ky", True, False),
        ("yen", True, False),
        ("huyen", False, True),
        ("hung", False, True),
        ("quan", False, False),
    ],
)
def test_what_a_role_means(cast, who, acts_for_a_body, consolidates):
    user = getattr(cast, who)
    assert (user.acts_for_a_body, user.consolidates) == (acts_for_a_body, consolidates)


def test_createsuperuser_makes_an_administrator():
    user = User.objects.create_superuser("goc", password="mat-khau-thu-nghiem-2020")
    assert (user.role, user.body_id, user.is_staff, user.is_superuser) == ("administrator", None, True, True)
