"""Mails leave here, one after the other over one SMTP connection: never inside a web request, never twice at once.

A mail is claimed by an update that only one process can win. Who dies while sending leaves it claimed; after a
while it is sent again under the same Message-ID, by which mail servers and programs know a repetition.
"""

import datetime as dt
import logging
import smtplib
import socket
import ssl
from dataclasses import dataclass
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import F
from django.utils import timezone

from .calendar_file import CONTENT_TYPE, deadline_file, file_name
from .choices import MailState, NoticeKind, Status
from .models import Notice
from .models.notices import POINTLESS, RETRY_AFTER, SERVER_DOWN
from .typed import tidy
from .wordings import holds_placeholder

logger = logging.getLogger(__name__)

CLAIM_ENDS = dt.timedelta(minutes=10)  # far longer than one mail can take
AT_ONCE = 200  # looked up by one query
OF_ONE_CONNECTION = 50  # many servers end a connection after a hundred mails
LEAVING = 421  # what a server says when it ends a connection
WITH_CALENDAR = (
    NoticeKind.OPENED,
    NoticeKind.DUE_30,
    NoticeKind.DUE_7,
    NoticeKind.DUE_1,
    NoticeKind.INCLUDED,
    NoticeKind.DECIDED,
)
# Kept in the database and read by officers: Vietnamese, whatever language the screen has.
UNFILLED = "Thư còn chỗ chưa điền trong ngoặc nhọn nên không được gửi."
CLOSED = "Tài khoản của người nhận đã đóng."
NO_SERVER = SERVER_DOWN + "%s; thư sẽ được gửi lại khi nối được."
REFUSED_SENDER = SERVER_DOWN + "máy chủ không nhận thư từ địa chỉ của cơ quan (%s); thư sẽ được gửi lại."
REFUSED = "Máy chủ thư từ chối: %s"
PASSING = "Máy chủ thư tạm thời chưa nhận: %s"
BROKEN_LINE = "Mất kết nối với máy chủ thư khi đang gửi."
BROKEN_OFF = "Lần gửi trước bị dừng giữa chừng."
UNSENDABLE = "Địa chỉ hoặc nội dung thư không gửi được."
# Why there is no line to the mail server, by kind of error; for others their own name.
NO_LINE = {
    ConnectionRefusedError: "máy chủ từ chối kết nối",
    TimeoutError: "máy chủ không trả lời",
    socket.gaierror: "không tìm thấy tên máy chủ",
    ssl.SSLError: "không thiết lập được kết nối mã hóa",
    smtplib.SMTPServerDisconnected: "máy chủ ngắt kết nối",
}


@dataclass
class Delivered:
    """What one pass did; ``down`` is the sentence when the mail server itself could not be used."""

    sent: int = 0
    failed: int = 0
    later: int = 0
    down: str = ""


class ServerDown(Exception):
    """No mail can be sent now; the argument is the sentence."""


class NotNow(Exception):
    """This mail may go later; the argument is the sentence."""


class Never(Exception):
    """This mail cannot go as it is; the argument is the sentence."""


def deliver(at=None, *, keep_on=lambda: True) -> Delivered:
    """One pass over the released mails, each at most once; ``keep_on`` is asked before every mail.

    Without a mail server (``settings.MAIL_CONFIGURED``) nothing happens. No failure is raised: it stands with the
    mail, for the outbox.
    """
    done = Delivered()
    if not settings.MAIL_CONFIGURED:
        return done
    _take_up_claims(at or timezone.now())
    Notice.objects.pointless(at).stop(POINTLESS, at or timezone.now())
    line, last = _Line(), 0
    try:
        while numbers := _next(last, at or timezone.now()):
            for number in numbers:
                if not keep_on():
                    return done
                _deliver_one(number, line, done, at or timezone.now())
            last = numbers[-1]
    except ServerDown as down:
        done.down = str(down)
    finally:
        line.close()
    return done


def _take_up_claims(at) -> None:
    """Mails whose process died while it was sending."""
    left = Notice.objects.filter(mail=MailState.SENDING, mail_at__lt=at - CLAIM_ENDS)
    left.filter(tries__lt=len(RETRY_AFTER)).update(mail=MailState.RELEASED, tries=F("tries") + 1, error=BROKEN_OFF)
    left.update(mail=MailState.FAILED, tries=F("tries") + 1, error=BROKEN_OFF)


def _next(after: int, at) -> list[int]:
    return list(Notice.objects.due(at).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


def _deliver_one(number: int, line: "_Line", done: Delivered, at) -> None:
    mine = Notice.objects.filter(pk=number)
    waiting_since = mine.values_list("mail_at", flat=True).get()
    if not mine.due(at).update(mail=MailState.SENDING, mail_at=at):
        return  # another process was quicker, or an officer stopped it
    notice = mine.select_related("recipient", "report__period", "report__body").get()
    mine = mine.filter(mail=MailState.SENDING, mail_at=at)
    try:
        line.send(_message(notice))
    except ServerDown as down:
        mine.update(mail=MailState.RELEASED, mail_at=waiting_since, error=str(down))
        raise
    except NotNow as reason:
        again = notice.tries < len(RETRY_AFTER)
        state = MailState.RELEASED if again else MailState.FAILED
        mine.update(mail=state, tries=notice.tries + 1, error=str(reason), mail_at=at)
        done.later, done.failed = done.later + again, done.failed + (not again)
    except Never as reason:
        mine.update(mail=MailState.FAILED, tries=notice.tries + 1, error=str(reason), mail_at=at)
        done.failed += 1
    else:
        mine.update(mail=MailState.SENT, tries=notice.tries + 1, error="", mail_at=at)
        done.sent += 1


def _message(notice: Notice) -> EmailMessage:
    """One mail to one person, from the office. Raises Never for what must not or cannot leave."""
    if holds_placeholder(notice.subject, notice.text):
        raise Never(UNFILLED)
    if not notice.recipient.is_active:
        raise Never(CLOSED)
    message = EmailMessage(
        notice.subject,
        notice.text + "\n",
        from_email=formataddr((notice.sender, settings.DEFAULT_FROM_EMAIL)),
        to=[notice.address],
        headers={"Message-ID": notice.reference, "Auto-Submitted": "auto-generated"},
    )
    report = notice.report
    if notice.kind in WITH_CALENDAR and report.status == Status.DRAFT and report.last_day >= timezone.localdate():
        message.attach(file_name(report), deadline_file(report), CONTENT_TYPE)
    return message


class _Line:
    """The connection to the mail server: opened with the first mail, anew after a while or when it broke."""

    def __init__(self):
        self.connection, self.used = None, 0

    def send(self, message: EmailMessage) -> None:
        """Raises ServerDown, NotNow or Never, each with its sentence."""
        self._open()
        try:
            self.connection.send_messages([message])
            self.used += 1
        except smtplib.SMTPSenderRefused as error:
            self.close()
            raise ServerDown(REFUSED_SENDER % _said(error.smtp_code, error.smtp_error)) from error
        except smtplib.SMTPRecipientsRefused as error:
            raise self._refusal(*next(iter(error.recipients.values()))) from error
        except smtplib.SMTPResponseException as error:
            raise self._refusal(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPNotSupportedError as error:  # an address with letters that this server does not know
            raise Never(UNSENDABLE) from error
        except OSError as error:  # a broken line; SMTP's own errors are OSErrors too
            self._log(error)
            self.close()
            raise NotNow(BROKEN_LINE) from error
        except ValueError as error:  # a header, an address or a letter that no mail can hold
            self._log(error)
            raise Never(UNSENDABLE) from error

    def _open(self) -> None:
        if self.connection is not None and self.used < OF_ONE_CONNECTION:
            return
        self.close()
        connection = get_connection()
        try:
            connection.open()
        except (OSError, ValueError) as error:
            self._log(error)
            raise ServerDown(NO_SERVER % _why(error)) from error
        self.connection, self.used = connection, 0

    def close(self) -> None:
        connection, self.connection, self.used = self.connection, None, 0
        if connection is not None:
            try:
                connection.close()
            except OSError as error:
                self._log(error)

    def _refusal(self, code: int, answer: bytes | str) -> Exception:
        if code == LEAVING:
            self.close()
        if 400 <= code < 500:
            return NotNow(PASSING % _said(code, answer))
        return Never(REFUSED % _said(code, answer))

    def _log(self, error) -> None:
        """The kind of error and nothing else: a server's answer may name a person's address."""
        logger.warning("the mail server: %s", type(error).__name__)


def _why(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    return next((words for kind, words in NO_LINE.items() if isinstance(error, kind)), type(error).__name__)


def _said(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    return f"{code} {' '.join(tidy(text).split())[:150]}".strip()
