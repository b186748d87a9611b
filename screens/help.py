"""Show help: ten minutes for each of the three users, what the tool must not be used for, its words, and how to cite.

The texts and pictures are those of docs/: the same for somebody who reads them without the app.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import streamlit as st

DOCS = Path(__file__).resolve().parents[1] / "docs"
TOPICS = {
    "Plan a budget: ten minutes": "help/planner.md",
    "A file of applications: ten minutes": "help/adviser.md",
    "A plan against the ledger: ten minutes": "help/finance.md",
    "What it must not be used for": "help/not-for.md",
    "Words": "help/glossary.md",
    "How to cite the data": "help/citing.md",
    "How access is measured": "how-access-is-measured.md",
    "How the plan is proved": "how-the-plan-is-proved.md",
    "Accessibility": "accessibility.md",
}
PICTURE = re.compile(r"^!\[(?P<alt>[^\]]*)\]\((?P<path>[^)]+)\)$", re.MULTILINE)
LINK = re.compile(r"(?<!!)\[(?P<words>[^\]]+)\]\((?P<to>[^)]+)\)")


def show() -> None:
    """Show the screen."""
    topic = st.selectbox("Help with", list(TOPICS), key="topic", bind="query-params")
    with st.container(key="help"):
        for kind, text, path in parts(TOPICS[topic]):
            if kind == "picture":
                st.image(str(path), alt=text, width=760)
            else:
                st.markdown(text)


def parts(name: str) -> Iterator[tuple[str, str, Path]]:
    """Give the texts and pictures of a page of docs/ in order: what each is, its text or description, and its file.

    Links between files of the documentation lead nowhere in the app, so that only their words are left.
    """
    file = DOCS / name
    text, start = LINK.sub(_link, file.read_text("utf-8")), 0
    for found in PICTURE.finditer(text):
        yield "text", text[start : found.start()], file
        yield "picture", found["alt"], (file.parent / found["path"]).resolve()
        start = found.end()
    yield "text", text[start:], file


def _link(found: re.Match) -> str:
    return found[0] if found["to"].startswith("https://") else found["words"]
