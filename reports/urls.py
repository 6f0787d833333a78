"""Included by portal/urls.py, where the whole site map stands."""

from django.urls import path

from .choices import PetitionKind
from .views import (
    afterwards,
    attachments,
    autosave,
    fill,
    papers,
    petitions,
    points,
    reading,
    review,
    sending,
    summary,
    workbooks,
)

report = "bao-cao/<slug:period>/<slug:body>/"

urlpatterns = [
    path(report, fill.report_page, name="report"),
    path(report + "phan/<slug:part>/", fill.section, name="section"),
    path(report + "phan/<slug:part>/luu/", autosave.autosave, name="save"),
    path(report + "kiem-tra/", sending.check, name="check"),
    path(report + "buoc/<slug:move>/", sending.step, name="step"),
    path(report + "diem-can-sua/", points.tick, name="points"),
    path(report + "doc/", reading.read, name="read"),
    path(report + "doc/<slug:part>/", reading.read, name="read_part"),
    path(report + "bien-nhan/<int:version>/", reading.receipt, name="receipt"),
    path(report + "excel/", workbooks.workbooks, name="workbooks"),
    path(report + "excel/bieu-mau/", workbooks.blank_form, name="blank_form"),
    path(report + "excel/<int:pk>/", workbooks.workbook, name="workbook"),
    path(report + "excel/<int:pk>/danh-dau/", workbooks.annotated, name="annotated"),
    path(report + "tep/", attachments.attachments, name="attachments"),
    path(report + "tep/<int:pk>/", attachments.attachment, name="attachment"),
    path(report + "tep/<int:pk>/go/", attachments.remove_attachment, name="remove_attachment"),
    path(report + "ban-ky/", papers.signed_paper, name="signed_paper"),
    path(report + "ban-in/<slug:format>/", papers.printed_draft, name="printed_draft"),
    path(report + "ban-in/<int:version>/<slug:format>/", papers.printed, name="printed"),
    path("xac-nhan/<slug:fingerprint>/", reading.confirm, name="confirm"),
    path(report + "ban-gui/", review.sent, name="sent"),
    path(report + "ban-gui/<slug:move>/", review.decide, name="decide"),
    path(report + "xin-gia-han/", petitions.ask, {"kind": PetitionKind.MORE_TIME}, name="ask_time"),
    path(report + "xin-rut/", petitions.ask, {"kind": PetitionKind.TAKE_BACK}, name="ask_back"),
    path(report + "cac-nam/", afterwards.history, name="history"),
    path("ban-giao/", afterwards.handover, name="handover"),
    path("ban-giao/<str:username>/dong-tai-khoan/", afterwards.close, name="close_account"),
    path("ky/", review.periods, name="periods"),
    path("ky/mo/", review.open_period, name="open_period"),
    path("ky/<slug:period>/", review.queue, name="board"),
    path("ky/<slug:period>/de-nghi/", petitions.petitions, name="petitions"),
    path("ky/<slug:period>/de-nghi/<int:pk>/", petitions.petition, name="petition"),
    path("tong-hop/<slug:period>/", summary.summary, name="summary"),
    path("tong-hop/<slug:period>/chi-tieu/<str:code>/", summary.cells, name="cells"),
    path("tong-hop/<slug:period>/tai-ve/<slug:format>/", summary.download, name="download"),
]
