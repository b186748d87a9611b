"""What the tests of the screens about people share: the screens without a browser, and applicants who do not exist."""

from streamlit.testing.v1 import AppTest

from tests import ROOT

MESSY = ROOT / "tests" / "eligibility" / "data" / "applicants_messy_600.csv"
HARROWMERE = "X-C1"
SCRIPT = """
import streamlit as st
from screens import page
from screens.people import assess, check, policy

page.set_up()
{"check": check, "assess": assess, "policy": policy}[st.session_state["screen"]].show()
"""
FEW = """Reference,Name,Date of birth,Postcode,Place of study
TR-1,Ada Nettlebeck,31/01/2009,XM9 3AJ,Harrowmere College
TR-2,Bryn Oakwright,2009-02-30,XM1 1AA,Harrowmere College
TR-3,Ada Nettlebeck,31/01/2009,xm93aj,Harrowmere College
"""


def at(screen: str) -> AppTest:
    """Return the app at a screen, not yet run."""
    app = AppTest.from_string(SCRIPT, default_timeout=600)
    app.session_state["screen"] = screen
    return app


def go(app: AppTest, screen: str) -> AppTest:
    app.session_state["screen"] = screen
    return run(app)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception, [error.message for error in app.exception]
    return app


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label.startswith(label)).click()
    return run(app)


def kept(app: AppTest, beginning: str) -> list[str]:
    """Return the keys of the session that begin so."""
    keys = app.session_state._state._state.filtered_state  # the wrapper of AppTest does not list them
    return [key for key in keys if str(key).startswith(beginning)]


def said(app: AppTest) -> str:
    """Return everything that is said on the screen outside tables, without the signs that keep Markdown harmless."""
    kinds = (
        app.title,
        app.header,
        app.subheader,
        app.markdown,
        app.caption,
        app.error,
        app.warning,
        app.success,
        app.info,
    )
    return "\n".join(element.value for kind in kinds for element in kind).replace("\\", "")


def upload(app: AppTest, content: bytes | str, name: str = "applicants.csv") -> AppTest:
    app.file_uploader[0].upload(name, content.encode() if isinstance(content, str) else content, "text/csv")
    return run(app)
