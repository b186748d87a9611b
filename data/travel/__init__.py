"""Work out how far and how long: the modes of travel, estimated journeys, and travel matrices made elsewhere."""

from data.travel.absent import AbsentRule, absent_rule, applied, without_minutes
from data.travel.journeys import (
    ESTIMATE,
    JOURNEY_COLUMNS,
    base_journeys,
    between,
    distance_bounds,
    estimate_base_modes,
    nearest,
    with_derived_modes,
)
from data.travel.matrix import read_matrix
from data.travel.modes import Mode, all_modes, default_figures, open_to_all, rural_urban_code

__all__ = [
    "AbsentRule",
    "ESTIMATE",
    "JOURNEY_COLUMNS",
    "Mode",
    "absent_rule",
    "all_modes",
    "applied",
    "base_journeys",
    "between",
    "default_figures",
    "distance_bounds",
    "estimate_base_modes",
    "nearest",
    "open_to_all",
    "read_matrix",
    "rural_urban_code",
    "with_derived_modes",
    "without_minutes",
]
