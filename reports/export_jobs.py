"""Files that take long to make: asked for, made by a worker step by step, found again; failure is told in a sentence.

``manage.py db_worker`` takes the tasks from the database (TASKS=database); with TASKS=immediate the request waits.
A job is claimed by one conditional update, so a task that is delivered twice makes one file.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import cache, partial

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from directives.models import User

from . import issuing
from .choices import Edition, JobState
from .exports import FORMATS, document_of_period
from .exports.pdf import PdfUnavailable
from .models import ExportJob, Issue, IssuedFile, Period
from .permissions import editions_of

# How many bodies a file may have for which the person waits: measured, each is made in less than about ten seconds.
SHORT = {"pdf": 60, "zip": 60, "docx": 200, "xlsx": 1000, "json": 1000}
ISSUED = "issued"  # the format of a job that makes all the files of an issue
ISSUED_FILES = (
    *((Edition.FULL.value, format) for format in ("json", "xlsx", "docx", "pdf")),
    *((Edition.OUTGOING.value, format) for format in ("json", "xlsx", "docx", "pdf", "zip")),
)
KEPT = timedelta(days=7)  # a file that was asked for; it can be asked for again

logger = logging.getLogger(__name__)


def long_formats(period: Period) -> set[str]:
    """The formats of the period's files that are made by a job instead of while the person waits."""
    bodies = period.reports.count()
    return {format for format, most in SHORT.items() if bodies > most}


def jobs_of(user):
    """What the person asked for, in the editions that they may have today."""
    return ExportJob.objects.filter(by=user, edition__in=editions_of(user)).select_related("period", "issue")


def ask(period: Period, format: str, edition: str, by, issue: Issue | None = None) -> ExportJob:
    """The job that makes the file; one that is under way for the same wish is returned again, not doubled."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)  # a double click waits for the first
        wish = {"period": period, "format": format, "edition": edition, "by": by, "issue": issue}
        job = ExportJob.objects.alive().filter(**wish).first()
        if job is not None:
            return job
        job = ExportJob.objects.create(**wish)
    make_file.enqueue(job.pk)
    job.refresh_from_db()
    return job


def again(job: ExportJob) -> bool:
    """Start a job anew that failed or hangs; False where it does not, or somebody was quicker."""
    if not (job.stuck or job.state == JobState.FAILED):
        return False
    same = ExportJob.objects.filter(pk=job.pk, state=job.state, at=job.at, started_at=job.started_at)
    if not same.update(state=JobState.WAITING, at=timezone.now(), started_at=None, done=0, total=0, error=""):
        return False
    make_file.enqueue(job.pk)
    return True


def make_issued_files(issue: Issue, by=None) -> ExportJob:
    """Have all files of ``issue`` made that are not there yet, from its frozen content; safe to ask for twice."""
    return ask(issue.provincial.period, ISSUED, Edition.FULL.value, by or issue.by, issue)


def prune(now=None) -> int:
    """Remove the files that lie there for more than ``KEPT``; the lines stay. Returns how many files went."""
    old = ExportJob.objects.filter(state=JobState.DONE, finished_at__lt=(now or timezone.now()) - KEPT)
    old = list(old.exclude(file=""))
    for job in old:
        job.file.delete(save=False)
        ExportJob.objects.filter(pk=job.pk).update(file="", size=0)
    return len(old)


# --- in the worker ---------------------------------------------------------------------------


@task()
def make_file(pk: int) -> None:
    """Make what a waiting job asks for, in Vietnamese. Never raises: what went wrong stands in the job."""
    started = timezone.now()
    waiting = ExportJob.objects.filter(pk=pk, state=JobState.WAITING)
    if not waiting.update(state=JobState.RUNNING, started_at=started):
        return
    job = ExportJob.objects.select_related("period__obligation", "period__lead__body", "issue__provincial").get(pk=pk)
    try:
        with translation.override("vi"):
            made = _issued_files(job) if job.format == ISSUED else _file(job)
    except PdfUnavailable as refusal:
        _end(job, state=JobState.FAILED, error=str(refusal)[:300])
    except Exception:
        logger.exception("export job %s", pk)
        with translation.override("vi"):
            _end(
                job,
                state=JobState.FAILED,
                error=_("Không tạo được tệp vì lỗi của hệ thống; lỗi đã được ghi lại cho quản trị."),
            )
    else:
        _end(job, state=JobState.DONE, **made)


def steps_of(job: ExportJob) -> tuple[str, ...]:
    """What a job does, one after the other, for the person who waits."""
    if job.format == ISSUED:
        return tuple(f"{FORMATS[format].label}, {Edition(edition).label}" for edition, format in ISSUED_FILES)
    gathering = _("Tập hợp số liệu, ẩn số nhỏ") if job.edition == Edition.OUTGOING else _("Tập hợp số liệu")
    return (gathering, _("Dựng tệp"), _("Lưu tệp"))


def _file(job: ExportJob) -> dict:
    """The one file of a period as it stands."""
    step = _steps(job)
    document = document_of_period(job.period, job.edition)
    step()
    content = FORMATS[job.format].render(document)
    step()
    job.file.save(job.format, ContentFile(content), save=False)
    return {"file": job.file.name, "size": len(content)}


def _issued_files(job: ExportJob) -> dict:
    """All files of an issue; those that are there already are left as they are."""
    step, document_of = _steps(job), cache(partial(issuing.document_of, job.issue))
    for edition, format in ISSUED_FILES:
        if not IssuedFile.objects.filter(issue=job.issue, format=format, edition=edition).exists():
            content = FORMATS[format].render(document_of(edition))
            try:
                with transaction.atomic():
                    issuing.store_file(job.issue, format, edition, content)
            except IntegrityError:
                logger.info("issue %s: somebody else stored %s %s", job.issue_id, edition, format)
        step()
    return {}


def _steps(job: ExportJob) -> Callable[[], None]:
    """Call what comes back after every step: the page shows how many are done."""
    own = ExportJob.objects.filter(pk=job.pk, started_at=job.started_at)
    own.update(total=len(steps_of(job)))
    return lambda: own.update(done=F("done") + 1)


def _end(job: ExportJob, **values) -> None:
    """Close the job, unless it was taken for dead and started again meanwhile: then this file is nobody's."""
    own = ExportJob.objects.filter(pk=job.pk, state=JobState.RUNNING, started_at=job.started_at)
    if values["state"] == JobState.DONE:
        values["done"] = F("total")
    if not own.update(finished_at=timezone.now(), **values) and job.file:
        job.file.delete(save=False)
