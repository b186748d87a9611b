"""Farebridge in a browser: `streamlit run streamlit_app.py`. It holds the navigation and nothing else."""

import streamlit as st

from screens import page
from screens.library import scenarios
from screens.monitoring import monitoring
from screens.people import assess, check, policy
from screens.places import places
from screens.plan import plan

PAGES = [  # a list: a dict of sections fails WCAG 1.3.1 (measured)
    st.Page(plan.show, title="Plan", default=True),
    st.Page(scenarios.show, title="Scenarios", url_path="scenarios"),
    st.Page(monitoring.show, title="Monitoring", url_path="monitoring"),
    st.Page(places.show, title="Sites and journeys", url_path="sites"),
    st.Page(check.show, title="Check a young person", url_path="check"),
    st.Page(assess.show, title="Assess applications", url_path="assess"),
    st.Page(policy.show, title="Policy", url_path="policy"),
]

opened = st.navigation(PAGES, position="top")
st.set_page_config(page_title=f"{opened.title} · Farebridge", page_icon=page.ICON, layout="wide", menu_items=page.MENU)
page.set_up()
opened.run()
