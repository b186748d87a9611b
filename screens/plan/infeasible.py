"""Show which limits cannot be kept together, in words, with a button for each change that resolves the conflict."""

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
from screens.background.plan_cache import plan_anew
from screens.limits import state
from screens.limits import wording as words
from screens.limits.entries import LimitEntry, MustFund, Promised, PromisedUnits, entries_of, one_sided, rows_of
from screens.scenario import form


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change that makes a plan possible: the label of its button, and what it does to the form."""

    label: str
    apply: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Clash:
    """One part of a conflict: a sentence, and the changes of it that resolve the conflict."""

    sentence: str
    changes: tuple[Remedy, ...]
    is_sure: bool = True  # any one of the changes is enough


def no_plan_in_time(plan: Plan) -> bool:
    """Say whether time ran out before any plan was found."""
    allocation = plan.allocation
    return (
        allocation.status == "time_limit"
        and allocation.limits.empty
        and bool(rows_of(plan.scenario.limits, plan.choices.offers))
    )


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
    conflicts = clashes(plan)
    st.markdown(
        "These cannot be kept together. Any one of the changes below lets a plan be made, all else as it is."
        if all(clash.is_sure for clash in conflicts)
        else "These cannot be kept together. The changes below bring a plan nearer. Where the time was too short to "
        "tell whether one change is enough, you may need more than that one."
    )
    for number, clash in enumerate(conflicts):
        with st.container(border=True):
            st.markdown(page.plain(clash.sentence))
            for place, change in enumerate(clash.changes):
                st.button(change.label, key=f"resolve_{number}_{place}", on_click=_resolve, args=(change,))
    if not plan.allocation.conflicting:
        st.markdown(page.bullets(plan.allocation.conflicts))


def _resolve(change: Remedy) -> None:
    change.apply()
    plan_anew()


def clashes(plan: Plan) -> list[Clash]:
    """Return the parts of the conflict as sentences with changes; areas that must be funded share one."""
    names = words.names_of(plan)
    conflicting = plan.allocation.conflicting
    funded = [each.cohort for each in conflicting if each.name == "must_fund"]
    parts = [_clash(plan, each, names) for each in conflicting if each.name != "must_fund"]
    # limits made by one "each" share a sentence where nothing tells them apart
    parts = list({clash.sentence: clash for clash in parts}.values())
    return [*parts, _must_fund(plan, funded, names)] if funded else parts


def _clash(plan: Plan, conflict: Conflict, names: words.Names) -> Clash:
    sort, _, number = conflict.name.partition("_")
    if sort == "budget":
        return _budget(plan, conflict)
    if sort == "limit":
        return _limit(plan, conflict, int(number) - 1, names)
    if sort == "promised":
        every = entries_of(plan.scenario.limits)
        entry = [each for each in every if isinstance(each, PromisedUnits) and each.units][int(number) - 1]
        return Clash(words.sentence(entry, names), (Remedy("Take this away", _put(entry, None)),))
    if sort == "reach":
        return _reach(conflict, plan.scenario.objective)
    return _grants(plan, names)


def _budget(plan: Plan, conflict: Conflict) -> Clash:
    scenario = plan.scenario
    only_must = all(each.name in ("budget", "must_fund") for each in plan.allocation.conflicting)
    what = "what must be funded" if only_must else "what the other limits require"
    after = f" after the {pounds(scenario.reserve_pence)} held back" if scenario.reserve_pence else ""
    if conflict.figure is None:
        return Clash(f"The budget of {pounds(scenario.budget_pence)}{after} is too small for {what}.", ())
    budget = ceil(conflict.figure * 100) + scenario.reserve_pence
    about = "" if conflict.is_exact else "at least "
    sentence = f"The budget{after} is {about}{pounds(budget - scenario.budget_pence)} short of {what}."
    if not conflict.is_exact:
        sentence += " The time was too short to tell whether that is enough."
    changes = [Remedy(f"Raise the budget to {pounds(budget)}", lambda: form.plan_with(budget=budget))]
    spare = scenario.reserve_pence - (budget - scenario.budget_pence)
    if spare >= 0 and conflict.is_exact:
        changes.append(Remedy(f"Hold back only {pounds(spare)}", lambda: form.plan_with(reserve=spare)))
    return Clash(sentence, tuple(changes), conflict.is_exact)


def _limit(plan: Plan, conflict: Conflict, row: int, names: words.Names) -> Clash:
    number, group, sense = rows_of(plan.scenario.limits, plan.choices.offers)[row]
    limit = plan.scenario.limits.limits[number]
    is_cap = sense == "<="
    bound = limit.at_most if is_cap else limit.at_least
    own = one_sided(limit, group, sense)
    sentence, changes = words.sentence(own, names), []
    if conflict.figure is not None and conflict.is_exact:
        figure = _as_limit(conflict.figure, sense, bound, limit.measure)
        possible = words.amount(figure, limit.measure)
        sentence += f" The {'least' if is_cap else 'most'} possible is {possible}, with everything else kept."
        loosened = replace(limit, at_most=figure) if is_cap else replace(limit, at_least=figure)
        changes.append(Remedy(f"{'Allow' if is_cap else 'Ask for only'} {possible}", _put(limit, loosened)))
    return Clash(sentence, (*changes, Remedy("Take this limit away", _put(limit, None))))


def _as_limit(figure: Fraction, sense: str, bound: Fraction | Share | None, measure: str) -> Fraction | Share:
    """Return a figure as a limit has it, rounded to the looser side: shares to 0.1%, money to the penny."""
    if isinstance(bound, Share):
        return Share(outwards(figure, sense))
    if measure != "spend":
        return figure
    return Fraction(ceil(figure * 100) if sense == "<=" else int(figure * 100), 100)


def _reach(conflict: Conflict, objective: Objective) -> Clash:
    sentence = f"The plan is to have an access score of {words.number(objective.access or Fraction(0))}."
    if conflict.figure is None or not conflict.is_exact:
        return Clash(sentence, ())
    most = words.number(conflict.figure)
    sentence += f" The most possible is {most}, with everything else kept."
    aim = replace(objective, access=conflict.figure)
    return Clash(sentence, (Remedy(f"Ask for only {most}", lambda: state.keep(state.entries(), aim)),))


def _grants(plan: Plan, names: words.Names) -> Clash:
    grants = plan.scenario.limits.grants
    changes = tuple(Remedy(f"Free {grant.name} from its conditions", _put(grant, None)) for grant in grants)
    listed = " ".join(words.sentence(grant, names) for grant in grants)
    return Clash(f"Too little of the budget may pay for what the limits require. {listed}", changes)


def _must_fund(plan: Plan, cohorts: list[str], names: words.Names) -> Clash:
    changes = []
    for cohort in cohorts[: words.NAMED]:
        name = names.areas.get(cohort, cohort)
        for entry in entries_of(plan.scenario.limits):
            if isinstance(entry, MustFund) and cohort in entry.cohorts:
                rest = tuple(other for other in entry.cohorts if other != cohort)
                changes.append(Remedy(f"Take {name} off that list", _put(entry, MustFund(rest) if rest else None)))
            if isinstance(entry, Promised) and entry.cohort == cohort:
                changes.append(Remedy(f"Take back the promise to {name}", _put(entry, None)))
    return Clash(words.sentence(MustFund(tuple(cohorts)), names), tuple(changes))


def _put(entry: LimitEntry, other: LimitEntry | None) -> Callable[[], None]:
    """Return a function that puts another entry in the place of one in the list, or takes that one away."""

    def put() -> None:
        listed = [other if each == entry else each for each in state.entries()]
        state.keep([each for each in listed if each is not None], state.objective())

    return put
