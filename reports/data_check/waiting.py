"""What lies too long, and letters that cannot go out: mails, petitions, papers, the office's own words."""

from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import wordings
from ..choices import MailState, NoticeKind
from ..models import Notice, PaperEntry, Petition
from .defects import Kind, Severity, address, check, named, of_list, of_rows, page_of

MAIL_DAYS, PETITION_DAYS, PAPER_DAYS = 2, 5, 7
ON_ITS_WAY = (MailState.WAITING, MailState.RELEASED, MailState.SENDING)


@check(
    Kind(
        "words_not_fillable",
        Severity.ERROR,
        gettext_lazy("Lời văn có chỗ điền mà cổng không biết"),
        gettext_lazy("Mở lời văn, sửa chỗ điền rồi lưu; trong lúc đó cổng dùng lời văn gốc."),
    )
)
def words_that_cannot_be_filled(scope):
    left = []
    for kind, words in wordings.current().items():
        try:
            wordings.checked(kind, words.subject, words.text)
        except wordings.BadWords as bad:
            left.append((kind, str(bad)))
    return of_list(left, lambda pair: (f"{NoticeKind(pair[0]).label}: {pair[1]}", address("wordings")))


def _mail(notice):
    """Who was to get which letter; never the address."""
    words = {"user": notice.recipient.username, "kind": notice.get_kind_display()}
    return _("Thư “%(kind)s” cho %(user)s.") % words, address("outbox")


@check(
    Kind(
        "mail_failed",
        Severity.WARNING,
        gettext_lazy("Thư gửi không được"),
        gettext_lazy("Mở hộp thư đi: xem lỗi, sửa địa chỉ rồi cho gửi lại."),
    )
)
def mails_that_failed(scope):
    return of_rows(Notice.objects.filter(mail=MailState.FAILED).select_related("recipient").order_by("-pk"), _mail)


@check(
    Kind(
        "mail_waiting",
        Severity.WARNING,
        gettext_lazy("Thư chờ quá lâu"),
        gettext_lazy("Mở hộp thư đi: đọc rồi cho gửi hoặc bỏ; nếu đã cho gửi, xem lệnh send_reminders có chạy không."),
    )
)
def mails_that_wait(scope):
    rows = Notice.objects.filter(mail__in=ON_ITS_WAY).alias(since=Coalesce("mail_at", "at"))
    rows = rows.filter(since__lt=scope.ago(days=MAIL_DAYS))
    return of_rows(rows.select_related("recipient").order_by("pk"), _mail)


@check(
    Kind(
        "petition_waiting",
        Severity.WARNING,
        gettext_lazy("Đề nghị chờ trả lời quá lâu"),
        gettext_lazy("Chấp thuận, hoặc không chấp thuận kèm lý do, ở trang đề nghị của kỳ."),
    )
)
def petitions_that_wait(scope):
    rows = Petition.objects.waiting().filter(at__lt=scope.ago(days=PETITION_DAYS))
    rows = rows.select_related("report__period", "report__body").order_by("at", "pk")
    sentence = _("%(body)s, %(period)s: %(what)s.")

    def tell(petition):
        words = named(petition.report) | {"what": petition.get_kind_display()}
        return sentence % words, page_of(petition.report, "petitions")

    return of_rows(rows, tell)


@check(
    Kind(
        "paper_entry_open",
        Severity.WARNING,
        gettext_lazy("Bản giấy nhập dở đã lâu"),
        gettext_lazy("Nhập nốt rồi gửi thay cơ quan, hoặc thôi nhập để cơ quan tự gửi trên cổng."),
    )
)
def papers_half_entered(scope):
    rows = PaperEntry.objects.open().filter(at__lt=scope.ago(days=PAPER_DAYS))
    rows = rows.select_related("report__period", "report__body").order_by("at", "pk")
    sentence = _("%(body)s, %(period)s: số đến %(number)s.")

    def tell(entry):
        words = named(entry.report) | {"number": entry.incoming_number}
        return sentence % words, page_of(entry.report, "paper_entry")

    return of_rows(rows, tell)
