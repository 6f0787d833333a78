"""The report becomes a document: the one door that freezes figures, texts, bodies, rules and names under a number.

What is frozen is one moment: the period, its draft and every report whose figures go in are held until it is written.
Signing itself happens on paper or at the signatory's desk; here its number, day and signature are recorded.
"""

import datetime as dt
import re
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from directives.models import LeadTerm

from .changes import changes
from .choices import SigningPower
from .composing import texts_of
from .document import Document, Imprint, Supplement
from .fingerprints import paper_code
from .freezing import fingerprint_of, frozen, thawed
from .issued import document_of, latest_issue, outgoing_of, store_file, summary_now
from .models import Issue, Period, ProvincialReport, Report
from .permissions import may_issue
from .provincial_parts import ProvincialPart, parts_of
from .typed import tidy

__all__ = [
    "AlreadyIssued",
    "Facts",
    "Refused",
    "begin_supplement",
    "document_of",
    "issue",
    "preview",
    "rehearse",
    "store_file",
]

SYMBOL = re.compile(r"[^\W\d_][\w&.-]*(/[\w&.-]+)*")  # BC-SX, BC-UBND, BC/TU
LONGEST_NUMBER, LONGEST_SYMBOL, LONGEST_TITLE, LONGEST_NAME = 6, 60, 200, 100
MOST_RECIPIENTS, LONGEST_RECIPIENT = 30, 200
BEFORE_ALL = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


class Refused(Exception):
    """Not issued: the argument is the sentence for the person, ``field`` the input that it is about ("" for none)."""

    def __init__(self, sentence: str, field: str = ""):
        super().__init__(sentence)
        self.field = field


class AlreadyIssued(Refused):
    """Somebody was quicker; ``issue`` is what they issued."""

    def __init__(self, issue: Issue):
        words = {"by": issue.by, "number": issue.full_number, "at": f"{timezone.localtime(issue.at):%H:%M, %d/%m/%Y}"}
        super().__init__(_("%(by)s đã ban hành báo cáo này lúc %(at)s, số %(number)s.") % words)
        self.issue = issue


class Changed(Refused):
    """What would be frozen is not what the person has looked at; they look again."""

    def __init__(self):
        super().__init__(
            _("Số liệu hoặc nội dung đã đổi sau khi bạn xem, nên chưa ban hành. Hãy xem lại bản mới dưới đây.")
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What the paper says of itself, as it is signed. ``number``: ``07``, ``123``; ``power``: "" or a SigningPower.

    ``title``: the position of who signs, the head's own where ``power`` is "" or Q. ``recipients``: "Nơi nhận" line
    by line. ``with_gaps``: the person knows that parts of the report are empty.
    """

    number: str
    symbol: str
    signed_on: dt.date
    power: str
    title: str
    signatory: str
    recipients: tuple[str, ...]
    with_gaps: bool = False


# --- number, day and signature (Decree 30/2020/NĐ-CP, Articles 13 and 15, Appendix I) ----------


def tidy_number(typed: str) -> str:
    """A number as the paper has it: digits, below ten with a nought before them. Raises Refused."""
    text = re.sub(r"^số *[:.]? *", "", tidy(typed), flags=re.IGNORECASE)
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER and int(text)):
        raise Refused(_("Hãy ghi số văn bản bằng chữ số, ví dụ 07 hoặc 123; ký hiệu ghi ở ô bên."), "number")
    return f"{int(text):02}"


def tidy_symbol(typed: str) -> str:
    """``BC-SX``: what stands behind the stroke. Raises Refused."""
    text = "".join(tidy(typed).replace("–", "-").split()).lstrip("/")
    if not SYMBOL.fullmatch(text) or len(text) > LONGEST_SYMBOL:
        raise Refused(_("Hãy ghi ký hiệu văn bản, ví dụ BC-UBND; không có khoảng trắng."), "symbol")
    return text


def titles_over(power: str, title: str, head: str) -> tuple[str, ...]:
    """The lines over the signature. ``head``: the position of the head for whom somebody signs.

    Decree 30/2020, Article 13: a deputy signs ``KT. GIÁM ĐỐC`` over ``PHÓ GIÁM ĐỐC``; by order ``TL.``, by delegation
    ``TUQ.`` likewise; an acting head writes ``Q.`` before the position itself.
    """
    title, head = (" ".join(words.split()).upper() for words in (title, head))
    if power == SigningPower.ACTING:
        return (f"Q. {title}",)
    return (f"{power}. {head}", title) if power else (title,)


def default_symbol(period: Period) -> str:
    return f"BC-{period.lead_symbol}" if period.lead_symbol else "BC"


def default_recipients(period: Period) -> tuple[str, ...]:
    return ("Như trên", period.lead.file_note)


# --- what would be frozen --------------------------------------------------------------------


def parts_to_compose(provincial: ProvincialReport) -> tuple[ProvincialPart, ...]:
    return parts_of(provincial.period.ordered_tasks(), supplement=provincial.is_supplement)


def empty_parts(provincial: ProvincialReport, texts) -> tuple[ProvincialPart, ...]:
    return tuple(part for part in parts_to_compose(provincial) if not texts.get(part.key, "").strip())


def preview(provincial: ProvincialReport) -> Document:
    """All that ``issue`` would freeze now, but for number and signature; of a supplement with its changes."""
    with translation.override("vi"):
        now = summary_now(provincial.period)
        return Document(now, texts=texts_of(provincial), supplement=_supplement(provincial, now))


def _supplement(provincial: ProvincialReport, now) -> Supplement | None:
    if not provincial.is_supplement:
        return None
    corrected = provincial.supplements
    return Supplement(corrected.full_number, corrected.signed_on, changes(thawed(corrected.content), now))


def mark_of(document: Document) -> str:
    """The same as long as the document says the same, whenever it is made: what a person has looked at."""
    return fingerprint_of(
        frozen(replace(document, imprint=None, summary=replace(document.summary, made_at=BEFORE_ALL)))
    )


# --- the door --------------------------------------------------------------------------------


@transaction.atomic
def issue(provincial: ProvincialReport, facts: Facts, by, *, seen: str | None = None) -> Issue:
    """Freeze ``provincial`` under ``facts``; returns the Issue. The same click twice gives the same one.

    ``seen``: ``mark_of`` the preview that the person confirmed. Bodies that have not reported do not stand in the
    way: they are named in the document. Raises Refused with the reason, AlreadyIssued where somebody was quicker,
    Changed where something changed after the person looked. The files are made afterwards
    (``export_jobs.make_issued_files``): they may take minutes, and follow from the content.
    """
    if not may_issue(by):
        raise Refused(_("Chỉ chuyên viên của cơ quan tổng hợp được ban hành báo cáo."))
    provincial = _held(provincial)
    facts = _tidied(facts, provincial)
    if provincial.is_issued:
        if _same(provincial.issue, facts, by):
            return provincial.issue
        raise AlreadyIssued(provincial.issue)
    document = _judged(provincial, facts)
    if seen is not None and seen != mark_of(document):
        raise Changed
    return _frozen(provincial, document, facts, by)


def rehearse(provincial: ProvincialReport, facts: Facts) -> tuple[Facts, Document]:
    """What ``issue`` would write now, and nothing is held or written. Raises Refused as it does."""
    facts = _tidied(facts, provincial)
    return facts, _judged(provincial, facts)


def _judged(provincial: ProvincialReport, facts: Facts) -> Document:
    _demand_day(facts, provincial)
    _demand_free_number(facts)
    document = preview(provincial)
    _demand_ready(provincial, document, facts)
    return document


def _held(provincial: ProvincialReport) -> ProvincialReport:
    """The draft as it is now, with everything that goes into it held until the transaction ends.

    In this order everywhere: the terms of every lead (a number is given once across them), the period, the draft, the
    reports by their keys. A body's report of last year is in it too, for the comparison.
    """
    period = Period.objects.select_related("obligation", "lead__body").get(pk=provincial.period_id)
    list(LeadTerm.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    Period.objects.select_for_update(no_key=True).get(pk=period.pk)
    held = ProvincialReport.objects.select_for_update(of=("self",)).get(pk=provincial.pk)
    held.period = period
    periods = [period, before] if (before := period.previous()) else [period]
    list(Report.objects.select_for_update(no_key=True).filter(period__in=periods).order_by("pk").values_list("pk"))
    return held


def _tidied(facts: Facts, provincial: ProvincialReport) -> Facts:
    """The facts as they are kept; raises Refused for the first that is missing or cannot be."""
    lines = tuple(line for each in facts.recipients if (line := tidy(each).lstrip("-– ").rstrip(".;, ")))
    found = replace(
        facts,
        number=tidy_number(facts.number),
        symbol=tidy_symbol(facts.symbol),
        title=" ".join(tidy(facts.title).split()),
        signatory=" ".join(tidy(facts.signatory).split()),
        recipients=lines,
    )
    if found.power not in ("", *SigningPower.values):
        raise Refused(_("Hãy chọn quyền hạn ký."), "power")
    if not found.title or len(found.title) > LONGEST_TITLE:
        raise Refused(_("Hãy ghi chức vụ của người ký, ví dụ Phó Giám đốc."), "title")
    head = provincial.period.lead.signing_title
    if found.power not in ("", SigningPower.ACTING) and found.title.casefold() == head.casefold():
        raise Refused(_("Người ký thay ghi chức vụ của chính mình, không phải “%s”.") % head, "title")
    if not found.signatory or len(found.signatory) > LONGEST_NAME:
        raise Refused(_("Hãy ghi họ tên người ký."), "signatory")
    if not lines or len(lines) > MOST_RECIPIENTS or max(map(len, lines)) > LONGEST_RECIPIENT:
        words = _("Hãy ghi nơi nhận, mỗi dòng một nơi; nhiều nhất %(n)s dòng, mỗi dòng %(m)s chữ cái.")
        raise Refused(words % {"n": MOST_RECIPIENTS, "m": LONGEST_RECIPIENT}, "recipients")
    return found


def _demand_day(facts: Facts, provincial: ProvincialReport) -> None:
    """A paper is not dated before its figures begin, before the document that it corrects, or in the future.

    When the round was opened here says nothing: an older year may have been entered after its paper was signed.
    """
    first = provincial.period.data_from
    if facts.signed_on > timezone.localdate():
        raise Refused(
            _("Ngày %s chưa đến; hãy ghi ngày trên văn bản đã ký.") % f"{facts.signed_on:%d/%m/%Y}", "signed_on"
        )
    if facts.signed_on < first:
        words = {"day": f"{facts.signed_on:%d/%m/%Y}", "first": f"{first:%d/%m/%Y}"}
        raise Refused(_("Ngày %(day)s trước ngày đầu của số liệu trong kỳ (%(first)s).") % words, "signed_on")
    corrected = provincial.supplements
    if corrected is not None and facts.signed_on < corrected.signed_on:
        words = {"day": f"{corrected.signed_on:%d/%m/%Y}", "number": corrected.full_number}
        raise Refused(_("Báo cáo bổ sung không thể ký trước văn bản số %(number)s ngày %(day)s.") % words, "signed_on")


def _demand_free_number(facts: Facts) -> None:
    """One number once in a year for one symbol (Decree 30/2020, Article 15)."""
    year = facts.signed_on.year
    same = Issue.objects.filter(number=facts.number, symbol=facts.symbol, signed_on__year=year)
    taken = same.select_related("provincial__period").defer(*Issue.LARGE).first()
    if taken is not None:
        words = {"number": taken.full_number, "day": f"{taken.signed_on:%d/%m/%Y}", "what": taken.provincial}
        raise Refused(_("Số %(number)s của năm này đã dùng cho %(what)s ngày %(day)s.") % words, "number")


def _demand_ready(provincial: ProvincialReport, document: Document, facts: Facts) -> None:
    if not any(body.accepted for body in document.summary.bodies):
        raise Refused(_("Chưa có báo cáo nào được duyệt nên chưa có số liệu để ban hành."))
    if document.supplement is not None and not document.supplement.changes:
        words = _("Số liệu và nội dung hiện nay đúng như văn bản số %s; không có gì để bổ sung.")
        raise Refused(words % document.supplement.number)
    empty = empty_parts(provincial, document.texts)
    if empty and not facts.with_gaps:
        names = ", ".join(part.title for part in empty)
        raise Refused(_("Còn phần để trống: %s. Hãy soạn, hoặc đánh dấu vẫn ban hành.") % names, "with_gaps")


def _same(done: Issue, facts: Facts, by) -> bool:
    """Whether this click is one that has been served already."""
    written = (done.number, done.symbol, done.signed_on, done.power, done.signing_title, done.signatory)
    asked = (facts.number, facts.symbol, facts.signed_on, facts.power, facts.title, facts.signatory)
    return done.by_id == by.pk and written == asked and tuple(done.recipients) == facts.recipients


def _frozen(provincial: ProvincialReport, document: Document, facts: Facts, by) -> Issue:
    """Write it down. The fingerprint is of everything but itself and what is made of it (code and address)."""
    titles = titles_over(facts.power, facts.title, provincial.period.lead.signing_title)
    imprint = Imprint(
        facts.number, facts.symbol, facts.signed_on, titles, facts.signatory, facts.recipients, "", "", ""
    )
    fingerprint = own_fingerprint(replace(document, imprint=imprint))
    code = paper_code(provincial.period.code, str(provincial.sequence), {"fingerprint": fingerprint})
    address = settings.PORTAL_URL + reverse("confirm_document", args=[code, fingerprint])
    whole = replace(document, imprint=replace(imprint, code=code, fingerprint=fingerprint, address=address))
    return Issue.objects.create(
        provincial=provincial,
        number=facts.number,
        symbol=facts.symbol,
        signed_on=facts.signed_on,
        power=facts.power,
        signing_title=facts.title,
        signatory=facts.signatory,
        recipients=list(facts.recipients),
        code=code,
        fingerprint=fingerprint,
        content=frozen(whole),
        outgoing=frozen(outgoing_of(whole, provincial.period)),
        by=by,
    )


def own_fingerprint(document: Document) -> str:
    """The fingerprint of an issued document: of all that it says but code, fingerprint and address, which follow
    from it. It cannot be guessed from the figures: the moment of freezing is in it.
    """
    imprint = replace(document.imprint, code="", fingerprint="", address="")
    return fingerprint_of(frozen(replace(document, imprint=imprint)))


# --- supplements -----------------------------------------------------------------------------


@transaction.atomic
def begin_supplement(corrected: Issue, by) -> ProvincialReport:
    """The draft of the supplement to ``corrected``, begun where there is none. Raises Refused with the reason."""
    if not may_issue(by):
        raise Refused(_("Chỉ chuyên viên của cơ quan tổng hợp được lập báo cáo bổ sung."))
    period = Period.objects.select_for_update(no_key=True).get(pk=corrected.provincial.period_id)
    draft = period.provincial_reports.drafts().order_by("-sequence").first()
    if draft is not None:
        return draft
    latest = latest_issue(period)
    if latest != corrected:
        raise Refused(_("Đã có văn bản mới hơn, số %s; hãy bổ sung cho văn bản đó.") % latest.full_number)
    if not changes(thawed(corrected.content), summary_now(period)):
        raise Refused(_("Từ khi ban hành chưa có gì thay đổi nên không có gì để bổ sung."))
    sequence = corrected.provincial.sequence + 1
    return ProvincialReport.objects.create(period=period, sequence=sequence, supplements=corrected, created_by=by)
