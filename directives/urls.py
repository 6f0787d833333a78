"""Included by portal/urls.py, where the whole site map stands."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.documents, name="documents"),
    path("chi-tieu/", views.indicators, name="indicators"),
]
