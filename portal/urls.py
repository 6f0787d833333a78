"""The whole site map. Every address asks for sign-in unless its view says ``login_not_required``."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from . import views

admin.site.login = secure_admin_login(admin.site.login)

urlpatterns = [
    path("", views.home, name="home"),  # what waits for me
    path("", include("reports.urls")),  # /bao-cao/ /ky/ /tong-hop/
    path("van-ban/", include("directives.urls")),  # what is asked, and on what ground
    path("tai-khoan/", include("allauth.urls")),  # sign-in, password, second factor
    path("ngon-ngu/", login_not_required(set_language), name="set_language"),
    path("quan-tri/", admin.site.urls),  # back office for master data
    path("healthz", views.health, name="health"),
]

handler400 = "portal.views.bad_request"
handler403 = "portal.views.forbidden"
handler404 = "portal.views.not_found"
handler500 = "portal.views.server_error"
