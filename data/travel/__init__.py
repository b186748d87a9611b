"""Work out how far and how long: the modes of travel, estimated journeys, and travel matrices made elsewhere."""

from data.travel.absent import AbsentRule, absent_rule, applied, distances_only, without_minutes
from data.travel.across import across_water, build_warnings
from data.travel.fares import fare_counts, fares_not_known, with_vehicles
from data.travel.ground import Ground, ground
from data.travel.journeys import (
    ESTIMATE,
    JOURNEY_COLUMNS,
    base_journeys,
    between,
    distance_bounds,
    estimate_base_modes,
    with_derived_modes,
)
from data.travel.matrix import implausible, read_matrix
from data.travel.modes import (
    Mode,
    all_modes,
    by_route_type,
    default_figures,
    open_to_all,
    public_transport,
    rural_urban_code,
    timetable_figures,
)
from data.travel.near import nearest
from data.travel.pairs import Pairs, given_pairs, nearest_pairs
from data.travel.timetabled import SOURCE as TIMETABLE

__all__ = [
    "AbsentRule",
    "ESTIMATE",
    "JOURNEY_COLUMNS",
    "Ground",
    "Mode",
    "Pairs",
    "TIMETABLE",
    "absent_rule",
    "across_water",
    "all_modes",
    "applied",
    "base_journeys",
    "between",
    "build_warnings",
    "by_route_type",
    "default_figures",
    "distance_bounds",
    "distances_only",
    "estimate_base_modes",
    "fare_counts",
    "fares_not_known",
    "given_pairs",
    "ground",
    "implausible",
    "nearest",
    "nearest_pairs",
    "open_to_all",
    "public_transport",
    "read_matrix",
    "rural_urban_code",
    "timetable_figures",
    "with_derived_modes",
    "with_vehicles",
    "without_minutes",
]
