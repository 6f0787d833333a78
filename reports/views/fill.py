"""A body fills in its report, checks it and sends it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import checks, workflow
from ..choices import Action, OverviewPart
from ..consolidation import computed_values
from ..drafting import NotWritable, Section, save_overview, save_section
from ..forms import OverviewForm, TaskForm, read_figures, read_seen, typed_from
from ..grid import Grid
from ..models import TaskResult, answers_of
from ..permissions import may_write
from ..sheets import sheet_of
from .lookups import own_report_or_404

NOT_YET = ("missing", "text")  # findings about what is not there yet: told when checking, not while typing


@cache_control(private=True, no_store=True)
@require_safe
def report_page(request, period, body):
    """What is owed, what is done part by part, who acts next."""
    report = own_report_or_404(request.user, period, body)
    findings = checks.run(sheet_of(report))
    context = {
        "report": report,
        "parts": _parts(report, findings),
        "writable": may_write(request.user, report),
        "errors": sum(finding.blocks for finding in findings),
        "events": report.events.select_related("by"),
        "returned": report.events.filter(action=Action.RETURN).last() if report.status == "returned" else None,
    }
    return render(request, "reports/report.html", context)


def _parts(report, findings):
    """One entry per part of the form: number (None: the overview), title, number of errors, who wrote last."""
    results = {result.number: result for result in report.results.select_related("updated_by")}
    titles = {task.number: task.title for task in report.period.ordered_tasks()} | {0: _("Số liệu dùng chung")}
    parts = []
    for number in report.section_numbers():
        result = results.get(number)
        errors = sum(1 for finding in findings if finding.blocks and finding.section == number)
        parts.append({"number": number, "title": titles[number], "result": result, "errors": errors})
    written = report.overviews.exclude(text="").count()
    state = _("%(written)s/%(all)s mục có nội dung") % {"written": written, "all": len(OverviewPart)}
    parts.append({"number": None, "title": _("Phần chung"), "state": state})
    return parts


@cache_control(private=True)  # not no_store: the browser's Back must bring back what was typed
@require_http_methods(["GET", "HEAD", "POST"])
def section(request, period, body, number):
    """The figures and texts of one task (0: the shared figures). A save answers with a redirect, also with errors."""
    report = own_report_or_404(request.user, period, body)
    if number not in report.section_numbers():
        raise Http404
    if not may_write(request.user, report) and request.method != "POST":
        return redirect("report", period, body)
    page = SectionPage(report, number)
    if request.method == "POST":
        form = page.form(data=request.POST)
        form.is_valid()
        try:
            save_section(report, page.typed(form), by=request.user)
        except NotWritable as refusal:
            # Sent or saved meanwhile by a colleague: nothing is stored, and nothing typed is lost from the screen.
            page = SectionPage(report, number)
            form = page.form(data=request.POST)
            return render(request, "reports/section.html", page.context(form, refusal=str(refusal)), status=409)
        return _after_save(request, report, number)
    return render(request, "reports/section.html", page.context(page.form()))


class SectionPage:
    """One part of one report, prepared for its form: figures, findings, computed rows, cited instruments."""

    def __init__(self, report, number):
        self.report, self.number = report, number
        results = {result.number: result for result in report.results.all()}
        self.result = results.get(number) or TaskResult(report=report, number=number)
        self.indicators = [i for i in report.indicators() if i.task_number == number]
        self.answers = answers_of(report)
        own = [f for f in checks.run(sheet_of(report, self.answers, results.values())) if f.section == number]
        self.errors = [f for f in own if f.blocks and f.code not in NOT_YET]
        self.warnings = [f for f in own if not f.blocks]
        self.task = next((t for t in report.period.ordered_tasks() if t.number == number), None)
        self.title = str(self.task) if self.task else _("Số liệu dùng chung")

    def form(self, data=None) -> TaskForm:
        citations = [c for c in self.report.period.ordered_citations() if c.task.number == self.number]
        return TaskForm(
            data,
            instance=self.result,
            grid=self.grid(data),
            citations=citations,
            progress=dict(self.report.progress.values_list("citation_id", "text")) if citations else {},
            warnings=self.warnings,
            explanations=dict(self.report.explanations.values_list("rule_code", "text")) if self.warnings else {},
        )

    def grid(self, data=None) -> Grid:
        typed = typed_from(self.answers, self.result.unread, self.indicators) if data is None else data
        computed = computed_values(self.indicators, self.answers)
        roles = {i.code: self.report.role_of(i) for i in self.indicators}
        return Grid(self.indicators, typed, computed, self.errors, roles)

    def typed(self, form) -> Section:
        answers, unread = read_figures(form.data, self.indicators)
        return Section(
            self.number,
            read_seen(form.data),
            answers,
            unread,
            form.result_values(),
            form.progress_texts(),
            form.explanation_texts(),
        )

    def context(self, form, refusal="") -> dict:
        numbers = self.report.section_numbers()
        return {
            "report": self.report,
            "number": self.number,
            "task": self.task,
            "form": form,
            "errors": self.errors,
            "refusal": refusal,
            "numbers": numbers,
        }


def _after_save(request, report, number):
    """On to the next part; back to this one when asked to stay or when something on it could not be read."""
    page = SectionPage(report, number)
    stay = request.POST.get("then") != "next"
    if page.errors:
        left = len(page.errors)
        words = ngettext("%(part)s: đã lưu, còn %(left)s lỗi.", "%(part)s: đã lưu, còn %(left)s lỗi.", left)
        messages.warning(request, words % {"part": page.title, "left": left})
    else:
        messages.success(request, _("Đã lưu."))
    if stay or page.result.unread:
        return redirect("section", report.period.code, report.body.code, number)
    numbers = report.section_numbers()
    following = numbers.index(number) + 1
    if following < len(numbers):
        return redirect("section", report.period.code, report.body.code, numbers[following])
    return redirect("overview", report.period.code, report.body.code)


@cache_control(private=True)  # not no_store: the browser's Back must bring back what was typed
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request, period, body):
    """The four texts around the tasks."""
    report = own_report_or_404(request.user, period, body)
    if not may_write(request.user, report) and request.method != "POST":
        return redirect("report", period, body)
    initial = dict(report.overviews.values_list("part", "text"))
    data = request.POST if request.method == "POST" else None
    form = OverviewForm(data, initial=initial, seen=report.overview_saves)
    context = {"report": report, "form": form, "numbers": report.section_numbers()}
    if request.method == "POST" and form.is_valid():
        try:
            sent = {part: text for part, text in form.cleaned_data.items() if part in request.POST}
            save_overview(report, sent, by=request.user, seen=read_seen(request.POST))
        except NotWritable as refusal:
            report.refresh_from_db(fields=["overview_saves"])
            context["form"] = OverviewForm(data, initial=initial, seen=report.overview_saves)
            return render(request, "reports/overview.html", context | {"refusal": str(refusal)}, status=409)
        messages.success(request, _("Đã lưu."))
        return redirect("check" if request.POST.get("then") == "next" else "overview", period, body)
    return render(request, "reports/overview.html", context)


@cache_control(private=True, no_store=True)
@require_safe
def check(request, period, body):
    """Everything that still blocks sending or asks for a reason, each with a link to its place."""
    report = own_report_or_404(request.user, period, body)
    findings = checks.run(sheet_of(report))
    explained = dict(report.explanations.exclude(text="").values_list("rule_code", "text"))
    context = {
        "report": report,
        "errors": [finding for finding in findings if finding.blocks],
        "warnings": [(finding, explained.get(finding.code, "")) for finding in findings if not finding.blocks],
        "verdict": workflow.verdict(report, Action.SUBMIT, request.user),
        "numbers": report.section_numbers(),
    }
    return render(request, "reports/check.html", context)


@require_POST
def submit(request, period, body):
    """Send. However often one clicks: a second sending is told so and changes nothing."""
    report = own_report_or_404(request.user, period, body)
    try:
        workflow.move(report, Action.SUBMIT, by=request.user)
    except workflow.NotReady as refusal:
        messages.error(request, str(refusal))
        return redirect("check", period, body)
    except workflow.NotAllowed as refusal:
        messages.info(request, str(refusal))
        return redirect("report", period, body)
    messages.success(request, _("Đã gửi báo cáo. Cơ quan tổng hợp sẽ duyệt hoặc trả lại kèm lý do."))
    return redirect("report", period, body)
