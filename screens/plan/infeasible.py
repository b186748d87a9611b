"""When nothing fits: what cannot be kept together, in words, and a button for each change that resolves it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

import streamlit as st

from budget.allocation.inputs.limits import Share
from budget.allocation.inputs.objective import Objective
from budget.allocation.search.infeasibility import Conflict, outwards
from budget.planning.plan import Plan
from data.wording import pounds
from screens import page
from screens.limits import state
from screens.limits import wording as words
from screens.limits.entries import Entry, MustFund, Promised, PromisedUnits, entries_of, rows_of
from screens.scenario import form


@dataclass(frozen=True, slots=True)
class Change:
    """A change that makes a plan possible: what its button says, and what it does to the form."""

    label: str
    apply: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Clash:
    """One of what cannot be kept together: a sentence, and the changes of it that resolve the conflict."""

    sentence: str
    changes: tuple[Change, ...]
    is_sure: bool = True  # that any one of them is enough


def is_none_found(plan: Plan) -> bool:
    """Say whether time ran out before any plan was found."""
    allocation = plan.allocation
    return allocation.status == "time_limit" and allocation.limits.empty and bool(rows_of(*_asked(plan)))


def _asked(plan: Plan) -> tuple:
    return plan.scenario.limits, plan.choices.offers


def show(plan: Plan) -> None:
    """Show why no plan can be made, and the changes that would let one be made."""
    if plan.allocation.status != "infeasible":
        st.header("No plan was found in the time", anchor=False)
        st.markdown(
            f"In {plan.scenario.time_limit_seconds:.0f} seconds no plan was found that keeps every limit, nor a proof "
            "that there is none. Ease a limit or raise the budget, and plan again."
        )
        return
    st.header("No plan can keep all of this", anchor=False)
    found = clashes(plan)
    st.markdown(
        "These cannot be kept together. Any one of the changes below lets a plan be made, all else as it is."
        if all(clash.is_sure for clash in found)
        else "These cannot be kept together. The changes below bring a plan nearer: where it says that it was not "
        "settled in the time whether one is enough, more than that one may be needed."
    )
    for number, clash in enumerate(found):
        with st.container(border=True):
            st.markdown(page.plain(clash.sentence))
            for place, change in enumerate(clash.changes):
                st.button(change.label, key=f"resolve_{number}_{place}", on_click=_resolve, args=(change,))
    if not plan.allocation.conflicting:
        for sentence in plan.allocation.conflicts:
            st.markdown(f"- {page.plain(sentence)}")


def _resolve(change: Change) -> None:
    """Change the form, and have the plan made again."""
    change.apply()
    st.session_state.pop("asked", None)


def clashes(plan: Plan) -> list[Clash]:
    """Return what cannot be kept together, as sentences with changes; areas that must be funded share one."""
    names = words.names_of(plan)
    found = plan.allocation.conflicting
    funded = [each.cohort for each in found if each.name == "must_fund"]
    shown = [_clash(plan, each, names) for each in found if each.name != "must_fund"]
    # limits made by one "each" share a sentence where nothing tells them apart
    shown = list({clash.sentence: clash for clash in shown}.values())
    return [*shown, _must_fund(plan, funded, names)] if funded else shown


def _clash(plan: Plan, conflict: Conflict, names: words.Names) -> Clash:
    sort, _, number = conflict.name.partition("_")
    if sort == "budget":
        return _budget(plan, conflict)
    if sort == "limit":
        return _limit(plan, conflict, int(number) - 1, names)
    if sort == "promised":
        units = [
            entry for entry in entries_of(plan.scenario.limits) if isinstance(entry, PromisedUnits) and entry.units
        ]
        return _entry(units[int(number) - 1], names)
    if sort == "reach":
        return _reach(conflict, plan.scenario.objective)
    return _grants(plan, names)


def _budget(plan: Plan, conflict: Conflict) -> Clash:
    scenario = plan.scenario
    only_must = all(each.name in ("budget", "must_fund") for each in plan.allocation.conflicting)
    what = "what must be funded" if only_must else "what the other limits ask"
    after = f" after the {pounds(scenario.reserve_pence)} held back" if scenario.reserve_pence else ""
    if conflict.figure is None:
        return Clash(f"The budget of {pounds(scenario.budget_pence)}{after} does not reach for {what}.", ())
    budget = ceil(conflict.figure * 100) + scenario.reserve_pence
    about = "" if conflict.is_exact else "at least "
    sentence = f"The budget{after} is {about}{pounds(budget - scenario.budget_pence)} short of {what}."
    if not conflict.is_exact:
        sentence += " Whether that is enough was not settled in the time."
    changes = [Change(f"Raise the budget to {pounds(budget)}", lambda: form.plan_with(budget=budget))]
    spare = scenario.reserve_pence - (budget - scenario.budget_pence)
    if spare >= 0 and conflict.is_exact:
        changes.append(Change(f"Hold back only {pounds(spare)}", lambda: form.plan_with(reserve=spare)))
    return Clash(sentence, tuple(changes), conflict.is_exact)


def _limit(plan: Plan, conflict: Conflict, row: int, names: words.Names) -> Clash:
    number, group, sense = rows_of(*_asked(plan))[row]
    limit = plan.scenario.limits.limits[number]
    side = "at_most" if sense == "<=" else "at_least"
    own = replace(limit, where=group, each=None, **{"at_least" if sense == "<=" else "at_most": None})
    sentence, changes = words.sentence(own, names), []
    if conflict.figure is not None and conflict.is_exact:
        figure = _as_limit(conflict.figure, sense, getattr(limit, side), limit.measure)
        possible = words.amount(figure, limit.measure)
        furthest = "least" if sense == "<=" else "most"
        sentence += f" The {furthest} possible is {possible}, with everything else kept."
        loosened = replace(limit, **{side: figure})
        changes.append(Change(f"{'Allow' if sense == '<=' else 'Ask for only'} {possible}", _put(limit, loosened)))
    return Clash(sentence, (*changes, Change("Take this limit away", _put(limit, None))))


def _as_limit(figure: Fraction, sense: str, asked: Fraction | Share, measure: str) -> Fraction | Share:
    """Return a figure as a limit says it: a share by tenths of a per cent, money to the penny, no stricter for it."""
    if isinstance(asked, Share):
        return Share(outwards(figure, sense))
    if measure != "spend":
        return figure
    return Fraction(ceil(figure * 100) if sense == "<=" else int(figure * 100), 100)


def _entry(entry: Entry, names: words.Names) -> Clash:
    return Clash(words.sentence(entry, names), (Change("Take this away", _put(entry, None)),))


def _reach(conflict: Conflict, objective: Objective) -> Clash:
    sentence, changes = f"The plan is to bring {float(objective.access):,.10g} young people within reach.", ()
    if conflict.figure is not None and conflict.is_exact:
        most = f"{float(conflict.figure):,.10g}"
        sentence += f" The most possible is {most}, with everything else kept."
        aim = replace(objective, access=conflict.figure)
        changes = (Change(f"Ask for only {most}", lambda: state.keep(state.entries(), aim)),)
    return Clash(sentence, changes)


def _grants(plan: Plan, names: words.Names) -> Clash:
    grants = plan.scenario.limits.grants
    changes = tuple(Change(f"Free {grant.name} from its conditions", _put(grant, None)) for grant in grants)
    said = " ".join(words.sentence(grant, names) for grant in grants)
    return Clash(f"Too little of the budget may pay for what is asked. {said}", changes)


def _must_fund(plan: Plan, cohorts: list[str], names: words.Names) -> Clash:
    changes = []
    for cohort in cohorts[: words.NAMED]:
        name = names.areas.get(cohort, cohort)
        for entry in entries_of(plan.scenario.limits):
            if isinstance(entry, MustFund) and cohort in entry.cohorts:
                rest = tuple(other for other in entry.cohorts if other != cohort)
                changes.append(Change(f"Take {name} off that list", _put(entry, MustFund(rest) if rest else None)))
            if isinstance(entry, Promised) and entry.cohort == cohort:
                changes.append(Change(f"Take back the promise to {name}", _put(entry, None)))
    return Clash(words.sentence(MustFund(tuple(cohorts)), names), tuple(changes))


def _put(entry: Entry, other: Entry | None) -> Callable[[], None]:
    """Return a function that puts another entry in the place of one in the list, or takes that one away."""

    def put() -> None:
        listed = [other if each == entry else each for each in state.entries()]
        state.keep([each for each in listed if each is not None], state.objective())

    return put
