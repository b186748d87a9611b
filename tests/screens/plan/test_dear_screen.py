"""Where the money goes on the plan screen names support that costs far more a head than a whole scheme does."""

from streamlit.testing.v1 import AppTest


def a_page_with_a_long_drive():
    from screens.plan import spent
    from tests.budget.planning.test_dear import FAR, Scenario, decision, planned

    spent.show(planned(decision(2), scenario=Scenario(budget_pence=5_000_000), where=FAR))


def test_the_plan_screen_names_dear_support_beside_the_spend(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    app = AppTest.from_function(a_page_with_a_long_drive, default_timeout=600).run()
    assert not app.exception, app.exception
    assert any("1 applicant has support that costs more than £4,400 a head" in text.value for text in app.markdown)
