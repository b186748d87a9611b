"""The help in docs/help: all of it is reached in the app, and its pictures are there, small, and made by the script."""

from screens import help
from tests import ROOT
from tests.screens.browser import pictures

DOCS = ROOT / "docs"
MOST_BYTES = 80_000  # of a picture


def test_every_page_of_help_is_a_topic_of_the_app_and_every_topic_has_a_page():
    pages = {f"help/{path.name}" for path in (DOCS / "help").glob("*.md")}
    assert pages <= set(help.TOPICS.values())
    for name in help.TOPICS.values():
        assert next(help.parts(name))[1].startswith("# ")


def test_every_picture_that_is_named_is_there_and_small_and_no_other():
    there = {path.name: path.stat().st_size for path in pictures.FOLDER.glob("*.png")}
    assert set(there) == pictures.named()
    assert {name: size for name, size in there.items() if size > MOST_BYTES} == {}
    shown = [path for name in help.TOPICS.values() for kind, _, path in help.parts(name) if kind == "picture"]
    assert len(shown) >= 8 and all(path.is_file() for path in shown)


def test_a_link_to_another_file_is_only_its_words_in_the_app():
    text = "".join(words for name in help.TOPICS.values() for kind, words, _ in help.parts(name) if kind == "text")
    assert "https://www.nationalarchives.gov.uk" in text
    assert "](decisions" not in text and ".md)" not in text


def test_the_words_are_in_the_order_of_the_alphabet():
    rows = [line for line in (DOCS / "help" / "glossary.md").read_text("utf-8").splitlines() if line.startswith("| **")]
    words = [line.split("**")[1] for line in rows]
    assert len(words) > 20 and words == sorted(words)
