"""The whole site map. Every address asks for sign-in unless its view says ``login_not_required``."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import Group
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from django.views.i18n import set_language

from . import views

admin.site.login = secure_admin_login(admin.site.login)
admin.site.site_header = admin.site.site_title = _("Cổng báo cáo bảo vệ trẻ em")
admin.site.index_title = _("Quản trị")
admin.site.unregister([Group, EmailAddress, Authenticator])  # rights come from the role, not from these

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
