"""The paper that a body's head signs: which printed form it is, its number and day, its scan.

The code on every printed page says which figures and texts the paper shows. A paper is recorded only for what
stands in the portal now or was sent last; an older code is refused with the reason, so that number, signature and
data never part.
"""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .attachments import NotTaken, hold, latest_sending, look, on_disk, taken_back
from .choices import EDITABLE, Status
from .file_types import SCANS
from .fingerprints import SIGNS, paper_code, tidy_code
from .models import Attachment, Event, Printing, Report, SignedPaper, answers_of
from .permissions import YES, Verdict
from .sheets import content_of

CODE = re.compile(rf"[{SIGNS}]{{4}}(-[{SIGNS}]{{4}}){{2}}")
NUMBER = re.compile(r"\d+[a-zđ]? ?[/-] ?[^\W_][\w/\-.& ]*", re.IGNORECASE)
LONGEST_NUMBER = 60


class NotRecorded(Exception):
    """A signed paper cannot be recorded; the argument is the sentence for the person who tried."""


@dataclass(frozen=True, slots=True)
class Version:
    """One content that a paper may show: the draft (``sending`` None) or a sending, newest first on the page."""

    code: str
    sending: Event | None
    paper: SignedPaper | None
    taken_back: bool = False


@dataclass(frozen=True, slots=True)
class Outdated:
    """A signed paper of a draft that was changed afterwards; ``printed_at``: when its form was last printed."""

    paper: SignedPaper
    printed_at: dt.datetime | None


# --- which content a code stands for ---------------------------------------------------------


def code_of(report: Report, content: dict) -> str:
    """The code on the paper form of a ``content`` (see ``sheets.content_of``)."""
    return paper_code(report.period.code, report.body.code, content)


def signed_paper_of(report: Report, content: dict) -> SignedPaper | None:
    """The signed paper that shows exactly this ``content``, or None."""
    papers = SignedPaper.objects.filter(report=report, code=code_of(report, content))
    return papers.select_related("scan", "by").first()


def content_now(report: Report) -> dict:
    """Figures and texts as they stand now, of one moment: no save slips in between."""
    with transaction.atomic():
        held = hold(report)
        return content_of(held, answers_of(held))


def versions_of(report: Report) -> tuple[list[Version], list[Outdated]]:
    """The draft while it is with the body and every sending, newest first; and papers that belong to none of them."""
    papers = {paper.code: paper for paper in report.signed_papers.select_related("scan", "by")}
    gone = taken_back(report)
    versions = []
    if report.status in EDITABLE:
        code = code_of(report, content_now(report))
        versions.append(Version(code, None, papers.get(code)))
    for sending in report.events.sendings().select_related("by").order_by("-version"):
        code = code_of(report, sending.content)
        versions.append(Version(code, sending, papers.get(code), sending.version in gone))
    known = {version.code for version in versions}
    return versions, [Outdated(p, _printed_at(report, p.code)) for code, p in papers.items() if code not in known]


def _printed_at(report: Report, code: str) -> dt.datetime | None:
    last = Printing.objects.filter(report=report, code=code).last()
    return last.at if last else None


def judge(report: Report, typed: str) -> str:
    """The code that a person read from a paper, when the paper shows what stands now or was sent last.

    Raises NotRecorded with what the paper shows instead, and what to do.
    """
    code = tidy_code(typed)
    if not CODE.fullmatch(code):
        raise NotRecorded(
            _("“%(typed)s” không phải mã bản in; mã gồm 12 chữ cái và chữ số dạng K7QF-2M9X-TB4D, in ở mỗi trang.")
            % {"typed": _shortened(typed)}
        )
    versions, _outdated = versions_of(report)
    standing = [version for version in versions if not version.taken_back]
    latest = next((version for version in standing if version.sending), None)
    if code in {version.code for version in standing if version.sending is None or version is latest}:
        return code
    raise NotRecorded(_refusal(report, code, versions, standing))


def _refusal(report, code, versions, standing) -> str:
    told = {"code": code, "newest": standing[0].code if standing else ""}
    older = next((version.sending for version in versions if version.sending and version.code == code), None)
    if older is not None:
        told |= {"number": older.version, "at": _moment(older.at)}
        if older.version in taken_back(report):
            words = _("Mã %(code)s thuộc bản gửi lần %(number)s lúc %(at)s, đã được rút lại.")
        else:
            words = _("Mã %(code)s thuộc bản gửi lần %(number)s lúc %(at)s, không phải bản mới nhất.")
        return f"{words % told} {_print_again(told)}"
    printed_at = _printed_at(report, code)
    if printed_at is not None:
        told["at"] = _moment(printed_at)
        words = _("Mã %(code)s thuộc bản in lúc %(at)s; sau đó số liệu hoặc nội dung đã được sửa.")
        return f"{words % told} {_print_again(told)}"
    elsewhere = Printing.objects.filter(code=code, report__body=report.body_id).select_related("report__period").last()
    if elsewhere is not None:
        told["period"] = elsewhere.report.period.name
        return _("Mã %(code)s thuộc báo cáo %(period)s của cơ quan, không phải báo cáo này.") % told
    return (
        _("Mã %(code)s không phải của báo cáo này; hãy so lại với giấy từng chữ (bản mới nhất có mã %(newest)s).")
        % told
    )


def _print_again(told: dict) -> str:
    return _("Hãy in bản mới nhất (mã %(newest)s), ký rồi quét lại.") % told


def _moment(at: dt.datetime) -> str:
    return f"{timezone.localtime(at):%H:%M, %d/%m/%Y}"


def _shortened(typed: str) -> str:
    return typed.strip() if len(typed.strip()) <= 30 else f"{typed.strip()[:30]}…"


# --- number and day --------------------------------------------------------------------------


def tidy_number(typed: str, symbol: str = "") -> str:
    """A document's number as it is kept: ``45/BC-UBND``. ``symbol``: the body's own, for the example when refused.

    Written as on the paper; "Số:" before it, spaces and small letters are forgiven. Party and front organisations
    write ``45-BC/MTTQ`` (Decree 30/2020, Article 2, leaves them their own form).
    """
    text = " ".join(unicodedata.normalize("NFC", typed).replace("–", "-").split())
    text = re.sub(r"^số *[:.]? *", "", text, flags=re.IGNORECASE)
    if len(text) > LONGEST_NUMBER or not NUMBER.fullmatch(text):
        example = {"typed": _shortened(typed), "example": f"45/BC-{symbol or 'UBND'}"}
        raise NotRecorded(_("“%(typed)s” chưa đủ số và ký hiệu văn bản; ví dụ %(example)s.") % example)
    text = re.sub(r" ?([/-]) ?", r"\1", text)
    return text.upper() if text == text.lower() else text


# --- recording -------------------------------------------------------------------------------


def may_record(user, report: Report) -> Verdict:
    """Number, day and scan: the body's own people, also after the sending (the scan often comes later)."""
    if user.acts_for_a_body and user.body_id == report.body_id:
        return YES
    return Verdict(False, _("Chỉ người của cơ quan báo cáo được ghi số, ngày và bản ký."))


def settled_paper(report: Report) -> SignedPaper | None:
    """The paper recorded with an accepted report: it was accepted on this number and day, so both stand.

    None while the report is not accepted, or no paper of what was accepted is recorded yet.
    """
    sending = latest_sending(report) if report.status == Status.ACCEPTED else None
    return None if sending is None else signed_paper_of(report, sending.content)


def waiting_scan(report: Report) -> Attachment | None:
    """A scan that came in while number, day or code were still refused: it need not be sent over the line again."""
    return _waiting_scans(report).select_related("by").last()


def _waiting_scans(report: Report):
    """Not the scans of papers that officers enter: those belong to a ``PaperEntry``."""
    return Attachment.objects.of(report).filter(signed_scan=True, signed_paper=None, paper_entry=None)


def keep_scan(report: Report, upload, by) -> Attachment:
    """Store a scan until its number, day and code are right; one waits at a time.

    Raises NotTaken with the reason; also where the accepted report has its scan, which nothing may replace.
    """
    _demand(may_record(by, report))
    looked = look(upload, SCANS)
    with on_disk(report, looked, upload, by, signed_scan=True) as scan, transaction.atomic():
        settled = settled_paper(hold(report))
        if settled is not None and settled.scan_id:
            raise NotTaken(_refused_change(settled))
        drop_waiting(report, by)
        scan.at = timezone.now()
        scan.save()
    return scan


def drop_waiting(report: Report, by) -> None:
    _waiting_scans(report).update(removed_at=timezone.now(), removed_by=by)


@transaction.atomic
def record(
    report: Report, *, number: str, signed_on: dt.date, code: str, by, scan: Attachment | None = None
) -> SignedPaper:
    """Write down the paper with this ``code`` (as typed from it), or put its number and day right.

    ``scan`` is a waiting one; without it a scan recorded before stays. The scan it replaces is taken out and stays
    on record. Once the report is accepted a recorded paper stands: only a scan that it lacks still comes in.
    Raises NotRecorded with the reason, NotTaken when the scan is gone or was used meanwhile.
    """
    _demand(may_record(by, report))
    held = hold(report)
    code = judge(held, code)
    settled = settled_paper(held)
    if settled is not None:
        return _add_scan(settled, number, signed_on, scan, by)
    paper = SignedPaper.objects.filter(report=report, code=code).first() or SignedPaper(report=report, code=code)
    old = paper.scan
    if scan is not None:
        _demand_waiting(scan)
        paper.scan = scan
    paper.number, paper.signed_on, paper.by, paper.at = number, signed_on, by, timezone.now()
    paper.save()
    if old is not None and paper.scan_id != old.pk:
        Attachment.objects.filter(pk=old.pk).update(removed_at=paper.at, removed_by=by)
    drop_waiting(report, by)
    return paper


def _add_scan(paper: SignedPaper, number: str, signed_on: dt.date, scan: Attachment | None, by) -> SignedPaper:
    """Number, day and who recorded them stay; who sent the scan and when stands with the scan."""
    if scan is None or paper.scan_id or (paper.number, paper.signed_on) != (number, signed_on):
        raise NotRecorded(_refused_change(paper))
    _demand_waiting(scan)
    paper.scan = scan
    paper.save(update_fields=["scan"])
    drop_waiting(paper.report, by)
    return paper


def _refused_change(paper: SignedPaper) -> str:
    told = {"number": paper.number, "day": f"{paper.signed_on:%d/%m/%Y}"}
    if paper.scan_id:
        return (
            _(
                "Báo cáo đã được duyệt cùng văn bản số %(number)s ngày %(day)s và bản quét nên không thay được nữa; "
                "nếu sai, hãy xin rút lại báo cáo."
            )
            % told
        )
    return (
        _(
            "Báo cáo đã được duyệt cùng văn bản số %(number)s ngày %(day)s nên chỉ nộp thêm được bản quét, giữ nguyên "
            "số và ngày; nếu sai, hãy xin rút lại báo cáo."
        )
        % told
    )


def _demand_waiting(scan: Attachment) -> None:
    if waiting_scan(scan.report) != scan:
        raise NotTaken(_("bản quét vừa được người khác thay hoặc dùng; hãy mở lại trang."))


def _demand(verdict: Verdict) -> None:
    if not verdict:
        raise NotRecorded(verdict.reason)


# --- printing --------------------------------------------------------------------------------


def printable(report: Report, user, number: int) -> Event | None:
    """Sending ``number`` for printing; of those that their body took back only the body itself reads one."""
    sending = report.events.sendings().filter(version=number).first()
    if sending is None or (not user.acts_for_a_body and number in taken_back(report)):
        return None
    return sending
