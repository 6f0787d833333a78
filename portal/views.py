"""The front door: what waits for me, is the portal alive, and what to say when something is not there."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from directives.choices import Role
from reports.briefing import latest_issues
from reports.duties import duties_of
from reports.typist import typist_of

from .kept import SHOWN_ON, texts_of


@require_safe
def home(request):
    issues = latest_issues() if request.user.role == Role.LEADER else ()
    return render(request, "home.html", {"duties": duties_of(request.user), "issues": issues})


@login_not_required
@require_safe
def health(request):
    """200 and one word when the database answers; for the office's monitoring, tells nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
def not_found(request, exception=None):
    return render(request, "error.html", {"kind": 404}, status=404)


@login_not_required
def forbidden(request, exception=None, reason=""):
    """Also the answer to a form whose page was open too long (CSRF, with a ``reason``): stores nothing, and shows
    what people write on our pages back to whoever is signed in.
    """
    match = request.resolver_match
    if reason and request.method == "POST" and match and match.url_name in SHOWN_ON and request.user.is_authenticated:
        texts = texts_of(match, request.user, request.POST) if typist_of(request.POST) else []
        if texts:
            context = {"texts": texts, "path": request.path, "part": match.url_name == "section"}
            return render(request, "stale.html", context, status=403)
    return render(request, "error.html", {"kind": 403}, status=403)


@login_not_required
def bad_request(request, exception=None):
    return render(request, "error.html", {"kind": 400}, status=400)


@login_not_required
def server_error(request):
    """Needs nothing that could be broken: no database, no person, no context processor."""
    return HttpResponse(SERVER_ERROR, status=500)


SERVER_ERROR = (
    '<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Lỗi hệ thống</title></head>'
    "<body><main><h1>Cổng báo cáo đang gặp lỗi</h1><p>Nội dung đã lưu vẫn còn. "
    "Hãy thử lại sau ít phút; nếu vẫn lỗi, hãy báo quản trị.</p></main></body></html>"
)
