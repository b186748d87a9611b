"""The screen Areas without a browser: any measure, rules that are moved, a place by the name that people use."""

import pytest
from streamlit.testing.v1 import AppTest

from screens.scenario import saved

SCRIPT = """
from screens.plan import areas
areas.show()
"""
DISTANCE = "rule_minimum_km_to_college"


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    saved._library.clear()
    return run(AppTest.from_string(SCRIPT, default_timeout=600))


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception, [error.message for error in app.exception]
    return app


def said(app: AppTest) -> str:
    return "\n".join(text.value for text in app.markdown)


def test_a_rule_that_is_moved_tells_who_is_gained_and_lost_and_solves_nothing(app):
    plan = app.session_state["plan"]
    assert "Gained" not in said(app)
    assert app.slider(key=DISTANCE).label.endswith("(miles)") and f"{app.slider(key=DISTANCE).value:.1f}" == "3.0"
    app.slider(key=DISTANCE).set_value(9.0)
    run(app)
    assert "Gained: none." in said(app) and "Lost: none." not in said(app)
    assert app.session_state["plan"] is plan
    lost = app.dataframe[0].value
    assert set(lost["By the rules as moved"]) == {"lost"}
    app.button[[button.label for button in app.button].index("Put the rules back")].click()
    assert "Lost" not in said(run(app))


def test_another_measure_solves_nothing_and_the_table_shows_what_the_map_does(app):
    plan = app.session_state["plan"]
    app.selectbox(key="measure").set_value("deprivation")
    run(app)
    assert app.session_state["plan"] is plan
    app.session_state["map_more"] = True
    rows = run(app).dataframe[0].value
    assert len(rows) == len(plan.county.areas) and rows["On the map"].iloc[0] == "1 and 2, most deprived"


def test_an_area_s_page_has_its_facts_with_sources_and_the_nearest_places(app):
    app.selectbox(key="area").set_value("X01000012")
    run(app)
    facts, near = (app.table[place].value for place in (-2, -1))
    assert "Share on a low income" in facts["Fact"].tolist() and facts["Source"].ne("").all()
    assert {"On foot, minutes", "By bus, minutes", "Counts for"} <= set(near.columns)
    assert "Harrowmere College" in near["Place"].tolist()
