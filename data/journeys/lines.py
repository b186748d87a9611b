"""Find the lines that stop within a walk of each area: how often, and when the first and the last leave."""

import numpy as np
import pandas as pd

from data.journeys.question import Question, clock
from data.journeys.walks import stop_points, walks
from data.journeys.ways import Places
from data.timetables import Timetable
from data.travel.timetabled import LINE_COLUMNS

KEYS = ["area", "line", "operator", "mode"]


def lines(
    area_codes: pd.Index, places: Places, timetable: Timetable, usable: np.ndarray, asked: Question
) -> pd.DataFrame:
    """Return LINE_COLUMNS of data.travel.timetabled, sorted, for one day, of the areas of `places`.

    `usable` says which journeys of the timetable count. Each counts once, when it leaves the first stop within a walk
    at which one may get on.
    """
    stops = stop_points(timetable.stops)
    near = walks(places.areas, stops, asked.metres_per_second, asked.walk_seconds, places.ground)
    pairs = pd.DataFrame({"area": np.repeat(np.arange(len(places.areas)), np.diff(near.first)), "stop": near.stop})
    trips = timetable.trips.reset_index(drop=True)
    rides = timetable.may_board & usable[timetable.trip]
    calls = pd.DataFrame({name: getattr(timetable, name)[rides] for name in ("from_stop", "trip", "departure")})
    seen = pairs.merge(calls, left_on="stop", right_on="from_stop").groupby(["area", "trip"])["departure"].min()
    table = seen.reset_index().join(trips[["line", "operator", "mode"]].fillna("").astype(str), on="trip")
    found = table.groupby(KEYS)["departure"].agg(["min", "max", "size"]).reset_index().sort_values(KEYS)
    made = found.assign(
        from_id=area_codes.to_numpy(dtype=object)[found["area"].to_numpy()],
        day=timetable.day.isoformat(),
        first=[clock(int(time)) for time in found["min"]],
        last=[clock(int(time)) for time in found["max"]],
        journeys=found["size"],
    )
    return made[list(LINE_COLUMNS)].reset_index(drop=True)
