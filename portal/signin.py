"""Who gets in: accounts are made by an administrator, and those who see the whole province need a second factor."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.shortcuts import redirect
from django.utils.translation import gettext as _


class Backend(AuthenticationBackend):
    def get_user(self, user_id):
        """The person with their body in one query: every page names both."""
        user = get_user_model()._default_manager.select_related("body").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        """Nobody signs up: an account belongs to an official whom the office knows."""
        return False


class LoginForm(AllauthLoginForm):
    """Offers the reset of a password by mail only where mail is sent."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not settings.MAIL_CONFIGURED:
            self.fields["password"].help_text = ""


class SecondFactorMiddleware:
    """Officers, leaders and administrators must set up a second factor before anything else.

    Allauth asks for the second factor at sign-in once it is set up; this only makes setting it up
    a duty (``SECOND_FACTOR_REQUIRED``).
    """

    ALLOWED = ("/tai-khoan/", "/ngon-ngu/", "/static/")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if self.must_set_up(request):
            messages.warning(request, _("Hãy thiết lập xác thực hai lớp trước khi tiếp tục."))
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    def must_set_up(self, request) -> bool:
        user = request.user
        return (
            settings.SECOND_FACTOR_REQUIRED
            and user.is_authenticated
            and not user.acts_for_a_body
            and not request.path.startswith(self.ALLOWED)
            and not is_mfa_enabled(user)
        )
