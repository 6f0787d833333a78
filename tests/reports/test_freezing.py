"""What is issued is kept without loss: thawed again it is the same document, and any change is another fingerprint."""

import dataclasses
import json

import pytest

from reports.document import Change, Document, Effect, Imprint, Supplement
from reports.freezing import NotFrozen, fingerprint_of, frozen, thawed
from reports.gathering import summarise
from reports.models import Period
from tests.conftest import at
from tests.factories import accept, send


@pytest.fixture
def document(cast, report_of, obligation, period):
    last_year = Period.objects.open(obligation, 2019, as_of=at(2019, 12, 1).date())
    accept(last_year.reports.get(body__code="na-hang"), cast.lan, cast.huyen, figures={"T6.06": 30, "T6.08": 30})
    accept(
        report_of("na-hang"),
        cast.lan,
        cast.huyen,
        figures={"T6.06": 12, "T6.08": 12, "T2.05": "1234.505", "T6.18": None},
    )
    send(report_of("chiem-hoa"), cast.minh)
    effect = Effect("T6.06", "Tên", "Tổng số", "12 (1/7 cơ quan)", "13 (1/7 cơ quan)")
    change = Change("figure", "UBND huyện", "T6.06", "Tên", "Tổng số", "12", "13", "Đếm sót", (effect,))
    return Document(
        summarise(period, cells=True, texts=True),
        {"direction": "Câu thứ nhất.\nCâu thứ hai & <ba>."},
        Imprint("45", "BC-X", at(2020, 12, 20).date(), ("KT. A", "B"), "Tên", ("Như trên",), "K7QF", "f" * 64, "/x/"),
        Supplement("12/BC-X", at(2020, 12, 1).date(), (change,)),
    )


def test_a_document_comes_back_the_same(document):
    through_the_database = json.loads(json.dumps(frozen(document)))
    assert thawed(through_the_database) == document


def test_the_fingerprint_is_of_the_content_alone(document):
    data = frozen(document)
    assert fingerprint_of(data) == fingerprint_of(dict(reversed(data.items())))
    other = dataclasses.replace(document, texts={"direction": "Câu thứ nhất.\nCâu thứ hai & <bốn>."})
    assert fingerprint_of(frozen(other)) != fingerprint_of(data)


@pytest.mark.parametrize("odd", [None, {}, {"schema": "document/0"}, {"schema": "document/1", "document": {"~": "os"}}])
def test_what_was_not_frozen_is_refused(odd):
    with pytest.raises(NotFrozen):
        thawed(odd)
