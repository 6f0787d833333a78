"""Bodies and the people who act for them: who cannot report, who cannot be reached, which accounts are left over."""

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directives.choices import Role
from directives.models import User

from ..choices import EDITABLE
from ..models import Report
from .defects import MOST, Kind, Severity, address, check, of_list, of_rows

NEVER_DAYS, IDLE_DAYS = 30, 365
ACT_FOR_A_BODY = (Role.REPORTER, Role.SIGNATORY)


def _active():
    return User.objects.filter(is_active=True).order_by("username")


def _body_page(body) -> str:
    return address("admin:directives_body_change", body.pk)


def _of_account(sentence: str):
    """Tells of an account: its user name and, where it has one, its body."""

    def tell(user):
        words = {"user": user.username, "body": user.body.name if user.body_id else ""}
        return sentence % words, address("admin:directives_user_change", user.pk)

    return tell


@check(
    Kind(
        "body_without_reporter",
        Severity.ERROR,
        gettext_lazy("Cơ quan phải báo cáo mà không có tài khoản người lập"),
        gettext_lazy("Tạo tài khoản người lập báo cáo cho cơ quan, hoặc mở lại tài khoản đã khóa."),
        Role.ADMINISTRATOR,
    )
)
def bodies_without_reporter(scope):
    there = set(_active().filter(role=Role.REPORTER).values_list("body", flat=True))
    left = [body for pk, body in scope.asked.items() if pk not in there]
    return of_list(left, lambda body: (_("%s: không có người lập báo cáo.") % body.name, _body_page(body)))


@check(
    Kind(
        "body_without_mail",
        Severity.WARNING,
        gettext_lazy("Cơ quan không nhận được thư"),
        gettext_lazy("Ghi địa chỉ thư cho ít nhất một người của cơ quan; nếu không có, gửi giấy mời bằng văn bản."),
        Role.ADMINISTRATOR,
    )
)
def bodies_without_mail(scope):
    """Bodies without any account are told elsewhere: there is nobody to write an address for."""
    people = _active().filter(role__in=ACT_FOR_A_BODY)
    some = set(people.values_list("body", flat=True))
    reached = set(people.exclude(email="").values_list("body", flat=True))
    left = [body for pk, body in scope.asked.items() if pk in some - reached]
    sentence = _("%s: không người nào có địa chỉ thư điện tử.")
    return of_list(left, lambda body: (sentence % body.name, _body_page(body)))


@check(
    Kind(
        "body_without_phone",
        Severity.WARNING,
        gettext_lazy("Cơ quan không có số điện thoại để đôn đốc"),
        gettext_lazy("Ghi số điện thoại của cơ quan, hoặc của người lập báo cáo."),
        Role.ADMINISTRATOR,
    )
)
def bodies_without_phone(scope):
    reached = set(_active().filter(body__isnull=False).exclude(phone="").values_list("body", flat=True))
    left = [body for pk, body in scope.asked.items() if not body.phone and pk not in reached]
    sentence = _("%s: không có số điện thoại nào.")
    return of_list(left, lambda body: (sentence % body.name, _body_page(body)))


@check(
    Kind(
        "account_without_body",
        Severity.ERROR,
        gettext_lazy("Tài khoản không gắn đúng cơ quan"),
        gettext_lazy("Chọn cơ quan cho người lập, người ký; để trống cơ quan với các vai trò khác."),
        Role.ADMINISTRATOR,
    )
)
def accounts_without_body(scope):
    """The database refuses these; a copy brought in by hand may hold them all the same."""
    wrong = Q(role__in=ACT_FOR_A_BODY, body=None) | (~Q(role__in=ACT_FOR_A_BODY) & Q(body__isnull=False))
    sentence = _("%(user)s: vai trò và cơ quan không khớp.")
    return of_rows(_active().filter(wrong).select_related("body"), _of_account(sentence))


@check(
    Kind(
        "account_of_closed_body",
        Severity.WARNING,
        gettext_lazy("Tài khoản của cơ quan đã kết thúc hoạt động"),
        gettext_lazy("Đóng tài khoản, hoặc chuyển sang cơ quan kế thừa."),
        Role.ADMINISTRATOR,
    )
)
def accounts_of_closed_bodies(scope):
    """Not while the body still has something to send or to put right."""
    still_owed = Report.objects.filter(body=OuterRef("body"), status__in=EDITABLE).expected(scope.day)
    left = _active().filter(~Exists(still_owed), body__valid_to__lt=scope.day).select_related("body")
    return of_rows(left, _of_account(_("%(user)s: %(body)s đã kết thúc hoạt động.")))


@check(
    Kind(
        "account_never_used",
        Severity.INFO,
        gettext_lazy("Tài khoản chưa đăng nhập lần nào"),
        gettext_lazy("Hỏi người dùng có nhận được thông tin đăng nhập không; không dùng thì đóng tài khoản."),
        Role.ADMINISTRATOR,
    )
)
def accounts_never_used(scope):
    left = _active().filter(last_login=None, date_joined__lt=scope.ago(days=NEVER_DAYS)).select_related("body")
    sentence = _("%(user)s: tạo đã hơn một tháng, chưa đăng nhập.")
    return of_rows(left, _of_account(sentence))


@check(
    Kind(
        "account_idle",
        Severity.WARNING,
        gettext_lazy("Tài khoản bỏ không hơn một năm"),
        gettext_lazy("Người đó đã chuyển công tác thì đóng tài khoản và tạo tài khoản cho người thay."),
        Role.ADMINISTRATOR,
    )
)
def accounts_idle(scope):
    left = _active().filter(last_login__lt=scope.ago(days=IDLE_DAYS)).select_related("body")
    return of_rows(left, _of_account(_("%(user)s: hơn một năm không đăng nhập.")))


@check(
    Kind(
        "shared_mail",
        Severity.WARNING,
        gettext_lazy("Nhiều người cùng một địa chỉ thư"),
        gettext_lazy("Mỗi người một địa chỉ, để thư đến đúng người và lấy lại được mật khẩu."),
        Role.ADMINISTRATOR,
    )
)
def shared_mails(scope):
    """Told by user names: an address is nobody else's business."""
    people = _active().exclude(email="").annotate(box=Lower("email"))
    shared = people.order_by("box").values("box").annotate(people=Count("pk")).filter(people__gt=1)
    boxes = list(shared[:MOST].values_list("box", flat=True))
    names: dict[str, list[str]] = {box: [] for box in boxes}
    for box, username in people.filter(box__in=boxes).values_list("box", "username"):
        names[box].append(username)
    told = [(_("%s dùng chung một địa chỉ thư.") % _some(who), "") for who in names.values()]
    return shared.count(), told


def _some(usernames: list[str]) -> str:
    """``a, b, c`` or ``a, b, c, d, e và 3 người khác``."""
    shown, rest = ", ".join(usernames[:5]), len(usernames) - 5
    return shown if rest <= 0 else _("%(some)s và %(rest)s người khác") % {"some": shown, "rest": rest}
