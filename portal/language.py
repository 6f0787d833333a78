"""The screen's language is the person's own choice, kept in a cookie; never the browser's."""

from django.conf import settings
from django.utils import translation


class ChosenLanguageMiddleware:
    """Activates the language of the cookie, Vietnamese where there is none or an unknown one."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.known = dict(settings.LANGUAGES)

    def __call__(self, request):
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        with translation.override(chosen if chosen in self.known else settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
            return response
