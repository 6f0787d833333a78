"""Typing that meets the end of a session: kept until its person has signed in again, then shown, never lost.

With JavaScript every field is saved as it is left and this is not needed; without it a page of texts is
posted at once, and the sign-in page would swallow it.
"""

from django.utils import timezone

KEY = "typed_signed_out"
PAGES = ("section",)  # names of the addresses whose posts are kept
MOST = 300_000  # characters of one page; more is no page of ours


class KeptTypingMiddleware:
    """Puts what a signed-out person posts to a page of a report into their new session. Stands before the sign-in.

    Runs after the CSRF check, so nobody else's page can put words there.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if request.method != "POST" or request.user.is_authenticated:
            return
        if request.resolver_match.url_name in PAGES:
            typed = {name: request.POST[name] for name in request.POST if name != "csrfmiddlewaretoken"}
            if sum(map(len, typed.values())) <= MOST:
                request.session[KEY] = {"path": request.path, "typed": typed, "at": timezone.now().isoformat()}
