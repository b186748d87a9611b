"""Farebridge in a browser: `streamlit run streamlit_app.py`. It holds the server, the navigation and nothing else.

Streamlit imports this file once for the server, and runs it as a script for each visit.
"""

import datetime
import gc
import sys
from typing import Literal

import streamlit as st
from starlette.middleware import Middleware
from streamlit.starlette import App

from data import access, logs
from data.access import Right
from data.faults import InputError
from screens import help, page, start
from screens.access import settings, sign_in
from screens.access.guard import Guard
from screens.library import scenarios, what_if
from screens.monitoring import monitoring
from screens.people import assess, check, policy
from screens.places import add_county, places
from screens.plan import areas, plan, take_away
from screens.scenario import header, request


def _seen(right: Right) -> Literal["visible", "hidden"]:
    """Return whether the menu has a page; the page itself and all that it calls ask again."""
    return "visible" if access.may(right) else "hidden"


def show() -> None:
    """Show the page that is asked for, to whoever may see it."""
    page.PAGES |= {
        "start": st.Page(start.show, title="Start", default=True),
        "plan": st.Page(plan.show, title="Plan", url_path="plan"),
        "areas": st.Page(areas.show, title="Areas", url_path="areas", visibility="hidden"),
        "what_if": st.Page(what_if.show, title="What if", url_path="what-if"),
        "take_away": st.Page(take_away.show, title="Take away", url_path="take-away"),
        "check": st.Page(check.show, title="Young people", url_path="check", visibility=_seen(Right.PEOPLE)),
        "monitoring": st.Page(
            monitoring.show, title="Finance", url_path="monitoring", visibility=_seen(Right.MONITORING)
        ),
        "sites": st.Page(places.show, title="Rules and data", url_path="sites"),
        "help": st.Page(help.show, title="Help", url_path="help"),
        "county": st.Page(add_county.show, title="Add a county", url_path="add-county", visibility="hidden"),
        "scenarios": st.Page(scenarios.show, title="Scenarios", url_path="scenarios", visibility="hidden"),
        "assess": st.Page(assess.show, title="Assess applications", url_path="assess", visibility="hidden"),
        "policy": st.Page(policy.show, title="Policy", url_path="policy", visibility="hidden"),
    }
    # a dict of sections fails WCAG 1.3.1 (measured)
    opened = st.navigation(list(page.PAGES.values()), position="top")
    name = next(name for name, each in page.PAGES.items() if each.url_path == opened.url_path)
    st.set_page_config(
        page_title=f"{opened.title} · Farebridge", page_icon=page.ICON, layout="wide", menu_items=page.MENU
    )
    page.set_up()
    beside = header.show(name)
    page.attempted(opened.title, opened.run)
    header.complete(beside)


if __name__ == "__main__":
    sign_in.gate()
    show()
else:
    logs.set_up()
    try:
        found = settings.read()
    except InputError as error:
        sys.exit(str(error))
    sign_in.set_up(found)
    request.begin_first(datetime.date.today())  # so that the first visits do not wait for it
    gc.freeze()  # what was imported lasts: to look at it again and again would keep everybody waiting
    app = App(__file__, middleware=[Middleware(Guard, settings=found)])
