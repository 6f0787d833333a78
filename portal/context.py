"""What every page knows: the menu of this person, and whether invented data are about."""

from reports.models import Period


def portal(request):
    """``simulated``: True while the portal holds an invented year, so that every screen says so."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {"simulated": Period.objects.filter(simulated=True).exists()}
