"""The office's words: letters by kind with a look at a real one, and the ready-made reasons of a return."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from .. import wordings as door
from ..board import named
from ..board_filter import LONGEST
from ..choices import NoticeKind
from ..forms import WordsField
from ..letters import LETTERS
from ..models import Report
from ..notifications import example
from ..permissions import may_send_mail
from ..typed import tidy

PAGE = 50
# Told in the portal and in the collected mail: no mail of their own that could wait.
COLLECTED = (
    NoticeKind.SENT_IN,
    NoticeKind.RESENT,
    NoticeKind.RECALLED,
    NoticeKind.ASKED,
    NoticeKind.ANSWERED,
    NoticeKind.FIGURE_ASKED,
)


class WordingForm(forms.Form):
    """What does not do is said by the door, in one place. ``seen``: the row that the page had shown."""

    subject = WordsField(label=gettext_lazy("Tiêu đề"), rows=2)
    text = WordsField(label=gettext_lazy("Nội dung"), rows=16)
    waits = forms.BooleanField(label=gettext_lazy("Thư loại này chờ chuyên viên đọc rồi mới gửi"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**62)

    def __init__(self, data=None, *, kind=None, **kwargs):
        super().__init__(data, **kwargs)
        if kind in COLLECTED:
            del self.fields["waits"]


class ReasonsForm(forms.Form):
    text = WordsField(label=gettext_lazy("Lý do có sẵn, mỗi dòng một lý do"), rows=20)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**62)


def _officers_only(user) -> None:
    if not may_send_mail(user):
        raise Http404


@cache_control(private=True, no_store=True)
@require_safe
def wordings(request):
    """Every kind of notice with its subject, whose words they are and whether its mails wait."""
    _officers_only(request.user)
    current = door.current()
    lines = [(kind, current[kind], kind in COLLECTED) for kind in NoticeKind]
    return render(request, "reports/wordings.html", {"lines": lines})


@cache_control(private=True)  # not no_store: the browser's Back must bring back what was typed
@require_http_methods(["GET", "HEAD", "POST"])
def wording(request, kind):
    """One kind: the words, what may be filled in, how a real letter would read, what stood here before."""
    _officers_only(request.user)
    if kind not in LETTERS:
        raise Http404
    words = door.current()[kind]
    if request.method != "POST":
        shown = {"subject": words.subject, "text": words.text, "waits": words.waits, "seen": words.row}
        return _page(request, kind, words, WordingForm(kind=kind, initial=shown))
    form = WordingForm(request.POST, kind=kind)
    form.is_valid()
    refusal = _saved(request, kind, form)
    if refusal is None and "look" not in request.POST:
        messages.success(request, _("Đã lưu lời văn; thư viết từ bây giờ dùng lời này."))
        return redirect("wording", kind)
    for field, sentence in refusal.errors if refusal else ():
        form.add_error(field or None, sentence)
    return _page(request, kind, door.current()[kind], form, status=400 if refusal else 200)


def _saved(request, kind, form) -> door.BadWords | None:
    """Do what was asked (look, save, back to the first words); returns what is wrong, None when nothing is."""
    typed = form.cleaned_data
    subject, text, seen = typed.get("subject", ""), typed.get("text", ""), typed.get("seen") or 0
    try:
        if "look" in request.POST:
            door.checked(kind, subject, text)
        elif "reset" in request.POST:
            door.reset(kind, by=request.user, seen=seen)
        else:
            door.save(kind, subject, text, waits=typed.get("waits", False), by=request.user, seen=seen)
    except door.BadWords as refusal:
        return refusal
    return None


def _page(request, kind, words, form, status=200):
    asked = request.POST.get("body") or request.GET.get("body") or ""
    report, note = _report_to_look_at(tidy(asked))
    if form.is_bound:  # what was typed meets the row that this page shows
        form.data = form.data.copy()
        form.data["seen"] = str(words.row)
        typed = door.Words(tidy(form.data.get("subject", "")), tidy(form.data.get("text", "")), words.waits)
    context = {
        "kind": NoticeKind(kind),
        "form": form,
        "words": words,
        "names": [("{" + name + "}", door.MEANINGS[name]) for name in LETTERS[kind].names],
        "look": _look(kind, typed if form.is_bound else words, report, form),
        "report": report,
        "asked": asked,
        "note": note,
        "page": Paginator(door.history(kind), PAGE).get_page(request.GET.get("trang")),
    }
    return render(request, "reports/wording.html", context, status=status)


def _report_to_look_at(asked: str) -> tuple[Report | None, str]:
    """(a report of the newest period: the body asked for, else the first; a sentence where it is not there)."""
    newest = Report.objects.select_related("period", "body").order_by("-period__opened_at", "-period", "position")
    first = newest.first()
    if first is None or not asked:
        return first, ""
    same, found = newest.filter(period=first.period), None
    if len(asked) <= LONGEST:
        found = same.filter(body__code=asked).first() or named(same, asked).first()
    return found or first, "" if found else _("Không tìm thấy cơ quan “%s” trong kỳ mới nhất.") % asked


def _look(kind, words, report, form):
    """(subject, text) as the letter would go out about ``report``; None where it cannot."""
    if report is None or form.errors.keys() & {"subject", "text"}:
        return None
    return door.written(kind, example(kind, report), words)


@cache_control(private=True)
@require_http_methods(["GET", "HEAD", "POST"])
def reasons(request):
    """The ready-made reasons of a return, one a line."""
    _officers_only(request.user)
    text, row = door.newest_reasons()
    form = ReasonsForm(request.POST if request.method == "POST" else None, initial={"text": text, "seen": row})
    if request.method == "POST":
        form.is_valid()
        seen = form.cleaned_data.get("seen") or 0
        try:
            if "reset" in request.POST:
                door.reset_reasons(by=request.user, seen=seen)
            else:
                door.save_reasons(form.cleaned_data["text"], by=request.user, seen=seen)
        except door.BadWords as refusal:
            for field, sentence in refusal.errors:
                form.add_error(field or None, sentence)
            form.data = form.data.copy()
            form.data["seen"] = str(door.newest_reasons()[1])
        else:
            messages.success(request, _("Đã lưu các lý do có sẵn."))
            return redirect("reasons")
    page = Paginator(door.history(door.REASONS_KEY), PAGE).get_page(request.GET.get("trang"))
    context = {"form": form, "page": page, "number": len(door.reasons())}
    return render(request, "reports/wordings_reasons.html", context, status=400 if form.errors else 200)
