"""List the places nearest to one area, with the minutes there by each mode and what each journey rests on."""

from dataclasses import replace

import pandas as pd

from budget.offers import needs
from budget.offers.targeting import base_journeys, by_purpose
from budget.planning.plan import Plan
from data import travel
from data.wording import listed

SHOWN = 2  # places for college and for work, and as many that the plan counts
MODES = ("walk", "cycle", "bus", "car")  # which everybody knows; those of a kind of support are among its offers
RESTS_ON = {True: "estimate", False: "measured or timetabled"}
COUNTS_FOR = {"academic": "academic study", "technical": "technical or vocational study", "work": "work"}

HOW = {"walk": "on foot", "cycle": "by bicycle", "ebike": "by e-bike", "lodging": "from lodgings"}  # others: "by bus"


def how(mode: str) -> str:
    """Return a mode of travel as it ends a sentence.

    >>> how("walk"), how("bus")
    ('on foot', 'by bus')
    """
    return HOW.get(mode, f"by {mode}")


def places_near(plan: Plan, code: str) -> pd.DataFrame:
    """Return the nearest colleges and employment centres of an area, the quickest by any mode of MODES first.

    Index destination_id; name, kind, counts_for (what the plan counts it for, "" where it is too small to be a
    choice), distance_km, minutes by each of MODES (NaN: not known, inf: no journey) and rests_on (in words).
    """
    figures, areas = plan.catalogue.figures, plan.county.areas.loc[[code]]
    journeys = base_journeys(replace(plan.county, areas=areas), figures)
    counts_for = _counts_for(plan)
    colleges = pd.concat([journeys["college"], *(journeys[study] for study in needs.STUDIES)])
    table = pd.concat([_nearest(rows, counts_for.index) for rows in (colleges, journeys["work"])])
    places = plan.county.destinations.loc[table.index]
    table.insert(0, "name", places["name"].astype(str).str.strip())
    table.insert(1, "kind", places["kind"].astype(str))
    table.insert(2, "counts_for", counts_for.reindex(table.index).fillna(""))
    return table


def _nearest(journeys: pd.DataFrame, counting: pd.Index) -> pd.DataFrame:
    """Return the SHOWN nearest places, and the SHOWN nearest of those that the plan counts."""
    rows = journeys[journeys["mode"].isin(MODES)].sort_values("minutes", kind="stable")
    rows = rows.drop_duplicates(["to_id", "mode"])
    order = pd.Index(rows["to_id"].drop_duplicates())
    wanted = order[:SHOWN].union(order[order.isin(counting)][:SHOWN])
    rows = rows[rows["to_id"].isin(wanted)]
    table = rows.pivot(index="to_id", columns="mode", values="minutes").reindex(columns=list(MODES))
    table.insert(0, "distance_km", rows.groupby("to_id")["distance_km"].min())
    estimated = rows["source"].eq(travel.ESTIMATE).groupby(rows["to_id"]).unique()
    table["rests_on"] = estimated.map(lambda found: listed([RESTS_ON[bool(each)] for each in sorted(found)]))
    return table.loc[order[order.isin(wanted)]].rename_axis("destination_id").rename_axis(None, axis="columns")


def _counts_for(plan: Plan) -> pd.Series:
    """Return what each destination counts for, in words; index destination_id."""
    figures = plan.catalogue.figures
    places = by_purpose(plan.county.destinations, figures)
    tables = {**needs.by_study(places["college"], figures), "work": places["work"]}
    words: dict[str, list[str]] = {}
    for need, table in tables.items():
        for place in table.index:
            words.setdefault(place, []).append(COUNTS_FOR[need])
    return pd.Series({place: listed(found) for place, found in words.items()}, dtype=object)
