"""Every function that acts asks who has signed in: called by anybody, from anywhere, whatever a screen shows."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from budget.monitoring import forecast, journals
from budget.store import actuals
from budget.store.library import Library
from data import access, bundle
from data.access import ROLES, NotAllowed, Person, Right
from eligibility.deciding import questions
from eligibility.letters import letters
from eligibility.runs import applications, decisions_workbook
from screens.background import panel, plan_cache
from screens.places import county_jobs, official_files

ACTS = {
    Right.PLANS: [Library.list, Library.get, Library.find, Library.history, Library.deletion],
    Right.SCENARIOS: [
        *(Library.save, Library.rename, Library.duplicate, Library.restore, Library.delete),
        Library.import_file,
    ],
    Right.EXPORT: [Library.export, journals.to_csv, journals.cash_profile],
    Right.AUDIT: [Library.audit],
    Right.MONITORING: [
        *(actuals.save, actuals.latest, actuals.get, actuals.history, actuals.changes),
        forecast.monitor,
    ],
    Right.PEOPLE: [
        *(questions.decide_so_far, applications.prepare, applications.decide_all, applications.assess_file),
        *(letters.letter, letters.letters_zip, letters.letters_document, decisions_workbook.to_bytes),
    ],
    Right.DATA: [bundle.save, county_jobs.build, county_jobs.keep, county_jobs.fetch, official_files.put],
}
NOT_REACHED = (TypeError,)  # it was let in, and missed its arguments


@contextmanager
def signed_in(person: Person | None) -> Iterator[None]:
    access.ask_by(lambda: person)
    try:
        yield
    finally:
        access.ask_by(None)


def is_let_in(act) -> bool:
    try:
        act()
    except NotAllowed:
        return False
    except NOT_REACHED:
        return True
    raise AssertionError(f"{act} went on without its arguments")


@pytest.mark.parametrize("role", [*ROLES, None])
def test_each_role_may_do_what_is_its_own_and_nothing_else(role):
    with signed_in(Person("Ana", frozenset({role} if role else ()))):
        for right, acts in ACTS.items():
            for act in acts:
                wanted = role is not None and right in ROLES[role]
                is_whole = act is applications.assess_file  # its parts ask
                assert is_whole or is_let_in(act) == wanted, (role, act)


def test_whoever_has_not_signed_in_may_do_nothing():
    with signed_in(None):
        assert not any(is_let_in(act) for acts in ACTS.values() for act in acts if act is not applications.assess_file)


def test_on_a_persons_own_machine_nobody_is_asked():
    assert all(is_let_in(act) for acts in ACTS.values() for act in acts)


@pytest.mark.parametrize("work", [county_jobs.build, partial(county_jobs.build, None)])
def test_work_in_another_process_is_refused_before_it_begins(work):
    with signed_in(Person("Ana", frozenset({"viewer"}))), pytest.raises(NotAllowed, match="role administrator"):
        panel.run_job("place", "Building", work)


def test_a_folder_of_the_machine_is_opened_by_an_administrator_alone(monkeypatch):
    monkeypatch.setattr(plan_cache.st, "session_state", {plan_cache.COUNTY: "/etc"})
    with signed_in(Person("Ana", frozenset({"viewer"}))), pytest.raises(NotAllowed, match="role administrator"):
        plan_cache.county_folder()
    with signed_in(Person("Ana", frozenset({"administrator"}))):
        assert plan_cache.county_folder() == Path("/etc")


def test_roles_add_up():
    both = Person("Ana", frozenset({"viewer", "finance"}))
    assert both.may(Right.EXPORT)
    assert not both.may(Right.SCENARIOS)


def test_a_refusal_names_the_role_that_is_needed_and_those_there_are():
    with (
        signed_in(Person("Ana", frozenset({"viewer"}))),
        pytest.raises(NotAllowed, match=r"role planner; Ana has viewer"),
    ):
        access.need(Right.SCENARIOS)
