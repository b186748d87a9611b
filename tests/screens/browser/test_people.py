"""The screens about people in a real Chromium: from a messy file to decisions and letters, and nothing that leaks."""

import io
import re
import zipfile
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Page, expect

from tests.screens.browser.driving import (
    answer,
    download,
    enter,
    fill,
    flaws,
    go_to,
    leaves,
    pick,
    press,
    settle,
    sideways,
    unfold,
    violations,
)
from tests.screens.people.people import FEW, MESSY


@pytest.fixture
def check(same_window):
    """Return a function that gives the screen about one young person as the test before left it."""

    def ready(page: Page) -> None:
        page.get_by_label("What is the postcode").wait_for()
        settle(page)

    return lambda width=1280: same_window(ready, "check", width)


def fill_in(page: Page) -> None:
    """Answer every question, unless a test has."""
    if page.get_by_label("earnings in the last assessment period").count():
        return
    fill(page, "What is the postcode", "xm9 3aj")
    place = page.get_by_role("combobox", name="Where will the young person")
    pick(page, place, "Harrowmere College", "Harrowmere coll")
    fill(page, "What is the young person's date of birth", "31 January 2009")
    fill(page, "On which day did the course begin", "07/09/2026")
    answer(page, "Is the course full time", "Yes")
    answer(page, "public funds", "Yes")
    answer(page, "as an apprentice", "No")
    answer(page, "nearest place", "Yes")
    answer(page, "Does the household receive Universal Credit?", "Yes")
    fill(page, "earnings in the last assessment period", "500")


@pytest.fixture
def page(same_window) -> Page:
    """Return the screen about a file of applicants as the test before left it."""

    def ready(page: Page) -> None:
        page.get_by_test_id("stFileUploader").wait_for()
        settle(page)

    return same_window(ready, "assess")


def decide_messy(page: Page) -> None:
    """Have the messy file decided about, unless a test has."""
    if not page.get_by_role("button", name="Download the decisions").count():
        decide(page, MESSY)


def decide(page: Page, file: Path) -> None:
    uploaded = page.get_by_role("button", name="Remove").or_(page.get_by_test_id("stFileUploaderDeleteBtn"))
    if uploaded.count():  # a box that holds a file takes no other
        press(page, uploaded.first)
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Decide about").wait_for()
    press(page, page.get_by_role("button", name="Decide about"))
    page.get_by_role("button", name="Download the decisions").wait_for()
    settle(page)


def test_from_a_postcode_to_the_reasons_and_the_letter(check, tmp_path):
    page = check()
    fill_in(page)
    expect(page.get_by_text("Eligible, subject to sight of evidence")).to_be_visible()
    fill(page, "Name, for the letter", "Ada Nettlebeck")
    name = download(page, "Download the letter", tmp_path / "letter.docx")
    words = "\n".join(paragraph.text for paragraph in docx.Document(tmp_path / "letter.docx").paragraphs)
    assert "Yes, once we have seen proof" in words
    assert "Nettlebeck" not in name
    assert page.url.endswith("/check") and page.complaints == []
    assert [url for url in page.traffic.requested if leaves(url)] == []


def test_what_is_printed_is_the_answer_and_not_the_form(check):
    page = check()
    fill_in(page)
    page.emulate_media(media="print")
    assert_the_answer_alone_is_seen(page)
    page.emulate_media(media="screen")


def assert_the_answer_alone_is_seen(page: Page) -> None:
    expect(page.get_by_text("What settled it")).to_be_visible()
    expect(page.get_by_text("How to appeal, and by when")).to_be_visible()
    for hidden in ("What is the postcode", "Name, for the letter"):
        expect(page.get_by_label(hidden)).to_be_hidden()
    expect(page.get_by_role("button", name="Print", exact=True)).to_be_hidden()
    expect(page.get_by_text("Checked by Help with travel to college")).to_be_visible()
    main = page.get_by_test_id("stMain").evaluate("(main) => [getComputedStyle(main).overflowY, main.clientHeight]")
    assert main[0] == "visible" and main[1] > 900  # nothing is cut off at the height of the window
    whole = page.locator("li", has_text="Eligible for help with travel").first
    parts = [whole, whole.locator("li", has_text="Sixteen on 31 August").last]
    breaks = [part.evaluate("(item) => getComputedStyle(item).breakInside") for part in parts]
    assert breaks == ["auto", "avoid"]  # else the reasons, as one item, begin a page of their own


def test_the_print_button_opens_the_browsers_own_printing(check):
    page = check()
    fill_in(page)
    page.evaluate("window.print = () => { window.printed = true; }")
    page.get_by_role("button", name="Print", exact=True).click()
    assert page.evaluate("window.printed") is True


def test_no_rule_of_wcag_is_broken_and_nothing_scrolls_sideways_when_a_person_is_checked(check):
    page = check(320)
    unfold(page, "Measured by an officer")
    fill_in(page)
    assert narrowest_reason(page) >= 190  # 150 with the browser's own indents
    fill(page, "What is the postcode", "XM99 9ZZ")
    page.get_by_role("alert").filter(has_text="cannot be read").wait_for()
    assert flaws(page) == []


def narrowest_reason(page: Page) -> float:
    """Return how wide the narrowest rule is that is on the screen: the one that lies deepest."""
    items = page.get_by_test_id("stMarkdownContainer").locator("li")
    widths = items.evaluate_all("(items) => items.map((item) => item.getBoundingClientRect().width)")
    return min(width for width in widths if width)


def test_a_place_of_study_may_be_typed_by_its_postcode(check):
    page = check()
    fill(page, "What is the postcode", "XM9 3AJ")
    place = page.get_by_role("combobox", name="Where will the young person")
    enter(page, place, "XM1 1AA")
    expect(page.get_by_text("Distance on foot: straight line")).to_be_visible()


def test_no_rule_of_wcag_is_broken_and_nothing_scrolls_sideways_when_a_file_is_assessed(page):
    assert violations(page) == []
    decide_messy(page)
    unfold(page, "Columns whose headings are known")
    assert flaws(page) == []


def test_every_decision_of_a_messy_file_of_six_hundred_has_its_letter(page, tmp_path):
    decide_messy(page)
    make = page.get_by_role("button", name=re.compile(r"^Make \d+ letters$"))
    decided = int(re.sub(r"\D", "", make.inner_text()))
    press(page, make)
    download(page, "Download the letters, a file each", tmp_path / "letters.zip")
    with zipfile.ZipFile(tmp_path / "letters.zip") as letters:
        assert len(letters.namelist()) == decided > 400
        first = docx.Document(io.BytesIO(letters.read(letters.namelist()[0])))
    assert any(paragraph.style.name == "Heading 1" for paragraph in first.paragraphs)
    assert page.complaints == []


def test_nothing_about_applicants_leaves_the_machine_or_stays_on_it(page, home):
    decide_messy(page)
    reference = page.get_by_role("combobox", name="Reference", exact=True)
    pick(page, reference, "T26-0001 (row 4)", "T26-0001")
    page.get_by_text("How to appeal, and by when").wait_for()
    assert [url for url in page.traffic.requested if leaves(url)] == []
    asked = [url for url in page.traffic.requested if "Cobbledick" in url or "XM9" in url or "T26" in url]
    assert asked == [] and page.url.endswith("/assess")
    written = [path for path in home.rglob("*") if path.is_file() and path.suffix != ".parquet"]
    assert home / "log.txt" in written
    assert [path.name for path in written if b"Cobbledick" in path.read_bytes()] == []


def test_who_gains_by_a_changed_policy_is_seen_before_it_is_saved(page, tmp_path):
    decide_messy(page)
    go_to(page, "The rules", "Policy")
    answer(page, "What to do", "Change a copy of it")
    fill(page, "Distance (miles)", "2")
    press(page, "Put these numbers into the text")
    expect(page.get_by_text("applicants: gain 1")).to_be_visible()
    assert download(page, "Download the changed policy", tmp_path / "new.toml") == "post16-default-changed.toml"
    assert 'note = "Set by the council."' in (tmp_path / "new.toml").read_text("utf-8")
    settle(page)
    assert violations(page) == [] and sideways(page) == (0, 0)
    go_to(page, "A file of applications", "Assess applications")
    page.get_by_role("button", name="Download the decisions").wait_for()


def test_forgotten_applicants_are_gone_from_the_page(page):
    decide_messy(page)
    press(page, page.get_by_role("button", name="Forget these applicants"))
    page.get_by_test_id("stFileUploader").wait_for()
    settle(page)
    assert page.get_by_test_id("stDataFrame").count() == 0


def test_letters_come_as_one_document_too(page, tmp_path):
    (tmp_path / "few.csv").write_text(FEW, "utf-8")
    decide(page, tmp_path / "few.csv")
    answer(page, "Letters", "as one document")
    press(page, page.get_by_role("button", name="Make 2 letters"))
    download(page, "Download the letters, as one document", tmp_path / "letters.docx")
    words = [paragraph.text for paragraph in docx.Document(tmp_path / "letters.docx").paragraphs]
    assert [reference for reference in ("TR-1", "TR-2", "TR-3") if any(reference in text for text in words)] == [
        "TR-1",
        "TR-3",
    ]


def test_no_rule_of_wcag_is_broken_and_nothing_scrolls_sideways_when_a_policy_is_looked_at(window):
    page = window("policy", "Policy")
    for task in ("Read it", "Compare it with another", "Change a copy of it"):
        answer(page, "What to do", task)
        if task.startswith("Change"):
            fill(page, "Distance (miles)", "2")
            press(page, "Put these numbers into the text")
            page.get_by_text("worked cases: gain").wait_for()
        assert flaws(page) == [], task
