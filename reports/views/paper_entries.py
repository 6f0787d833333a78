"""A paper-only report: an officer records it, types it on the ordinary pages, or leaves it again."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from .. import paper_entries as door
from ..attachments import MOST_WORDS
from ..choices import Action
from ..file_forms import file_attributes
from ..file_types import SCANS, taken_words
from ..forms import WordsField
from ..models import PaperEntry
from ..workflow import NotAllowed, verdict
from .attachments import handed_out
from .lookups import officers_report_or_404


def day_field(label, help_text):
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=forms.DateInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Hãy nhập ngày, ví dụ 05/12/2020."),
            "invalid": gettext_lazy("Ngày không đọc được; hãy nhập ngày/tháng/năm, ví dụ 05/12/2020."),
        },
    )


class ScanForm(forms.Form):
    """The scan of a paper."""

    scan = forms.FileField(label=gettext_lazy("Bản quét"), required=False, allow_empty_file=True)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        told = {"kinds": taken_words(SCANS), "size": MOST_WORDS}
        self.fields["scan"].help_text = _("%(kinds)s, tối đa %(size)s. Có thể nộp sau.") % told
        self.fields["scan"].widget.attrs.update(file_attributes(SCANS))

    def told(self) -> list[tuple[str, str]]:
        """(place, sentence) for the summary of errors."""
        return [(f"id_{name}", error) for name in self.errors for error in self.errors[name]]


class PaperForm(ScanForm):
    """What stands on the body's document and in the office's book of incoming papers. The door judges it."""

    number = forms.CharField(
        label=gettext_lazy("Số, ký hiệu văn bản của cơ quan"),
        error_messages={"required": gettext_lazy("Hãy nhập số, ký hiệu ghi trên văn bản.")},
    )
    signed_on = day_field(gettext_lazy("Ngày văn bản"), gettext_lazy("Ngày/tháng/năm, ví dụ 05/12/2020."))
    incoming_number = forms.CharField(
        label=gettext_lazy("Số đến"),
        help_text=gettext_lazy("Theo sổ văn bản đến của cơ quan tổng hợp."),
        error_messages={"required": gettext_lazy("Hãy ghi số đến theo sổ văn bản đến, ví dụ 1234.")},
    )
    received_on = day_field(
        gettext_lazy("Ngày đến"),
        gettext_lazy("Ngày này quyết định báo cáo đúng hạn hay trễ hạn, không phải ngày nhập."),
    )
    field_order = ("number", "signed_on", "incoming_number", "received_on", "scan")

    def __init__(self, data=None, files=None, *, report, entry=None):
        initial = {"received_on": f"{timezone.localdate():%d/%m/%Y}"}
        if entry is not None:
            initial = {name: getattr(entry, name) for name in ("number", "incoming_number")}
            initial |= {name: f"{getattr(entry, name):%d/%m/%Y}" for name in ("signed_on", "received_on")}
        super().__init__(data, files, initial=initial)
        self.fields["number"].help_text = _("Ví dụ %s.") % f"45/BC-{report.body.symbol or 'UBND'}"


# --- the page --------------------------------------------------------------------------------


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def paper_entry(request, period, body):
    """What is recorded of the body's papers, and the form for one that came in or is being entered."""
    report = officers_report_or_404(request.user, period, body)
    entry = _open_entry(report)
    if request.method != "POST":
        return _page(request, report, entry)
    form = PaperForm(request.POST, request.FILES, report=report, entry=entry)
    # A page made before a colleague registered the paper must not overwrite what stands there now.
    if str(entry.pk if entry else "") != request.POST.get("entry", ""):
        form.is_valid()
        form.add_error(None, _("Người khác vừa ghi hoặc thôi nhập bản giấy này; hãy xem lại rồi ghi."))
        return _page(request, report, entry, form)
    if not form.is_valid():
        return _page(request, report, entry, form)
    try:
        kept = _keep(report, entry, form.cleaned_data, request.user)
    except door.Refused as refusal:
        _mark(form, refusal)
        report.refresh_from_db()
        return _page(request, report, _open_entry(report), form)
    return _told(request, kept, entry)


def _open_entry(report) -> PaperEntry | None:
    return report.paper_entries.open().select_related("scan").first() if report.on_paper else None


def _keep(report, entry, told, user) -> PaperEntry:
    if entry is None:
        return door.register(report, **told, by=user)
    return door.amend(entry, **told, by=user)


def _mark(form, refusal):
    for name, sentence in refusal.fields.items():
        form.add_error(name, sentence)
    if not refusal.fields:
        form.add_error(None, str(refusal))


def _told(request, entry, before):
    report = entry.report
    words = {"body": report.name, "number": entry.number, "incoming": entry.incoming_number}
    if before is None:
        sentence = _(
            "Đã ghi nhận văn bản số %(number)s của %(body)s, số đến %(incoming)s. Hãy nhập từng phần dưới đây."
        )
    else:
        sentence = _("Đã sửa thông tin bản giấy của %(body)s: số %(number)s, số đến %(incoming)s.")
    messages.success(request, sentence % words)
    if other := door.namesake(entry):
        told = {"number": entry.incoming_number, "body": other.report.name}
        messages.warning(request, _("Số đến %(number)s cũng đã ghi cho %(body)s; hãy xem lại sổ văn bản đến.") % told)
    if entry.scan_id is None:
        messages.info(request, _("Chưa có bản quét; cổng sẽ hỏi lại trước khi gửi."))
    return redirect("report", report.period.code, report.body.code)


def _page(request, report, entry, form=None, refused="", scan_form=None):
    may_register = verdict(report, Action.REGISTER, request.user)
    if form is None and (entry is not None or may_register):
        form = PaperForm(report=report, entry=entry)
    context = {
        "report": report,
        "period": report.period,
        "entry": entry,
        "form": form,
        "errors": form.told() if form else (),
        "reason": "" if entry else may_register.reason,
        "sent": report.paper_entries.exclude(version=None).select_related("by", "scan").order_by("-version"),
        "scan_form": scan_form or ScanForm(),
    }
    return render(request, "reports/paper_entry.html", context, status=400 if form and form.errors else 200)


# --- leaving it again, and the scan ----------------------------------------------------------


class LeavingForm(forms.Form):
    note = WordsField(label=gettext_lazy("Lý do thôi nhập"), rows=2)


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])  # GET: a sign-in leads here when the session had ended
def withdraw_paper(request, period, body):
    """Stop entering; what was typed from the paper is taken back."""
    report = officers_report_or_404(request.user, period, body)
    if request.method == "POST":
        form = LeavingForm(request.POST)
        form.is_valid()
        try:
            door.withdraw(report, request.user, form.cleaned_data["note"])
        except (door.Refused, NotAllowed) as refusal:
            messages.info(request, str(refusal))
            if form.cleaned_data["note"]:
                messages.info(request, _("Lời bạn vừa gõ: “%s”") % form.cleaned_data["note"])
        else:
            messages.success(request, _("Đã thôi nhập thay %s; nội dung đã nhập được gỡ ra.") % report.name)
    return redirect("paper_entry", period, body)


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def paper_scan(request, period, body, pk):
    """GET: the scan, to be saved. POST: the scan of a paper that was sent without one."""
    found = PaperEntry.objects.select_related("report__period", "report__body", "scan")
    entry = get_object_or_404(found, pk=pk, report__period__code=period, report__body__code=body)
    if request.method == "POST":
        return _take_scan(request, entry, officers_report_or_404(request.user, period, body))
    if entry.scan is None or not door.may_read_scan(request.user, entry):
        raise Http404
    return handed_out(entry.scan)


def _take_scan(request, entry, report):
    form = ScanForm(request.POST, request.FILES)
    form.is_valid()
    try:
        door.add_scan(entry, form.cleaned_data.get("scan"), by=request.user)
    except door.Refused as refusal:
        messages.error(request, " ".join(refusal.fields.values()) or str(refusal))
    else:
        messages.success(request, _("Đã nhận bản quét của văn bản số %s.") % entry.number)
    back = request.POST.get("back")
    return redirect(
        "check" if back == "check" and report.on_paper else "paper_entry", report.period.code, report.body.code
    )
