"""Who takes which edition; long files as jobs: left, found again, told of when they fail, begun anew when they hang."""

import datetime as dt
import html
import json
import re
from dataclasses import replace

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from directives.choices import Role
from reports import export_jobs, issuing
from reports.choices import JobState
from reports.composing import open_draft
from reports.exports import FORMATS
from reports.issuing import Facts
from reports.models import Download, ExportJob
from tests.factories import accept

pytestmark = pytest.mark.django_db

PAGE = "/tong-hop/2020/tai-ve/json/"
LIST = "/tep-xuat/"


@pytest.fixture
def all_long(monkeypatch):
    monkeypatch.setattr(export_jobs, "SHORT", dict.fromkeys(FORMATS, 0))


@pytest.fixture
def worker(settings):
    """Tasks wait in the database until ``worker()`` takes them all (db_worker itself would close our connection)."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

    def work():
        for waiting in DBTaskResult.objects.ready():
            waiting.claim("worker")
            waiting.task.call(*waiting.task_result.args)
            waiting.set_successful(None)

    return work


def text_of(response):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def job_of(response):
    return ExportJob.objects.get(pk=response.url.strip("/").split("/")[-1])


def downloads():
    return list(Download.objects.values_list("by__username", "format", "edition"))


@pytest.mark.parametrize(
    ("who", "asked", "edition"),
    [
        ("huyen", "", "full"),
        ("huyen", "full", "full"),
        ("huyen", "outgoing", "outgoing"),
        ("hung", "", "outgoing"),
        ("hung", "outgoing", "outgoing"),
        ("hung", "full", None),
        ("huyen", "khac", None),
        ("quan", "outgoing", None),
        ("lan", "", None),
    ],
)
def test_who_takes_which_edition(client, cast, report, who, asked, edition):
    """T6.06 of the one body is the total, its girls are not."""
    accept(report, cast.lan, cast.huyen, figures={"T6.06": 7, "T6.08": 7, "T6.06:girls": 3})
    client.force_login(getattr(cast, who))
    response = client.get(PAGE, {"edition": asked} if asked else {})
    if edition is None:
        assert (response.status_code, downloads()) == (404, [])
        return
    assert downloads() == [(who, "json", edition)]
    rows = [row for section in json.loads(response.content)["sections"] for row in section["rows"]]
    girls = next(row for row in rows if row["code"] == "T6.06")["options"]["girls"]
    assert (girls["value"], girls["state"]) == ((3, "value") if edition == "full" else (None, "hidden"))
    assert ("-gui-di." in response["Content-Disposition"]) == (edition == "outgoing")


@pytest.mark.parametrize(("who", "editions"), [("huyen", ["full", "outgoing"]), ("hung", ["outgoing"])])
def test_the_summary_offers_what_one_may_have(client, cast, period, who, editions):
    client.force_login(getattr(cast, who))
    page = client.get("/tong-hop/2020/").content.decode()
    assert re.findall(r'id="edition-(\w+)"', page) == editions
    offered = re.findall(r"btn-outline-primary. href=./tong-hop/2020/tai-ve/\w+/", page)
    assert len(offered) == len([pair for pair in export_jobs.ISSUED_FILES if pair[0] in editions])
    client.force_login(cast.huyen)
    assert client.get("/tong-hop/2020/tai-ve/zip/", {"edition": "full"}).status_code == 404  # it goes to others


def test_a_long_file_is_left_and_found_again(client, cast, report, all_long, worker):
    accept(report, cast.lan, cast.huyen, figures={"T6.06": 7, "T6.08": 7})
    client.force_login(cast.huyen)
    waiting = client.get(PAGE, {"edition": "outgoing"})
    job = job_of(waiting)
    assert client.get(PAGE, {"edition": "outgoing"}).url == waiting.url  # the second click
    assert client.get(PAGE).url != waiting.url  # another edition
    assert "Đang chờ" in text_of(client.get(waiting.url))
    assert client.get(f"{waiting.url}tai-ve/").status_code == 404
    worker()
    page = text_of(client.get(client.get(LIST).context["page"][1].get_absolute_url()))
    assert "Tệp đã xong" in page
    file = client.get(f"{waiting.url}tai-ve/")
    assert json.loads(b"".join(file.streaming_content))["period"]["code"] == "2020"
    assert file["Content-Disposition"] == 'attachment; filename="tong-hop-2020-gui-di.json"'
    assert file["Cache-Control"] == "private, no-store"
    assert downloads() == [("huyen", "json", "outgoing")]
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 3, 3)
    assert client.get(PAGE, {"edition": "outgoing"}).url != waiting.url  # what is done is asked for anew


def test_only_who_asked_sees_a_job(client, cast, period, all_long):
    client.force_login(cast.huyen)
    address = client.get(PAGE).url
    assert client.get(address).status_code == 200
    for other in (cast.tu, cast.hung, cast.quan, cast.lan):
        client.force_login(other)
        answers = [client.get(address), client.post(address), client.get(f"{address}tai-ve/")]
        assert [answer.status_code for answer in answers] == [404] * 3
    client.force_login(cast.tu)
    assert "chưa yêu cầu tệp dài nào" in text_of(client.get(LIST))
    type(cast.huyen).objects.filter(pk=cast.huyen.pk).update(role=Role.LEADER)  # who leaves the department
    client.force_login(cast.huyen)
    assert client.get(address).status_code == 404
    client.force_login(cast.lan)
    assert client.get(LIST).status_code == 404


def test_a_failure_is_told_and_can_be_tried_again(client, cast, period, all_long, monkeypatch):
    good = FORMATS["json"]

    def broken(_document):
        raise ZeroDivisionError

    monkeypatch.setitem(FORMATS, "json", replace(good, render=broken))
    client.force_login(cast.huyen)
    address = client.get(PAGE).url
    page = client.get(address)
    assert "Không tạo được tệp vì lỗi của hệ thống" in text_of(page)
    assert "Làm lại" in text_of(page)
    monkeypatch.setitem(FORMATS, "json", good)
    assert "Tệp đã xong" in text_of(client.post(address, follow=True))
    assert "không phải làm lại" in text_of(client.post(address, follow=True))


def test_a_worker_that_died_is_noticed(client, cast, period, worker):
    job = export_jobs.ask(period, "json", "full", cast.huyen)
    client.force_login(cast.huyen)
    died = timezone.now() - dt.timedelta(minutes=16)
    ExportJob.objects.filter(pk=job.pk).update(state=JobState.RUNNING, started_at=died)
    job.refresh_from_db()
    assert "đứng lại đã hơn 15 phút" in text_of(client.get(job.get_absolute_url()))
    assert "Đứng lại" in text_of(client.get(LIST))
    assert export_jobs.ask(period, "json", "full", cast.huyen) != job  # nobody waits for the dead
    client.post(job.get_absolute_url())
    job.file.save("x", ContentFile(b"late"), save=False)
    export_jobs._end(job, state=JobState.DONE, file=job.file.name, size=4)  # it was not dead after all
    assert ExportJob.objects.get(pk=job.pk).state == "waiting"
    worker()
    done = ExportJob.objects.get(pk=job.pk)
    assert (done.state, done.size > 1000) == ("done", True)
    made = done.finished_at
    export_jobs.make_file.call(job.pk)  # delivered twice
    assert ExportJob.objects.get(pk=job.pk).finished_at == made


def test_the_files_of_an_issue_are_made_once_and_each_from_what_was_frozen(client, cast, report, worker, monkeypatch):
    few = (("full", "json"), ("outgoing", "json"))
    monkeypatch.setattr(export_jobs, "ISSUED_FILES", few)
    accept(report, cast.lan, cast.huyen, figures={"T6.06": 7, "T6.08": 7, "T6.06:girls": 3})
    draft = open_draft(report.period, cast.huyen)
    today = timezone.localdate()
    facts = Facts("45", "BC-X", today, "", report.period.lead.signing_title, "Tên", ("Như trên",), with_gaps=True)
    issue = issuing.issue(draft, facts, cast.huyen)
    job = export_jobs.make_issued_files(issue, cast.huyen)
    assert export_jobs.make_issued_files(issue, cast.huyen) == job
    client.force_login(cast.huyen)
    assert [label.split(",")[0] for _n, label in client.get(job.get_absolute_url()).context["steps"]] == ["JSON"] * 2
    worker()
    assert "Các tệp đã xong" in text_of(client.get(job.get_absolute_url()))
    files = {file.edition: json.loads(file.file.read()) for file in issue.files.all()}
    assert sorted(files) == ["full", "outgoing"]
    assert client.get(f"{job.get_absolute_url()}tai-ve/").status_code == 404  # they are with the document
    again = export_jobs.make_issued_files(issue, cast.huyen)
    worker()
    again.refresh_from_db()
    assert (again.state, again.done, issue.files.count()) == ("done", 2, 2)


def test_old_files_go_and_their_lines_stay(client, cast, period, all_long):
    job = export_jobs.ask(period, "json", "full", cast.huyen)
    export_jobs.ask(period, "json", "outgoing", cast.huyen)
    ExportJob.objects.filter(pk=job.pk).update(finished_at=timezone.now() - dt.timedelta(days=8))
    call_command("prune_exports")
    assert export_jobs.prune() == 0
    assert not job.file.storage.exists(job.file.name)
    client.force_login(cast.huyen)
    assert "đã được xóa sau 7 ngày" in text_of(client.get(job.get_absolute_url()))
    assert client.get(f"{job.get_absolute_url()}tai-ve/").status_code == 404
    assert len(client.get(LIST).context["page"].object_list) == 2


def test_the_list_needs_a_fixed_number_of_queries(client, cast, period, django_assert_max_num_queries):
    client.force_login(cast.huyen)
    for _n in range(25):
        ExportJob.objects.create(period=period, format="pdf", edition="full", by=cast.huyen)
    client.get(LIST)
    with django_assert_max_num_queries(8):
        page = client.get(LIST, {"trang": "2"})
    assert len(page.context["lines"]) == 5
    assert client.get(LIST, {"trang": "x\0"}).status_code == 200
