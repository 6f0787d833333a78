"""The fill page of a district (task 3, its largest) against a bare page and against ``{% crispy form %}``."""

import datetime as dt
import gzip

from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, RequestFactory, override_settings

from directives.models import Obligation
from reports.models import Period
from tests.conftest import person
from tests.factories import fill

from . import provinces
from .measuring import medians, table


@override_settings(ROOT_URLCONF="tests.benchmarks.urls")
def run() -> None:
    provinces.clear()
    period = Period.objects.open(Obligation.objects.get(), 2020, as_of=dt.date(2020, 12, 1))
    fill(period.reports.get(body__code="na-hang"))
    client = Client()
    client.force_login(person("lan", "reporter", "na-hang"))
    addresses = {
        "bare": "/bench/bare",
        "crispy": "/bench/crispy",
        "fill": "/bao-cao/2020/na-hang/phan/3/",
        "check": "/bao-cao/2020/na-hang/kiem-tra/",
    }
    pages = {name: getter(client, address) for name, address in addresses.items()}
    ms = medians(pages, 30)
    pages = {name: get() for name, get in pages.items()}
    rows = [
        (
            name,
            ms[name],
            ms[name] / ms["bare"],
            ms[name] / ms["crispy"],
            f"{len(pages[name])}",
            f"{len(gzip.compress(pages[name]))}",
            f"{pages[name].count(b'<input') + pages[name].count(b'<textarea')}",
        )
        for name in addresses
    ]
    table(
        "Pages of a district, one GET in process (processor time)",
        rows,
        ("page", "ms", "/ bare page", "/ {% crispy form %}", "bytes", "gzip", "inputs"),
    )


def getter(client, address):
    """One GET through the web server's own entrance, without what a test client adds to every template."""
    handler = WSGIHandler()
    cookies = "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())
    environment = RequestFactory().get(address, HTTP_HOST="127.0.0.1", HTTP_COOKIE=cookies).environ

    def get() -> bytes:
        statuses = []
        response = handler(dict(environment), lambda status, headers: statuses.append(status))
        content = b"".join(response)
        response.close()
        assert statuses == ["200 OK"], (address, statuses)
        return content

    return get
