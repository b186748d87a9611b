"""Measure every area of a plan's county in one way, and put the areas into a few classes for a map and its table.

Everything comes from what the plan has already: nothing is solved and no journey is worked out.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from budget.offers import needs
from budget.planning import areas, by_timetable, coverage
from budget.planning.coverage import ISOLATED
from budget.planning.plan import Plan
from data.faults import Fault, InputError
from data.suggest import did_you_mean
from data.wording import counted, listed, long_date
from eligibility.rules.criteria import Verdict

NOT_KNOWN, OUTSIDE = -1, -2  # classes: no figure, and an area that the measure is not of
FILLS = ("#deebf7", "#a6c8e6", "#5f9bd1", "#1d5ea8", "#0a2f5e")  # of the classes, from the least to the most
MOST_CLASSES = len(FILLS)
LEAST_PEOPLE = 5.0  # the first class of people goes up to this at least: fewer are not told apart
MINUTES = (30.0, 45.0, 60.0, 75.0)  # the longest journeys of the shipped rules are 45 and 75 minutes
ESTIMATES = "Minutes are the most that the quickest journey by bus, train or on foot takes, as the plan has it."


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure of every area, in classes from the least to the most."""

    title: str
    heading: str  # of its column, with the unit
    labels: tuple[str, ...]  # of the classes, from the least to the most
    figures: pd.Series  # index area_code; numbers, or texts where the measure has no number
    classes: pd.Series  # index area_code; the place in `labels`, NOT_KNOWN or OUTSIDE
    note: str  # what it is and where it comes from, in a sentence or two


def measured(plan: Plan, name: str) -> Measured:
    """Return a measure of MEASURES by its name. Raises InputError for one that there is not, or not of this plan."""
    known = titles(plan)
    if name not in known:
        of_areas = " A plan for applicants funds people and no areas." if name in OF_FUNDED_AREAS else ""
        raise InputError("the map", [Fault(name, f"is no measure of this plan.{of_areas} {did_you_mean(name, known)}")])
    return MEASURES[name][1](plan)


def titles(plan: Plan) -> dict[str, str]:
    """Return the titles of the measures of a plan by name; for applicants none of what is funded by area."""
    left_out = {*(OF_FUNDED_AREAS if plan.applicants is not None else ())}
    if plan.county.area_lines is None:
        left_out.add(LINES)
    return {name: title for name, (title, _) in MEASURES.items() if name not in left_out}


def table(plan: Plan, measure: Measured) -> pd.DataFrame:
    """Return the areas with their figure and their class in words, the most first: what a map of the measure shows.

    Index area_code; area_name, district, figure, label.
    """
    words = dict(enumerate(measure.labels)) | {NOT_KNOWN: "not known", OUTSIDE: "not in target, or not settled"}
    county = plan.county.areas
    rows = pd.DataFrame({"area_name": county["area_name"], "district": county["district_name"]})
    rows["figure"], rows["label"] = measure.figures, measure.classes.map(words)
    rows["class"] = measure.classes
    by = ["class", "figure"] if pd.api.types.is_numeric_dtype(measure.figures) else ["class"]
    return rows.sort_values(by, ascending=False, kind="stable").drop(columns="class")


def _in_steps(
    title: str, heading: str, figures: pd.Series, edges: tuple[float, ...], note: str, unit: str = ""
) -> Measured:
    """Put numbers into the classes that lie between edges; a number on an edge is in the class below it."""
    numbers = figures.astype("float64")
    classes = pd.Series(np.searchsorted(edges, numbers, side="left"), index=figures.index)
    names = [f"up to {edges[0]:g}{unit}"]
    names += [f"over {low:g} to {high:g}{unit}" for low, high in zip(edges, edges[1:], strict=False)]
    names += [f"over {edges[-1]:g}{unit}"]
    return Measured(title, heading, tuple(names), figures.round(1), classes.where(numbers.notna(), NOT_KNOWN), note)


def _isolation(plan: Plan) -> Measured:
    """Count the rules of isolation that an area meets; those that are not settled are not counted."""
    rules, verdicts = plan.targeting.rules, plan.targeting.verdicts
    top = ISOLATED if ISOLATED in verdicts else rules.result
    met = (verdicts[coverage.isolation_rules(plan.targeting)] == Verdict.PASS).sum(axis=1)
    result = verdicts[top]
    classes = met.clip(upper=3).where(result == Verdict.PASS, 0)
    labels = ("not isolated", "isolated by one rule", "by two rules", "by three rules or more")
    note = f"How many of the rules of “{rules.policy.title}” an area meets, any one of which makes it isolated."
    return Measured(
        "Isolation", "Rules of isolation met", labels, met, classes.where(result != Verdict.UNKNOWN, NOT_KNOWN), note
    )


def _deprivation(plan: Plan) -> Measured:
    decile = plan.county.areas["imd_decile"].astype("Float64")
    classes = ((10 - decile) // 2).fillna(NOT_KNOWN).astype(int)
    labels = ("deciles 9 and 10, least deprived", "7 and 8", "5 and 6", "3 and 4", "1 and 2, most deprived")
    note = "Decile of the Index of Multiple Deprivation among all areas of England; 1 is the most deprived tenth."
    return Measured("Deprivation", "Decile, 1 the most deprived", labels, decile, classes, note)


def _low_income(plan: Plan) -> Measured:
    people = coverage.low_income_people(plan.county.areas)
    wanted = np.linspace(0, 1, MOST_CLASSES + 1)[1:-1]
    edges = np.unique(np.ceil(people.quantile(wanted).to_numpy(dtype=float)))
    from_age, to_age = plan.county.manifest.ages
    note = (
        f"Young people aged {from_age} to {to_age} times the area's low-income rate: an expected number. "
        "Each class has about as many areas."
    )
    edges = np.unique(edges[np.isfinite(edges)].clip(min=LEAST_PEOPLE))
    return _in_steps(
        "Low-income young people", "Young people on a low income", people, tuple(edges) or (LEAST_PEOPLE,), note
    )


def _minutes(purpose: str, where: str) -> Callable[[Plan], Measured]:
    def measure(plan: Plan) -> Measured:
        minutes = plan.targeting.facts[f"minutes_to_{purpose}_high"].replace(np.inf, np.nan)
        return _in_steps(f"Minutes to {where}", f"Minutes to {where}", minutes, MINUTES, ESTIMATES, " minutes")

    return measure


def _choice(plan: Plan) -> Measured:
    """Say which studies an area reaches in the time that counts as within reach, whatever the journey costs."""
    facts, limit = plan.targeting.facts, plan.catalogue.figures["college_minutes"]
    minutes = {study: facts[f"minutes_to_{study}_high"] for study in needs.STUDIES}
    reached = {study: (known <= limit) for study, known in minutes.items()}
    classes = sum(reached.values(), start=pd.Series(0, index=facts.index))
    unknown = pd.concat(minutes, axis=1).isna().any(axis=1) & (classes < len(minutes))
    labels = ("no college in time", "academic or technical study, not both", "both")
    words = pd.Series("neither", index=facts.index)
    words = words.mask(reached["academic"], "academic").mask(reached["technical"], "technical or vocational")
    words = words.mask(classes == len(minutes), "both").mask(unknown, "not known")
    note = f"Which kinds of study are within {limit:g} minutes by bus, train or on foot, whatever the fare."
    title = "Choice of study"
    return Measured(title, "Study in time", labels, words, classes.where(~unknown, NOT_KNOWN), note)


def _access(title: str, *, with_plan: bool) -> Callable[[Plan], Measured]:
    def measure(plan: Plan) -> Measured:
        share = _access_share(plan, with_plan=with_plan) * 100
        share = share.reindex(plan.county.areas.index)
        note = (
            "Of what the young people on a low income need (a college for each kind of study, and work, as the council "
            f"weighs them), the share within reach {'with what the plan funds' if with_plan else 'without help'}. "
            "Worked out for areas in target."
        )
        found = _in_steps(title, f"{title}, %", share, (0.0, 25.0, 50.0, 75.0), note, " %")
        labels = ("none", *found.labels[1:])
        outside = found.classes.where(share.notna(), OUTSIDE)
        return Measured(title, found.heading, labels, found.figures, outside, note)

    return measure


def _access_share(plan: Plan, *, with_plan: bool) -> pd.Series:
    """Return the share of each cohort's needs that is within reach, by the council's weights, between 0 and 1."""
    cohorts, weights = plan.choices.cohorts, needs.weights(plan.catalogue.figures)
    total = sum(weights.values())
    before = sum(weight * cohorts[f"reach_{need}"] for need, weight in weights.items()) / total
    if not with_plan:
        return before
    chosen = plan.allocation.chosen
    gained = sum(weight * chosen[f"within_reach_{need}"] for need, weight in weights.items())
    by_cohort = gained.groupby(level="cohort").sum().reindex(cohorts.index).fillna(0.0)
    return (before + by_cohort / cohorts["people"] / total).clip(upper=1.0)


def _status(plan: Plan) -> Measured:
    """Say what the plan does with each area."""
    status = areas.by_area(plan)["status"]
    order = ("not_in_target", "not_settled", "not_funded", "funded")
    labels = ("not in target", "not settled: the journey is not measured", "in target, not funded", "funded")
    classes = status.map({name: place for place, name in enumerate(order)})
    words = status.map(dict(zip(order, labels, strict=True)))
    return Measured("What the plan does", "What the plan does", labels, words, classes, "What this plan does there.")


def _departures(plan: Plan) -> Measured:
    """Say when the first and the last vehicle stops within a walk of an area's centre, and how many do in a day."""
    lines, codes = by_timetable.lines_of_day(plan), plan.county.areas.index
    by_area = lines.groupby("from_id").agg({"first": "min", "last": "max", "journeys": "sum"}).reindex(codes)
    number = by_area["journeys"].fillna(0).astype(int)
    words = (
        by_area["first"].str.cat(by_area["last"], " to ") + ", " + number.map(lambda count: counted(count, "journey"))
    )
    covered = by_timetable.is_covered(plan).reindex(codes, fill_value=False) | (number > 0)
    days = [long_date(date.fromisoformat(day)) for day in lines["day"].unique()]
    of_days = f" of {listed(days)}" if days else ""
    note = (
        f"From the timetables{of_days}: each journey that stops within a walk of the area's centre counts once. "
        "Services for pupils only, or to be booked, do not count."
    )
    found = _in_steps(DEPARTURES, "First and last, journeys a day", number, (0.0, 10.0, 30.0, 60.0), note)
    labels = ("none", "up to 10 journeys a day", *found.labels[2:])
    return replace(
        found,
        labels=labels,
        figures=words.fillna("none").where(covered, "not known"),
        classes=found.classes.where(covered, NOT_KNOWN),
    )


PLAN, LINES, DEPARTURES = "plan", "lines", "Buses and trains a day"
OF_FUNDED_AREAS = (PLAN, "access_now", "access_planned")  # measures of cohorts that are areas
MEASURES: dict[str, tuple[str, Callable[[Plan], Measured]]] = {
    PLAN: ("What the plan does", _status),
    "isolation": ("Isolation", _isolation),
    "deprivation": ("Deprivation", _deprivation),
    "low_income": ("Low-income young people", _low_income),
    "minutes_to_college": ("Minutes to college", _minutes("college", "college")),
    "minutes_to_work": ("Minutes to work", _minutes("work", "work")),
    "choice": ("Choice of study", _choice),
    LINES: (DEPARTURES, _departures),
    "access_now": ("Access now", _access("Access now", with_plan=False)),
    "access_planned": ("Access with the plan", _access("Access with the plan", with_plan=True)),
}
