"""Who signed a PDF, when, and whether anything changed since: what pyHanko finds, in sentences.

Nobody is called trustworthy here: the portal ships no roots, so a chain of certificates is never judged. The file is
read by a program of its own with limits of time and memory (``signature_reader``); an odd file costs one sentence.
"""

import datetime as dt
import hashlib
import json
import logging
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from .choices import Edition

SECONDS = 20  # for one file; a report of some megabytes takes one or two, most of it for starting
REMEMBERED = 200  # files of which a process remembers what they told: a page is opened more than once
NOTHING, SIGNATURES, CHANGES, UNKNOWN = "nothing", "signatures", "changes", "unknown"  # what came after a signature

logger = logging.getLogger(__name__)
_remembered: "dict[tuple, Looked]" = {}


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature. ``at``: by a timestamp where ``stamped``, else by the signer's own clock; None: not told.

    ``intact``: what was signed is unchanged and the signature fits it; None: could not be checked. ``after``: what
    was added to the file behind it.
    """

    signer: str
    issuer: str
    at: dt.datetime | None
    stamped: bool
    intact: bool | None
    after: str

    @property
    def good(self) -> bool:
        return self.intact is True and self.after in (NOTHING, SIGNATURES)

    @property
    def when(self) -> str:
        if self.at is None:
            return _("không ghi thời điểm ký")
        moment = f"{timezone.localtime(self.at):%H:%M, %d/%m/%Y}"
        words = _("%s, theo dấu thời gian") if self.stamped else _("%s, theo đồng hồ máy người ký")
        return words % moment

    @property
    def state(self) -> str:
        """Whether what was signed is still what is there, in one sentence."""
        if self.intact is None:
            return _("Không kiểm tra được chữ ký này.")
        if not self.intact:
            return _("Chữ ký không còn khớp: nội dung đã ký bị thay đổi, hoặc chữ ký hỏng.")
        return {
            NOTHING: _("Chữ ký còn nguyên; từ khi ký tệp không thay đổi."),
            SIGNATURES: _(
                "Chữ ký còn nguyên; sau đó tệp chỉ được thêm chữ ký khác hoặc dữ liệu xác thực; các trang không đổi."
            ),
        }.get(self.after, _("Chữ ký còn nguyên ở bản lúc ký, nhưng sau khi ký tệp đã bị thêm hoặc sửa."))

    @property
    def trust(self) -> str:
        return _("Chứng thư do “%s” cấp; cổng chưa kiểm tra được nơi cấp chứng thư.") % (self.issuer or "?")


@dataclass(frozen=True, slots=True)
class Looked:
    """What a PDF tells. ``problem``: why it tells nothing or not all, a word of the reader's.

    ``edition``: the issued PDF that the file begins with, byte for byte, "" if none; ``only_signed``: nothing but
    signatures was added to it; ``drawn``: pictures of signatures may cover what a page says.
    """

    signatures: tuple[Signature, ...] = ()
    problem: str = ""
    edition: str = ""
    only_signed: bool = False
    drawn: bool = False

    @property
    def sentence(self) -> str:
        """What there is to say about the file as a whole; "" where the signatures say it all."""
        return {
            "unreadable": _("Không đọc được cấu trúc PDF này để tìm chữ ký số; hãy kiểm tra bằng phần mềm ký số."),
            "locked": _("PDF có mật khẩu hoặc hạn chế quyền nên không kiểm tra được chữ ký số."),
            "slow": _("PDF quá phức tạp nên không kiểm tra được chữ ký số ở đây; hãy kiểm tra bằng phần mềm ký số."),
            "many": _("PDF có nhiều chữ ký hơn số cổng kiểm tra; dưới đây là những chữ ký đầu."),
        }.get(self.problem, "" if self.signatures else _("PDF này không có chữ ký số (có thể là bản quét)."))

    @property
    def warning(self) -> str:
        """What to look at with one's own eyes: a signature's picture is whatever the signer drew; "" for nothing."""
        return _("Có hình chữ ký hiển thị đè lên trang; hãy so từng trang với bản đã ban hành.") if self.drawn else ""

    @property
    def origin(self) -> str:
        """Whether what was signed is the file that the portal issued."""
        if not self.edition:
            return _("Đây không phải tệp PDF do cổng phát hành; hãy so nội dung với bản đã ban hành.")
        told = str(Edition(self.edition).label)
        if self.only_signed and not self.signatures:
            return _("Đúng tệp do cổng phát hành (%s), chưa có chữ ký số.") % told
        if self.problem in ("slow", "unreadable", "locked"):
            return _("Tệp bắt đầu bằng đúng tệp do cổng phát hành (%s); chưa kiểm tra được phần thêm vào.") % told
        if self.only_signed:
            return _("Ký trên đúng tệp do cổng phát hành (%s).") % told
        return _("Tệp bắt đầu bằng đúng tệp do cổng phát hành (%s), nhưng phần thêm vào không chỉ là chữ ký.") % told


def signatures_of(data: bytes, issued: Mapping[str, bytes] | None = None) -> Looked:
    """What the PDF ``data`` tells; ``issued``: {edition: the PDF that the portal issued}. Never raises on odd files."""
    begins = [(edition, own) for edition, own in (issued or {}).items() if own and data.startswith(own)]
    edition, own = max(begins, key=lambda pair: len(pair[1]), default=("", b""))
    key = hashlib.sha256(data).hexdigest(), edition, len(own)
    looked = _remembered.get(key) or _looked(_run(data, len(own)), edition)
    if looked.problem != "slow":  # a busy machine is no property of the file
        while len(_remembered) >= REMEMBERED:
            _remembered.pop(next(iter(_remembered)), None)
        _remembered[key] = looked
    return looked


def _run(data: bytes, issued: int) -> dict:
    command = [sys.executable, "-m", "reports.signature_reader", *([str(issued)] if issued else [])]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, the file goes in as data
            command, input=data, capture_output=True, timeout=SECONDS, cwd=settings.BASE_DIR, env={}, check=False
        )
        return json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError, OSError) as error:
        logger.warning("the signatures of a PDF were not read: %s", type(error).__name__)
        return {"problem": "slow", "signatures": [], "added": "", "drawn": False}


def _looked(told: dict, edition: str) -> Looked:
    found = tuple(_signature(each) for each in told["signatures"])
    return Looked(found, told["problem"], edition, told["added"] == SIGNATURES, told["drawn"])


def _signature(told: dict) -> Signature:
    at = dt.datetime.fromisoformat(told["at"]) if told["at"] else None
    return Signature(told["signer"], told["issuer"], at, told["stamped"], told["intact"], told["after"])
