"""The officers' outbox: mails that wait, go, failed; read one, edit it, let it go."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from .. import outbox as door
from ..choices import MailState, NoticeKind
from ..forms import WordsField
from ..models import Period
from ..permissions import may_send_mail

PAGE = 50
MOST_DIGITS = 18  # of a number in a database row


class MailFilter(forms.Form):
    """Which mails the list shows; without a choice those that wait."""

    state = forms.ChoiceField(label=gettext_lazy("Tình trạng"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Loại"), required=False)
    period = forms.ChoiceField(label=gettext_lazy("Kỳ báo cáo"), required=False)

    def __init__(self, data):
        super().__init__(data if "state" in data else {**data.dict(), "state": MailState.WAITING})
        every = ("", _("Tất cả"))
        states = [(s.value, s.label) for s in MailState if s not in (MailState.NONE, *door.GOING)]
        self.fields["state"].choices = [every, ("going", _("Đang gửi đi")), *states]
        self.fields["kind"].choices = [every, *NoticeKind.choices]
        self.fields["period"].choices = [every, *((p.code, p.name) for p in Period.objects.newest_first()[:100])]

    def chosen(self) -> dict[str, str]:
        """What fits; a word that is no choice counts for nothing."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class MailForm(forms.Form):
    """Other words for one mail. What does not do is said by the door, in one place."""

    subject = WordsField(label=gettext_lazy("Tiêu đề"), rows=2)
    text = WordsField(label=gettext_lazy("Nội dung"), rows=16)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)


def _officers_only(user) -> None:
    if not may_send_mail(user):
        raise Http404


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def outbox(request):
    """The list with counts by state; a POST lets go, stops or tries again what was chosen, or all that is listed."""
    _officers_only(request.user)
    chosen = MailFilter(request.GET)
    found = door.mails(**chosen.chosen())
    if request.method == "POST":
        _act(request, found)
        return redirect(request.get_full_path())
    page = Paginator(found, PAGE).get_page(request.GET.get("trang"))
    return render(request, "reports/outbox.html", _list(request, chosen, page))


def _list(request, chosen, page) -> dict:
    query = request.GET.copy()
    query.pop("trang", None)
    return {
        "standing": (standing := door.standing()),
        "counts": _counts(standing.counts),
        "groups": [group | {"label": NoticeKind(group["kind"]).label} for group in door.waiting_groups()],
        "filter": chosen,
        "page": page,
        "state": chosen.chosen()["state"],
        "newest": page.paginator.object_list.values_list("pk", flat=True).first() or 0,
        "query": "&" + query.urlencode() if query else "",
    }


def _counts(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    """(what the filter is told, what it is called, number), those that are on their way in one."""
    going = sum(counts[state] for state in door.GOING)
    return [
        ("waiting", _("chờ cho gửi"), counts[MailState.WAITING]),
        ("going", _("đang gửi đi"), going),
        ("failed", _("gửi không được"), counts[MailState.FAILED]),
        ("sent", _("đã gửi"), counts[MailState.SENT]),
        ("stopped", _("bỏ, không gửi"), counts[MailState.STOPPED]),
    ]


ACTS = {"release": door.release, "stop": door.stop, "retry": door.retry}
ALL = {"release_all": "release", "retry_all": "retry"}


def _act(request, found) -> None:
    act = request.POST.get("act", "")
    if act in ALL:  # those that were there when the page was drawn: nothing goes that nobody could have seen
        newest = request.POST.get("newest", "")
        chosen, act = found.filter(pk__lte=int(newest)) if _is_number(newest) else found.none(), ALL[act]
    else:
        numbers = [number for number in request.POST.getlist("mail") if _is_number(number)]
        chosen = found.filter(pk__in=numbers[: 2 * PAGE])
    if act not in ACTS:  # no page of ours sends anything else
        raise Http404
    if not chosen.exists():
        messages.error(request, _("Chưa có thư nào được chọn, hoặc thư đã đổi tình trạng; hãy xem lại danh sách."))
    else:
        _tell(request, act, ACTS[act](chosen, by=request.user))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS


def _tell(request, act: str, done: door.Done) -> None:
    words = {
        "release": ngettext("Đã cho gửi %s thư.", "Đã cho gửi %s thư.", done.done),
        "stop": ngettext("Đã bỏ %s thư, không gửi.", "Đã bỏ %s thư, không gửi.", done.done),
        "retry": ngettext("Sẽ gửi lại %s thư.", "Sẽ gửi lại %s thư.", done.done),
    }
    if done.done:
        messages.success(request, words[act] % done.done)
    if done.pointless:
        sentence = ngettext(
            "%s thư nhắc được bỏ vì cơ quan đã gửi hoặc không còn phải gửi.",
            "%s thư nhắc được bỏ vì cơ quan đã gửi hoặc không còn phải gửi.",
            done.pointless,
        )
        messages.info(request, sentence % done.pointless)
    if done.left:
        sentence = ngettext(
            "%s thư giữ nguyên: đã đổi tình trạng, còn chỗ chưa điền, hoặc người nhận không có địa chỉ.",
            "%s thư giữ nguyên: đã đổi tình trạng, còn chỗ chưa điền, hoặc người nhận không có địa chỉ.",
            done.left,
        )
        messages.warning(request, sentence % done.left)


@cache_control(private=True)  # not no_store: the browser's Back must bring back what was typed
@require_http_methods(["GET", "HEAD", "POST"])
def mail(request, pk):
    """One mail: read it; while it waits, edit it; let it go, stop it, try again."""
    _officers_only(request.user)
    found = get_object_or_404(door.mails().select_related("edited_by", "released_by"), pk=pk)
    if request.method != "POST":
        return _mail_page(request, found)
    act = request.POST.get("act", "")
    if act in ("save", "save_release"):
        return _save(request, found, then_release=act == "save_release")
    if act not in ACTS:
        raise Http404
    _tell(request, act, ACTS[act](door.mails().filter(pk=pk), by=request.user))
    return redirect("mail", pk)


def _save(request, found, *, then_release: bool):
    form = MailForm(request.POST)
    form.is_valid()
    words = form.cleaned_data
    try:
        door.edit(found.pk, words["subject"], words["text"], shown=words.get("shown", ""), by=request.user)
    except door.Refused as refusal:
        for field, sentence in refusal.errors:
            form.add_error(field or None, sentence)
        found.refresh_from_db()
        return _mail_page(request, found, form, status=409 if form.non_field_errors() else 400)
    messages.success(request, _("Đã lưu thư."))
    if then_release:
        _tell(request, "release", door.release(door.mails().filter(pk=found.pk), by=request.user))
    return redirect("mail", found.pk)


def _mail_page(request, found, form=None, status=200):
    if form is None:
        form = MailForm(initial={"subject": found.subject, "text": found.text})
    else:  # what was typed meets the letter that this page shows
        form.data = form.data.copy()
        form.data["shown"] = door.mark_of(found)
    form.initial["shown"] = door.mark_of(found)
    context = {"mail": found, "form": form, "waiting": found.mail == MailState.WAITING}
    return render(request, "reports/outbox_mail.html", context, status=status)
