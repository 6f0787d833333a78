"""Included by portal/urls.py, where the whole site map stands."""

from django.urls import path

from .views import fill, review, summary

report = "bao-cao/<slug:period>/<slug:body>/"

urlpatterns = [
    path(report, fill.report_page, name="report"),
    path(report + "phan/<int:number>/", fill.section, name="section"),
    path(report + "phan/chung/", fill.overview, name="overview"),
    path(report + "kiem-tra/", fill.check, name="check"),
    path(report + "gui/", fill.submit, name="submit"),
    path(report + "ban-gui/", review.sent, name="sent"),
    path(report + "ban-gui/<slug:move>/", review.decide, name="decide"),
    path("ky/", review.periods, name="periods"),
    path("ky/mo/", review.open_period, name="open_period"),
    path("ky/<slug:period>/", review.queue, name="queue"),
    path("tong-hop/<slug:period>/", summary.summary, name="summary"),
    path("tong-hop/<slug:period>/chi-tieu/<str:code>/", summary.cells, name="cells"),
    path("tong-hop/<slug:period>/tai-ve/<slug:format>/", summary.download, name="download"),
]
