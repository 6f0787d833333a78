"""What every page knows: whether invented data are about, how many notices the person has not read."""

from reports.models import Notice, Period


def portal(request):
    """``simulated``: True while the portal holds an invented year, so that every screen says so.

    ``unread_notices`` is asked for by the page that shows it; what is no page asks nothing.
    """
    return {"simulated": Period.objects.filter(simulated=True).exists(), "unread_notices": lambda: _unread(request)}


def _unread(request) -> int:
    user = getattr(request, "user", None)  # an error before the sign-in is known still has its page
    return Notice.objects.of(user).unread().count() if user is not None and user.is_authenticated else 0
