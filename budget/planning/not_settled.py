"""List the areas that the data do not settle, with what would settle each, and the travel matrix to fill in.

A distance is settled by measuring the routes that may be shorter than the policy's number: where one is, the area is
not far away by that rule; where none is, it is. A time is settled by the minutes of the journeys that no estimate
gives.
"""

import csv
import io
from dataclasses import dataclass

import pandas as pd

from budget.offers import needs
from budget.offers.distances import could_be_within
from budget.offers.targeting import KM_TO, base_journeys, by_purpose
from budget.planning.coverage import low_income_people
from budget.planning.plan import Plan, once
from data import travel
from data.documents.sheet_text import csv_cell
from data.wording import counted
from eligibility.deciding import wording
from eligibility.deciding.assess import live, missing_evidence, readings
from eligibility.deciding.explain import observed_at
from eligibility.rules.policy import Fact, Rules

MINUTES_TO = {purpose: f"minutes_to_{purpose}" for purpose in KM_TO}  # by purpose and study, the fact of the time
ROUTE_MODE = "walk"  # councils' schemes measure the walking route; a distance counts by whatever mode it is given
MEASURED = "measured"  # the source of each row, to be overwritten with how it was measured
POINTS = ("from_easting_m", "from_northing_m", "to_easting_m", "to_northing_m")  # National Grid, where to measure
# columns that the reader of a matrix passes over
HELP = ("area_name", "destination_name", "straight_km", "to_fill_in", *POINTS)
TEMPLATE_COLUMNS = (*travel.JOURNEY_COLUMNS, *HELP)


@dataclass(frozen=True, slots=True)
class ToMeasure:
    """The areas that are not settled, and the journeys whose measurement settles them."""

    areas: pd.DataFrame  # index area_code; area_name, district, people, needs (a sentence a fact), routes, times
    template: pd.DataFrame  # TEMPLATE_COLUMNS and fact, one row a journey to measure


@once
def to_measure(plan: Plan) -> ToMeasure:
    """Return the areas that are not settled, those with the most low-income young people first, and what to measure."""
    targeting, county = plan.targeting, plan.county
    codes = targeting.not_settled
    people = low_income_people(county.areas.loc[codes])
    codes = people.sort_index().sort_values(ascending=False, kind="stable").index
    needed = missing_evidence(targeting.verdicts.loc[codes], targeting.rules)
    template = _template(plan, needed)
    areas = county.areas.loc[codes]
    table = pd.DataFrame({"area_name": areas["area_name"], "district": areas["district_name"], "people": people[codes]})
    km = template["to_fill_in"].eq("distance_km")
    table["needs"] = _needs(plan, needed, template)
    for name, rows in (("routes", template[km]), ("times", template[~km])):
        table[name] = rows.groupby("from_id").size().reindex(codes, fill_value=0).astype("int64")
    return ToMeasure(table, template)


def _template(plan: Plan, needed: pd.DataFrame) -> pd.DataFrame:
    """Return the rows to fill in: routes that may be shorter than the policy's number, and times that are not known."""
    figures = plan.catalogue.figures
    ground = travel.ground(plan.county.water, figures)
    parts = []
    purposes = by_purpose(plan.county.destinations, figures)
    for purpose, destinations in (purposes | needs.by_study(purposes["college"], figures)).items():
        far = needed.index[needed.get(KM_TO[purpose], pd.Series(False, index=needed.index))]
        limit = _limit(plan.targeting.rules, KM_TO[purpose])
        if len(far) and limit is not None:
            areas = plan.county.areas.loc[far]
            pairs = could_be_within(areas, destinations, figures, plan.county.journeys, limit, ground)
            parts.append(pairs.assign(mode=ROUTE_MODE, to_fill_in="distance_km", fact=KM_TO[purpose]))
        slow = needed.index[needed.get(MINUTES_TO[purpose], pd.Series(False, index=needed.index))]
        if len(slow):
            parts.append(_times(plan, slow, purpose))
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["from_id", "to_id"])
    rows = rows.reindex(columns=[*TEMPLATE_COLUMNS, "fact"]).assign(source=MEASURED, as_of="")
    rows = rows.drop_duplicates(["from_id", "to_id", "mode", "to_fill_in"])  # a college that serves two facts
    rows["area_name"] = plan.county.areas["area_name"].reindex(rows["from_id"]).to_numpy()
    rows["destination_name"] = plan.county.destinations["name"].reindex(rows["to_id"]).to_numpy()
    for end, places in (("from", plan.county.areas), ("to", plan.county.destinations)):
        for axis in ("easting_m", "northing_m"):
            rows[f"{end}_{axis}"] = places[axis].reindex(rows[f"{end}_id"]).round().astype("Int64").to_numpy()
    return rows


def _times(plan: Plan, areas: pd.Index, purpose: str) -> pd.DataFrame:
    """Return the journeys by modes open to all whose minutes nobody knows, not even by an estimate."""
    journeys = base_journeys(plan.county, plan.catalogue.figures)[purpose]
    unknown = journeys["from_id"].isin(areas) & journeys["mode"].isin(travel.open_to_all()) & journeys["minutes"].isna()
    return journeys.loc[unknown, ["from_id", "to_id", "mode"]].assign(to_fill_in="minutes", fact=MINUTES_TO[purpose])


def _limit(rules: Rules, fact: str) -> float | None:
    """Return the greatest number that a rule compares a fact with, None where no rule does."""
    numbers = [rules.threshold(each) for each in rules.criteria.values() if each.fact == fact]
    return max((float(number) for number in numbers if isinstance(number, int | float)), default=None)


def _needs(plan: Plan, needed: pd.DataFrame, template: pd.DataFrame) -> pd.Series:
    """Return, for each area, what is known of each fact that could still decide, what is asked, and what to do."""
    rules = plan.targeting.rules
    seen = readings(plan.targeting.facts.loc[needed.index], rules)
    open_rules = live(plan.targeting.verdicts.loc[needed.index], rules)
    sentences: dict[str, list[str]] = {code: [] for code in needed.index}
    for name, mask in open_rules.items():
        criterion = rules.criteria[name]
        if criterion.is_group:
            continue
        fact = rules.facts[criterion.fact]
        threshold = rules.threshold(criterion)
        wanted = "" if threshold is None else wording.quantity(threshold, fact.unit)
        counts = template.loc[template["fact"] == fact.name, "from_id"].value_counts()
        for place in mask.nonzero()[0]:
            code = needed.index[place]
            known = wording.observed(observed_at(seen[fact.name], int(place), fact))
            sentences[code].append(_sentence(fact, known, wanted, int(counts.get(code, 0))))
    return pd.Series({code: " ".join(dict.fromkeys(parts)) for code, parts in sentences.items()}, dtype=object)


def _sentence(fact: Fact, known: str, wanted: str, routes: int) -> str:
    asked = f", and the rule asks about {wanted}" if wanted else ""
    if routes:
        what = "route" if fact.name in KM_TO.values() else "time"
        return f"{fact.label}: {known}{asked}. Measure {counted(routes, what)}."
    return f"{fact.label}: {known}{asked}. Needed: {fact.evidence}."


def template_csv(found: ToMeasure) -> bytes:
    """Return the matrix to fill in as CSV that a spreadsheet opens; `data.travel.read_matrix` reads it back."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(TEMPLATE_COLUMNS)
    for row in found.template[list(TEMPLATE_COLUMNS)].itertuples(index=False):
        rows.writerow([_cell(value) for value in row])
    return text.getvalue().encode("utf-8-sig")


def _cell(value: object) -> object:
    if isinstance(value, str):
        return csv_cell(value)
    return "" if pd.isna(value) else f"{value:.2f}" if isinstance(value, float) else str(value)
