"""Tell for which journeys by bus of a plan operators publish the single fare of every ride.

Where one is not known the usual single fare, the cap, counts for each bus: a ceiling.
"""

from collections.abc import Mapping

from budget.planning.plan import Plan
from data.travel import fare_counts
from data.travel.fares import BUS
from data.travel.timetabled import BETWEEN
from data.wording import counted


def counts(plan: Plan) -> dict[str, int]:
    """Return how many journeys by bus from areas in target have published fares (`published`), how many a `ceiling`."""
    areas = plan.targeting.in_target
    journeys, details = (
        None if table is None else table[table["from_id"].isin(areas)]
        for table in (plan.county.journeys, plan.county.journey_details)
    )
    return {} if journeys is None else fare_counts(journeys, details)


def in_words(plan: Plan, fares: Mapping[str, int]) -> list[str]:
    """Say what `counts` has; nothing where no file of fares was given, or there are no such journeys."""
    files = plan.county.manifest.timetables.get("fares", {}).get("files", ())
    total = sum(fares.values())
    if not files or not total:
        return []
    published = fares["published"]
    return [
        f"Of {counted(total, 'journey')} by bus from areas in target, {published:,} have the single fares that "
        f"operators publish and {total - published:,} a ceiling, the usual single fare for each bus."
    ]


def singles(way: Mapping) -> list[int]:
    """Return the published single fare in pence of each bus of a way (by_timetable.ways); none where one has none."""
    fares = str(way.get("fares", "")).split(BETWEEN)
    return [int(fare) for fare in fares] if all(map(str.isdecimal, fares)) and way["mode"] == BUS else []
