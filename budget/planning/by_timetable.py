"""Tell which journeys of a plan are timetabled, and why the others are estimates.

For an area and a purpose (college, work) the timetables say one of three things:

    timetabled    there is a journey to such a place and one back; the one with the shortest longer way stands for it
    no_journey    they cover the area and some such place, and none of those can be reached and left again
    not_covered   no such place, or not the area, has a served stop near it: estimates stand

Timetables that cover a part of the places only leave estimates to the others, also for an area that has a journey.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from budget.offers import needs
from budget.offers.catalogue import PURPOSES
from budget.offers.targeting import by_purpose
from budget.planning import published_fares
from budget.planning.plan import Plan
from data.travel import TIMETABLE, public_transport
from data.travel.timetabled import LINE_COLUMNS
from data.wording import counted, exact_pounds, listed, long_date, percent

TIMETABLED, NO_JOURNEY, NOT_COVERED = STATES = ("timetabled", "no_journey", "not_covered")
# by purpose: where a journey leads, and what one and several of its destinations are called
GOAL = {"college": "a college or sixth form", "work": "jobs"}
ONE = {"college": "college or sixth form", "work": "employment centre"}
SEVERAL = {"college": "colleges and sixth forms", "work": "employment centres"}
LINES_TOLD = 6
DETAILS = (
    "way", "day", "way_minutes", "leave", "arrive", "vehicles", "changes", "lines", "operators", "first_stop",
    "last_stop",
)  # fmt: skip
SHARES = ("timetabled", "other_measured", "estimated_public_transport", "estimated_other")


def is_known(plan: Plan) -> bool:
    """Return whether the plan's county has journeys by timetable."""
    return bool(plan.county.manifest.timetables) and plan.county.journeys is not None


def by_area(plan: Plan, areas: pd.Index) -> pd.DataFrame:
    """Return what the timetables say of each of `areas` and purpose.

    Index area_code, purpose; state (one of STATES), to_id, mode and minutes of the journey (NA without one), and
    places, how many destinations of the purpose the timetables cover together with the area.
    """
    parts = []
    given = plan.county.journeys if is_known(plan) else None
    for purpose, destinations in _places(plan).items():
        table = pd.DataFrame(index=areas.rename("area_code")).assign(purpose=purpose)
        if given is None:
            parts.append(table.assign(state=NOT_COVERED, to_id=None, mode=None, minutes=float("nan"), places=0))
            continue
        rows = given[given["source"].eq(TIMETABLE) & given["from_id"].isin(areas)]
        rows = rows[rows["to_id"].isin(destinations)]
        best = rows[rows["minutes"] < float("inf")].sort_values(["minutes", "to_id", "mode"], kind="stable")
        best = (
            best.drop_duplicates("from_id")
            .set_index("from_id")[["to_id", "mode", "minutes"]]
            .astype({"to_id": object, "mode": object})
        )
        table = table.join(best)
        table["places"] = rows.groupby("from_id")["to_id"].nunique().reindex(areas, fill_value=0).to_numpy()
        table["state"] = pd.Series(NO_JOURNEY, index=table.index, dtype=object)
        table.loc[table["places"] == 0, "state"] = NOT_COVERED
        table.loc[table["minutes"].notna(), "state"] = TIMETABLED
        parts.append(table)
    return pd.concat(parts).set_index("purpose", append=True).sort_index()


def _places(plan: Plan) -> dict[str, pd.Index]:
    """Return the destinations that count as within reach, by purpose: colleges that are a choice of some study."""
    figures, places = plan.catalogue.figures, by_purpose(plan.county.destinations, plan.catalogue.figures)
    academic, technical = (table.index for table in needs.by_study(places["college"], figures).values())
    return {"college": academic.union(technical), "work": places["work"].index}


def ways(plan: Plan, areas: pd.Index) -> pd.DataFrame:
    """Return `by_area` with the details of each way there and back, as an officer finds them in a printed timetable.

    One row for each way of a timetabled journey (way: there, back) and one for each area and purpose without one. The
    columns of data.travel.timetabled.DETAIL_COLUMNS, NA where there is no journey, or where the bundle has no details.
    """
    table, details = by_area(plan, areas).reset_index(), plan.county.journey_details
    keys = {"area_code": "from_id", "to_id": "to_id", "mode": "mode"}
    if details is None:
        details = pd.DataFrame(columns=[*keys.values(), *DETAILS], dtype=object)
    details = details[details["from_id"].isin(areas)].astype(dict.fromkeys(keys.values(), object))
    joined = table.merge(
        details.rename(columns={"minutes": "way_minutes"}), "left", left_on=list(keys), right_on=list(keys.values())
    )
    joined["area_code"] = joined["area_code"].astype(object)
    order = joined["way"].map({"there": 0, "back": 1}).fillna(0)
    return joined.assign(order=order).sort_values(["area_code", "purpose", "order"], ignore_index=True)


@dataclass(frozen=True, slots=True)
class JourneyBasis:
    """What the journeys of a plan rest on."""

    days: tuple[str, ...]  # that timetables were asked for; none: there are no journeys by timetable
    feeds: tuple[str, ...]
    areas: Mapping[str, Mapping[str, int]]  # in target, by purpose and state
    shares: Mapping[str, float]  # of the access score, by SHARES; empty where the plan has no access
    fares: Mapping[str, int]  # journeys by bus from areas in target: with the fares published, with a ceiling

    def to_json(self) -> dict:
        """Return it as the command line prints it."""
        return {
            "days": list(self.days),
            "feeds": list(self.feeds),
            "areas_in_target": {purpose: dict(states) for purpose, states in self.areas.items()},
            "share_of_access": dict(self.shares),
            "fares": dict(self.fares),
        }


def of_plan(plan: Plan) -> JourneyBasis:
    """Return what the journeys of a plan rest on."""
    asked, states = plan.county.manifest.timetables, by_area(plan, plan.targeting.in_target)["state"]
    counts = {
        purpose: {state: int((states.xs(purpose, level="purpose") == state).sum()) for state in STATES}
        for purpose in PURPOSES
    }
    feeds = tuple(feed["name"] for feed in asked.get("feeds", ()))
    return JourneyBasis(tuple(asked.get("days", ())), feeds, counts, _shares(plan), published_fares.counts(plan))


def _shares(plan: Plan) -> dict[str, float]:
    chosen = plan.allocation.chosen
    total = float(chosen["access"].sum())
    if not total:
        return {}
    measured = chosen["measured_access"].astype(float)
    estimated = (chosen["access"].astype(float) - measured).clip(lower=0)
    modes = chosen["kind"].map({kind.id: kind.mode for kind in plan.catalogue.kinds})
    public = modes.isin(public_transport())
    parts = (
        float(measured[public].sum()) if is_known(plan) else 0.0,
        float(measured[~public].sum()) if is_known(plan) else float(measured.sum()),
        float(estimated[public].sum()),
        float(estimated[~public].sum()),
    )
    return {name: round(part / total, 6) for name, part in zip(SHARES, parts, strict=True)}


def in_words(plan: Plan) -> str:
    """Say what the timetables know of the areas in target and what share of the access rests on them, and why not all.

    "" where the county has no journeys by timetable.
    """
    if not is_known(plan):
        return ""
    basis, told = of_plan(plan), []
    if plan.applicants is None and len(plan.targeting.in_target):
        told = [_areas_in_words(purpose, basis.areas[purpose]) for purpose in PURPOSES]
        told += published_fares.in_words(plan, basis.fares)
    return " ".join(filter(None, [*told, _share_words(basis)]))


def _areas_in_words(purpose: str, states: Mapping[str, int]) -> str:
    found, none, not_covered = (states[state] for state in STATES)
    return (
        f"By timetable, {found:,} of {counted(sum(states.values()), 'area')} in target have a way to {GOAL[purpose]} "
        f"and back, {none:,} have none to the places covered, and {not_covered:,} are not covered."
    )


def _share_words(basis: JourneyBasis) -> str:
    if not basis.shares:
        return ""
    timetabled, other, public, rest = (basis.shares[name] for name in SHARES)
    parts = [
        f"{percent(timetabled)} rests on timetables",
        *([f"{percent(other)} on other measured journeys"] if other else []),
        f"{percent(public)} on estimates of public transport to places that the timetables do not cover",
        f"{percent(rest)} on estimates by modes that run to no timetable, such as taxis and mopeds",
    ]
    return f"Of the access score {listed(parts)}."


def of_area(plan: Plan, code: str) -> list[str]:
    """Return a sentence for each purpose: how one goes there and back by timetable, or why nobody can say."""
    if not is_known(plan):
        return []
    rows = ways(plan, pd.Index([code]))
    told = [_sentence(plan, purpose, rows[rows["purpose"] == purpose]) for purpose in PURPOSES]
    return [*told, *_lines(plan, code)]


def lines_of_day(plan: Plan) -> pd.DataFrame:
    """Return the lines that stop within a walk of each area, of the first day asked on which any does there.

    The columns are data.travel.timetabled.LINE_COLUMNS; there are no rows where the county has none.
    """
    known = plan.county.area_lines
    if known is None:
        return pd.DataFrame(columns=list(LINE_COLUMNS))
    return known[known["day"] == known.groupby("from_id")["day"].transform("first")]


def is_covered(plan: Plan) -> pd.Series:
    """Return for each area whether the timetables say anything of its journeys (index area_code, bool)."""
    codes, given = plan.county.areas.index, plan.county.journeys
    if given is None:
        return pd.Series(False, index=codes)
    return pd.Series(codes.isin(given.loc[given["source"].eq(TIMETABLE), "from_id"]), index=codes)


def _lines(plan: Plan, code: str) -> list[str]:
    """Name the lines that stop within a walk of an area, the busiest first, with their first and last departure."""
    if plan.county.area_lines is None:
        return []
    known = lines_of_day(plan)
    here = known[known["from_id"] == code].sort_values(["journeys", "line"], ascending=[False, True], kind="stable")
    if here.empty:
        return ["No line stops within a walk of the centre of this area."]
    day = here["day"].iloc[0]
    told = [
        f"{row.line} ({row.operator}) first {row.first}, last {row.last}, {counted(row.journeys, 'journey')}"
        for row in here.head(LINES_TOLD).itertuples()
    ]
    more = f"; and {len(here) - LINES_TOLD:,} more" if len(here) > LINES_TOLD else ""
    first, last = here["first"].min(), here["last"].max()
    on = long_date(pd.Timestamp(day).date())
    return [
        f"Lines within a walk on {on}, the first leaving at {first} and the last at {last}: {'; '.join(told)}{more}."
    ]


def _sentence(plan: Plan, purpose: str, rows: pd.DataFrame) -> str:
    first, place = rows.iloc[0], ONE[purpose]
    if first["state"] == NOT_COVERED:
        return f"The timetables do not cover this area together with any {place}: minutes by bus are estimates."
    if first["state"] == NO_JOURNEY:
        covered = counted(int(first["places"]), place, SEVERAL[purpose])
        return f"By timetable nobody reaches and leaves again, in the times asked, any of the {covered} covered."
    name = plan.county.destinations.loc[first["to_id"], "name"]
    start = f"By timetable the {place} that is reached soonest is {name}, {first['minutes']:.0f} minutes the longer way"
    told = [_way(row) for row in rows.to_dict("records") if not pd.isna(row["way"])]
    return f"{start}: {'; '.join(told)}." if told else f"{start}."


def _way(row: Mapping) -> str:
    by = f"by {row['lines']} from {row['first_stop']}" if row["vehicles"] else "on foot"
    day = long_date(pd.Timestamp(row["day"]).date())
    pence = published_fares.singles(row)
    paid = f", {' + '.join(map(exact_pounds, pence))} as published" if pence else ""
    return f"{row['way']}, leave {row['leave']}, arrive {row['arrive']}, {by}{paid} ({day})"
