"""Typed without a line, and the report went out meanwhile: the text is there to read on the report's own page."""

import pytest
from playwright.sync_api import expect

from reports.choices import Action, OverviewPart
from reports.models import Event, TaskResult
from reports.workflow import move
from tests.browser.test_typing import KEPT, PART, bar, clean, field, kept, people  # noqa: F401 - people is a fixture
from tests.factories import fill

REPORT = "/bao-cao/2020/na-hang/"


@pytest.fixture
def reopened(people, cast, report_of):  # noqa: F811
    """Lan's tabs: typed offline in two parts while Kỳ sent the report; closed, and one opened again."""
    report = fill(report_of("na-hang"), by=cast.lan)
    page = people("lan")
    context, tabs = page.context, {6: page, "chung": page.context.new_page()}
    for part, tab in tabs.items():
        tab.goto(PART.format(part))
    context.set_offline(True)
    typed = {6: {"T6.06:girls": "5", "results": "Câu viết dở <b>"}, "chung": {"assessment": "Đánh giá"}}
    for part, tab in tabs.items():
        for name, text in typed[part].items():
            field(tab, name).fill(text)
        tab.keyboard.press("Tab")
        expect(bar(tab)).to_contain_text(KEPT)
    for tab in tabs.values():
        tab.close(run_before_unload=False)
    move(report, Action.SUBMIT, by=cast.ky)
    context.set_offline(False)
    page = context.new_page()
    page.goto(PART.format(6))
    return page


def rows(page):
    """[(label, text)] as they are shown; both only readable."""
    areas = page.locator("#leftovers textarea[readonly]")
    return [(area.evaluate("one => one.labels[0].textContent"), area.input_value()) for area in areas.all()]


def test_what_was_typed_offline_is_there_after_the_sending(reopened):
    page = reopened
    assert page.url.endswith(REPORT)
    section = page.get_by_role("region", name="Nội dung bạn đã gõ, còn giữ trên máy này")
    expect(section).to_be_visible()
    task = rows(page)[0][0].partition(": T6.06")[0]
    assert sorted(text for _label, text in rows(page)) == ["5", "Câu viết dở <b>", "Đánh giá"]
    labels = {text: label for label, text in rows(page)}
    assert labels["5"] == f"{task}: T6.06, Nữ"
    assert labels["Câu viết dở <b>"] == f"{task}: Kết quả thực hiện"
    assert labels["Đánh giá"] == OverviewPart.ASSESSMENT.label
    clean(page, "leftovers")
    assert TaskResult.objects.get(report__body__code="na-hang", number=6).results.startswith("Kết quả nhiệm vụ 6")
    assert Event.objects.filter(action=Action.SUBMIT).count() == 1


def test_it_goes_only_when_it_is_dropped_twice_and_by_keyboard(reopened):
    page = reopened
    section = page.locator("#leftovers")
    section.locator("li").first.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(section.get_by_role("button", name="Giữ lại")).to_be_focused()
    clean(page, "asked")
    page.keyboard.press("Enter")
    expect(section.locator("textarea")).to_have_count(3)
    expect(section.locator("li").first.get_by_role("button")).to_be_focused()
    assert len(kept(page)) == 3
    for left in (2, 1, 0):
        page.keyboard.press("Tab") if left < 2 else None
        section.locator("li").first.get_by_role("button").first.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(section.locator("textarea")).to_have_count(left)
        assert len(kept(page)) == left
    expect(section).to_be_hidden()
    expect(page.locator("#main")).to_be_focused()
    page.reload()
    expect(section).to_be_hidden()


def test_another_person_at_the_same_computer_sees_none_of_it(reopened, people):  # noqa: F811
    page = reopened
    store = page.evaluate("({ ...localStorage })")
    other = people("ky")
    other.goto(REPORT)
    other.evaluate("store => Object.assign(localStorage, store)", store)
    other.reload()
    expect(other.locator("h1")).to_be_visible()
    expect(other.locator("#leftovers")).to_be_hidden()
    assert len(kept(other)) == 3


def test_an_open_part_puts_its_own_text_back(people, report_of):  # noqa: F811
    page = people("lan")
    page.goto(PART.format(6))
    page.context.set_offline(True)
    field(page, "results").fill("Chưa gửi")
    page.keyboard.press("Tab")
    expect(bar(page)).to_contain_text(KEPT)
    page.close(run_before_unload=False)
    page.context.set_offline(False)
    page = page.context.new_page()
    page.goto(REPORT)
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("#leftovers")).to_be_hidden()
    page.goto(PART.format(6))
    expect(field(page, "results")).to_have_value("Chưa gửi")
