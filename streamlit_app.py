"""Farebridge in a browser: `streamlit run streamlit_app.py`. Navigation, and nothing else."""

import streamlit as st

from screens import page, plan

PAGES = [st.Page(plan.show, title="Plan", default=True)]  # a list: a dict of sections fails WCAG 1.3.1 (measured)

chosen = st.navigation(PAGES, position="top")
st.set_page_config(page_title=f"{chosen.title} · Farebridge", page_icon=page.ICON, layout="wide", menu_items=page.MENU)
page.put_right()
chosen.run()
