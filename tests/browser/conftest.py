"""A real Chromium against a real server. Debian's browser: Playwright brings none that a clean machine could fetch."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs a loop beside the test's own database use


def pytest_collection_modifyitems(items):
    """The tests of a file share one worker, so that one Chromium serves them all."""
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return browser_type_launch_args | {
        "executable_path": "/usr/bin/chromium",
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    """An English browser on a small office screen: the page's language must not follow it."""
    return browser_context_args | {"viewport": {"width": 1366, "height": 768}, "locale": "en-US"}


@pytest.fixture
def quiet(page):
    """The page's console stays empty: no blocked script, no missing file."""
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert said == []


@pytest.fixture
def sign_in(page, live_server):
    """Sign in as a person of the cast, through the form."""

    def _sign_in(username, password="mat-khau-thu-nghiem-2020"):
        page.context.clear_cookies()
        page.goto(f"{live_server.url}/tai-khoan/login/")
        page.fill("#id_login", username)
        page.fill("#id_password", password)
        page.click("main button")
        page.wait_for_url(f"{live_server.url}/")

    return _sign_in


@pytest.fixture
def axe_clean(page):
    """axe finds nothing on the page as it stands (WCAG 2.2 A and AA and best practices)."""
    axe = Axe()

    def _axe_clean(what):
        results = axe.run(page)
        assert results.violations_count == 0, f"{what}: {results.generate_report()}"

    return _axe_clean


@pytest.fixture
def sound(page, live_server, sign_in, axe_clean):
    """Walk over (person or "", address, what it is): axe finds nothing, no page is wider than a phone."""

    def _sound(pages):
        signed_in, found = None, []
        for who, address, what in pages:
            if who and who != signed_in:
                sign_in(who)
                signed_in = who
            page.goto(live_server.url + address)
            found += _flaws(what)
        assert not found, "\n".join(found)

    def _flaws(what) -> list[str]:
        found = []
        expect(page.locator("h1")).to_have_count(1)
        try:
            axe_clean(what)
        except AssertionError as violations:
            found.append(str(violations))
        for width in (390, 683):  # a phone; 1366 px at 200 % zoom
            page.set_viewport_size({"width": width, "height": 700})
            if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
                found.append(f"{what}: too wide at {width}")
        page.set_viewport_size({"width": 1366, "height": 768})
        return found

    _sound.flaws = _flaws
    return _sound
