"""What is said of the measuring beside its tables: places covered, pairs by ways, what days differ by, what feeds lack.

Findings of several parts of a country can be put together into those of the whole.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import cast

import numpy as np
import pandas as pd

from data.journeys import tables
from data.journeys.question import Question
from data.timetables import Counted, Timetable
from data.travel.parquet_files import Asked, FareFile, Feed
from data.wording import counted, listed

DIFFERS_MINUTES = 5  # between days: that much is told
FARES = ("published", "ceiling")
EACH_PART = "Of what was left out of the timetables, the counts are those of the part of the country that has the most."


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found of one county, or of one part of a country."""

    covered_areas: tuple[str, ...]
    covered_destinations: tuple[str, ...]
    pairs: dict[str, int]  # both_ways, only_there, only_back, no_way, not_covered
    # By mode, where several days were asked: pairs that can be travelled on some days only, pairs that take over
    # DIFFERS_MINUTES longer on one, and pairs.
    differs: dict[str, tuple[int, int, int]]
    left_out: tuple[Counted, ...]
    feeds: tuple[Feed, ...]
    fare_files: tuple[FareFile, ...] = ()
    fares: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FARES, 0))  # journeys by bus, by FARES

    def asked(self, asked: Question, areas: int, destinations: int) -> Asked:
        """Return what files and manifests keep, of so many areas and destinations."""
        notes = [
            *_not_covered(
                areas - len(self.covered_areas), areas, destinations - len(self.covered_destinations), destinations
            ),
            *(_difference(mode, *counts) for mode, counts in self.differs.items()),
            *_fares(self.fare_files, self.fares),
            *dict.fromkeys(each.sentence for each in self.left_out),
        ]
        fares = {"files": list(self.fare_files)} | self.fares
        told = {"feeds": list(self.feeds), "pairs": self.pairs, "notes": notes, "fares": fares}
        return cast(Asked, asked.written() | told)


def of_part(written: dict) -> Findings:
    """Return findings from what `dataclasses.asdict` and JSON made of them."""
    return Findings(
        tuple(written["covered_areas"]),
        tuple(written["covered_destinations"]),
        written["pairs"],
        {mode: (some, longer, pairs) for mode, (some, longer, pairs) in written["differs"].items()},
        tuple(Counted(**each) for each in written["left_out"]),
        tuple(written["feeds"]),
        tuple(written["fare_files"]),
        written["fares"],
    )


def together(parts: Sequence[Findings]) -> Findings:
    """Return the findings of parts whose pairs are all different. Feeds are read for each part anew.

    So of what was left out of them the highest count of each kind is told, and that it is of one part.
    """
    left_out: dict[str, Counted] = {}
    for each in (each for part in parts for each in part.left_out):
        if each.kind not in left_out or each.count > left_out[each.kind].count:
            left_out[each.kind] = each
    agreed = all(set(part.left_out) == set(left_out.values()) for part in parts)
    more = () if agreed else (Counted("part", 1, "", EACH_PART),)
    modes = dict.fromkeys(mode for part in parts for mode in part.differs)
    differs = {
        mode: np.array([part.differs.get(mode, (0, 0, 0)) for part in parts]).sum(axis=0).tolist() for mode in modes
    }
    return Findings(
        tuple(sorted({code for part in parts for code in part.covered_areas})),
        tuple(sorted({code for part in parts for code in part.covered_destinations})),
        {name: sum(part.pairs[name] for part in parts) for name in parts[0].pairs},
        {mode: (some, longer, pairs) for mode, (some, longer, pairs) in differs.items()},
        (*left_out.values(), *more),
        parts[0].feeds,
        parts[0].fare_files,
        {name: sum(part.fares[name] for part in parts) for name in FARES},
    )


def written(findings: Findings) -> dict:
    """Return findings as plain values that JSON has."""
    return asdict(findings)


def feeds_of(read: Sequence[Timetable]) -> tuple[Feed, ...]:
    """Return the files that timetables were read from, each once."""
    feeds = {source.name: source for timetable in read for source in timetable.sources}
    return tuple(
        Feed(
            name=source.name,
            sha256=source.sha256,
            first_day=source.first_day.isoformat() if source.first_day else None,
            last_day=source.last_day.isoformat() if source.last_day else None,
        )
        for source in feeds.values()
    )


def differences(days: tables.Days) -> dict[str, tuple[int, int, int]]:
    """Return by mode what differs between the days, as `Findings.differs`; nothing of one day."""
    found = {}
    for mode in days[0][1] if len(days) > 1 else ():
        minutes = np.array([tables.worst_seconds(ways[mode]) for _, ways in days]) / 60
        best, worst = minutes.min(axis=0), minutes.max(axis=0)
        some = int((np.isfinite(best) & np.isinf(worst)).sum())
        with np.errstate(invalid="ignore"):
            longer = int((np.isfinite(worst) & (worst - best > DIFFERS_MINUTES)).sum())
        found[mode] = (some, longer, len(best))
    return found


def counts(journeys: pd.DataFrame, details: pd.DataFrame, not_covered: int) -> dict[str, int]:
    """Return how many pairs and modes have both ways, one way only, none, and how many pairs are not covered."""
    ways = details.groupby(["from_id", "to_id", "mode"])["way"].agg(set) if len(details) else pd.Series(dtype=object)
    both = int(np.isfinite(journeys["minutes"]).sum())
    there, back = (int(ways.map(lambda found, way=way: found == {way}).sum()) for way in (tables.THERE, tables.BACK))
    return {
        "both_ways": both,
        "only_there": there,
        "only_back": back,
        "no_way": len(journeys) - both - there - back,
        "not_covered": not_covered,
    }


def _not_covered(no_areas: int, areas: int, no_destinations: int, destinations: int) -> list[str]:
    """Say how many places are not covered."""
    lacking = [
        f"{counted(number, thing)} of {total:,}"
        for number, thing, total in ((no_areas, "area", areas), (no_destinations, "destination", destinations))
        if number
    ]
    if not lacking:
        return []
    return [f"The timetables do not cover {' and '.join(lacking)}: their journeys stay estimates."]


def _difference(mode: str, some: int, longer: int, pairs: int) -> str:
    """Say what differs between the days; the worst of them counts."""
    by = "" if mode == tables.ANY else f" by {mode}"
    return (
        f"Between the days asked, {counted(some, 'pair')} of {pairs:,}{by} can be travelled on some and not on "
        f"others, and {longer:,} take over {DIFFERS_MINUTES} minutes longer on one. The worst day counts."
    )


def _fares(files: Sequence[FareFile], fares: dict[str, int]) -> list[str]:
    """Say how many journeys by bus have the single fares that operators publish; nothing without such files."""
    if not files:
        return []
    known, rest = (fares[name] for name in FARES)
    return [
        f"Single fares are as published ({listed([file['name'] for file in files])}) for {known:,} of "
        f"{counted(known + rest, 'journey')} by bus, of which every ride there and back has a fare; the other "
        f"{rest:,} have the usual single fare for each vehicle, a ceiling."
    ]
