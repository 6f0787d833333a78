import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..choices import Channel, MailState, NoticeKind, Status
from .journal import AppendOnly
from .periods import Period
from .reports import Report

GOING = (MailState.RELEASED, MailState.SENDING)
# Ask a body for its report: pointless once nobody waits for it to send it.
ASKING = (NoticeKind.OPENED, NoticeKind.DUE_30, NoticeKind.DUE_7, NoticeKind.DUE_1, NoticeKind.OVERDUE)
# After a failure that may pass the mail is tried again; the wait before the second try, the third …
RETRY_AFTER = tuple(dt.timedelta(minutes=minutes) for minutes in (5, 15, 60, 240))
# How an error begins that is about the server and no single mail. Both are stored: Vietnamese whatever the screen.
SERVER_DOWN = "Không dùng được máy chủ thư: "
POINTLESS = "Không còn cần: cơ quan đã gửi, được miễn, đã kết thúc, có hạn mới hoặc bản giấy đang được nhập thay."


class NoticeQuerySet(models.QuerySet):
    def of(self, user):
        """What this person was told, the newest first."""
        return self.filter(recipient=user).order_by("-pk")

    def unread(self):
        return self.filter(read_at=None)

    def outbox(self):
        """Those that go by mail or went, or were to go."""
        return self.exclude(mail=MailState.NONE)

    def due(self, at):
        """Released mails that may leave at ``at``: new ones, and those whose wait after a failure is over."""
        ready = Q(tries=0)
        for tries, wait in enumerate(RETRY_AFTER, 1):
            ready |= Q(tries=tries, mail_at__lte=at - wait)
        return self.filter(ready, mail=MailState.RELEASED)

    def pointless(self, at=None):
        """Mails that have not left and ask for what, at ``at`` (now by default), their body is not to send.

        It has come, its body owes it no more, or officers enter it from its paper.
        """
        still = self.filter(mail__in=(MailState.WAITING, MailState.RELEASED), kind__in=ASKING)
        awaited = Report.objects.owed(timezone.localdate(at)).exclude(channel=Channel.PAPER)
        to_mend = Q(kind=NoticeKind.OVERDUE, report__status=Status.RETURNED)
        return still.exclude(Q(report__status=Status.DRAFT) | to_mend, report__in=awaited.order_by().values("pk"))

    def stop(self, why: str, at, by=None) -> int:
        """Mails that have not left stay here for good; returns how many. ``by``: the officer who decided so."""
        not_left = (MailState.WAITING, MailState.RELEASED, MailState.FAILED)
        who = {"released_by": by} if by else {}
        return self.filter(mail__in=not_left).update(mail=MailState.STOPPED, error=why, mail_at=at, **who)


class Notice(models.Model):
    """One person is told of one thing, in the portal and by mail.

    ``key`` names the thing ("returned:<period>:<body>:<event>"): with the recipient it is unique, so that whatever
    runs twice tells once. The mail is the same text; ``mail`` says where it is, ``reference`` is its Message-ID, the
    same at every try, by which a mail server knows a repetition.
    """

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices")
    kind = models.CharField(_("loại"), max_length=10, choices=NoticeKind)
    key = models.CharField(_("việc"), max_length=150)
    period = models.ForeignKey(Period, models.PROTECT, null=True, blank=True, related_name="notices")
    report = models.ForeignKey(Report, models.PROTECT, null=True, blank=True, related_name="notices")
    subject = models.CharField(_("tiêu đề"), max_length=300)
    text = models.TextField(_("nội dung"))
    url = models.CharField(_("địa chỉ"), max_length=200, blank=True)
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    read_at = models.DateTimeField(_("đọc lúc"), null=True, blank=True)
    mail = models.CharField(_("thư"), max_length=8, choices=MailState, default=MailState.NONE)
    address = models.EmailField(_("địa chỉ thư"), blank=True)
    sender = models.CharField(_("tên người gửi"), max_length=200, blank=True)  # the office, never a person
    reference = models.CharField(_("mã thư"), max_length=120, blank=True)
    tries = models.PositiveSmallIntegerField(_("số lần gửi"), default=0)
    error = models.CharField(_("lỗi"), max_length=300, blank=True)
    mail_at = models.DateTimeField(_("thư: thay đổi lúc"), null=True, blank=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("thông báo")
        verbose_name_plural = _("thông báo")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["recipient", "key"], name="one_notice_per_person_and_thing")]
        indexes = [
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="unread_notices"),
            models.Index(fields=["mail", "id"], condition=~Q(mail__in=["none", "sent"]), name="mails_on_their_way"),
        ]

    def __str__(self):
        return self.subject


class Wording(AppendOnly):
    """The office's own words for one kind of notice, or for the ready-made reasons; the newest row counts.

    Without a row the words are those that the portal comes with. ``waits``: whether mails of this kind wait in
    the outbox until an officer releases them.
    """

    key = models.CharField(_("lời văn"), max_length=20)
    subject = models.CharField(_("tiêu đề"), max_length=300, blank=True)
    text = models.TextField(_("nội dung"))
    waits = models.BooleanField(_("chờ chuyên viên cho gửi"), default=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("lời văn của cơ quan")
        verbose_name_plural = _("lời văn của cơ quan")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["key", "-id"], name="newest_wording")]

    def __str__(self):
        return self.key
