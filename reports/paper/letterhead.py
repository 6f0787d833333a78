"""What stands around one body's report on paper: its head, its addressee, the place for its signature.

Decree 30/2020/NĐ-CP, Appendix I. What the data do not say (a superior, a place, who signs) is left for the
pen and never made up; number, day, signature and seal always are.
"""

from dataclasses import dataclass

from directives.choices import LEAD_GROUP, BodyKind

from ..models import Report
from .words import line_of

DOTS = "……"  # here a pen writes
LONG_DOTS = DOTS * 3
DATE = f"ngày {DOTS} tháng {DOTS} năm {DOTS}"
SIGNS_HERE = "(Chức vụ, chữ ký, họ tên)"
DEPARTMENT = "Sở "  # how the name of a department of the provincial People's Committee begins
COMMITTEE = "Ủy ban nhân dân"
COMMITTEES = (BodyKind.DISTRICT, BodyKind.COMMUNE)


@dataclass(frozen=True, slots=True)
class Head:
    """The top of the first page. ``national``: with the country's name and motto; ``office``: line by line."""

    superior: str
    office: tuple[str, ...]
    national: bool
    number: str
    place_and_date: str


@dataclass(frozen=True, slots=True)
class Signature:
    """The titles over the signature, or a hint for the pen where the data do not know them."""

    titles: tuple[str, ...]
    hint: str


def head_of(report: Report) -> Head:
    """The head of ``report``.

    A People's Committee of a district or commune stands alone, without a superior (Appendix I). The Fatherland
    Front and the political-social organisations follow the Decree only as it suits them (Article 2): their paper
    has their name, and neither the country's name nor a symbol in the State's form.
    """
    lead = report.period.lead
    leads = report.group == LEAD_GROUP
    superior = _superior(report)
    name = line_of(lead.head_name if leads else report.name)
    return Head(
        superior=superior.upper(),
        office=tuple(line.upper() for line in _office(report.group, name, superior)),
        national=report.group != BodyKind.FRONT,
        number=f"Số: {number_of(report)}",
        place_and_date=f"{lead.place if leads else LONG_DOTS}, {DATE}",
    )


def _superior(report: Report) -> str:
    """Known for the lead, and for every sở where the lead is one.

    They are agencies of one provincial People's Committee (Decree 24/2014/NĐ-CP); of courts, police and others no.
    """
    lead = report.period.lead
    both = report.name.startswith(DEPARTMENT) and lead.head_name.startswith(DEPARTMENT)
    return lead.superior if report.group == LEAD_GROUP or (report.group == BodyKind.DEPARTMENT and both) else ""


def _office(group: str, name: str, superior: str) -> tuple[str, ...]:
    """The issuing body in lines: a committee's place on the second, and no place that the superior names already."""
    if group in COMMITTEES and name.startswith(f"{COMMITTEE} "):
        return COMMITTEE, name.removeprefix(f"{COMMITTEE} ")
    area = superior.removeprefix(COMMITTEE).strip()
    return (name.removesuffix(f" {area}") if area else name,)


def number_of(report: Report) -> str:
    """The number left blank, with the symbol: ``…………/BC-UBND``."""
    if report.group == BodyKind.FRONT:
        return LONG_DOTS
    symbol = report.period.lead_symbol if report.group == LEAD_GROUP else report.body.symbol
    return f"{DOTS * 2}/BC-{symbol or DOTS}"


def addressees_of(report: Report) -> tuple[str, ...]:
    """ "Kính gửi": the body that consolidates; nobody on its own report."""
    return () if report.group == LEAD_GROUP else (report.period.lead_name,)


def recipients_of(report: Report) -> tuple[str, ...]:
    """ "Nơi nhận", line by line."""
    return (report.period.lead.file_note,) if report.group == LEAD_GROUP else ("Như trên", "Lưu: VT")


def signature_of(report: Report) -> Signature:
    """A committee is signed for ("TM."), a sở works under one head; who else signs, the data do not know."""
    if report.group == LEAD_GROUP:
        return Signature((report.period.lead.signing_title.upper(),), "")
    if report.group in COMMITTEES:
        return Signature((f"TM. {COMMITTEE.upper()}", "CHỦ TỊCH"), "")
    if report.group == BodyKind.DEPARTMENT and report.name.startswith(DEPARTMENT):
        return Signature(("GIÁM ĐỐC",), "")
    return Signature((), SIGNS_HERE)
