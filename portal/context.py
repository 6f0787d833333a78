"""What every page knows: whether invented data are about."""

from reports.models import Period


def portal(request):
    """``simulated``: True while the portal holds an invented year, so that every screen says so."""
    return {"simulated": Period.objects.filter(simulated=True).exists()}
