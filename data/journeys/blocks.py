"""Measure a whole country in blocks of destinations, each by itself and in any process, and keep each as it is done.

A block reads of the timetables what lies around its destinations, so that no process holds all of them. What is kept
names what it was made of: a run that was stopped goes on with the blocks that are not there, and another question, feed
or bundle makes blocks of its own.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from data import bundle, travel
from data.bundle import County
from data.command_line import write_whole
from data.command_line.executors import finished
from data.faults import Fault, InputError
from data.journeys.files import save
from data.journeys.findings import of_part, together, written
from data.journeys.measure import measure
from data.journeys.question import Question
from data.journeys.walks import points_of
from data.timetables.archive import feeds as feeds_in
from data.timetables.fare_files import fare_files
from data.timetables.notes import Notes
from data.travel import parquet_files, timetabled
from data.travel.parquet_files import Asked

SIZE = 1000  # destinations of a block: each block reads the timetables anew, so that smaller ones take longer in all
CELL_KM = 50  # destinations of one square of the grid are put into blocks together, one after the other
JOURNEYS = "journeys"  # the name of the first table; those of the others are in timetabled.BESIDE
ANSWER_VERSION = 2  # to be raised where the same question has another answer, so that no older block is taken


@dataclass(frozen=True, slots=True)
class Block:
    """Some destinations that stand near each other, of what they are measured, and where the answer is kept."""

    bundle: str
    checksum: str
    feeds: tuple[str, ...]
    asked: Question
    destinations: tuple[str, ...]
    folder: str
    key: str

    def path_of(self, name: str) -> Path:
        """Return where its journeys are kept, or one of the tables of `timetabled.BESIDE`."""
        path = Path(self.folder) / f"{self.key}.parquet"
        return path if name == JOURNEYS else timetabled.path_beside(path, name)

    @property
    def findings(self) -> Path:
        """Return where its findings are kept, which are written last: with them the block is done."""
        return Path(self.folder) / f"{self.key}.json"


def measure_in_blocks(
    folder_of_bundle: Path,
    feeds: Sequence[Path],
    asked: Question,
    kept: Path,
    make_executor: Callable[[], Executor],
    progress: Callable[[str, float], None],
    to: Path,
    size: int = SIZE,
) -> tuple[tuple[Path, ...], Asked]:
    """Measure all pairs of a bundle, write the tables as `files.save` does, and return their paths and what is said.

    `kept` is the folder of finished blocks, of `size` destinations each. Rows are in the order of blocks. Raises
    InputError with what is wrong with any block; the others are kept.
    """
    county = bundle.load(folder_of_bundle)
    blocks = blocks_of(county, folder_of_bundle, feeds, asked, kept, size)
    todo = {block.key: block for block in blocks if not block.findings.is_file()}
    stage, done = f"journeys in {len(blocks)} blocks of destinations", len(blocks) - len(todo)
    progress(stage, done / len(blocks))
    faults: list[Fault] = []
    for key, result in finished(todo, make_executor, measure_block):
        faults += _faults(f"block {key[:8]}", result)
        done += 1
        progress(stage, done / len(blocks))
    if faults:
        raise InputError("journeys", list(dict.fromkeys(faults)))
    return _joined(county, blocks, asked, to)


def _faults(where: str, result: object) -> list[Fault]:
    """Return what is wrong with a block: what its work raised, or nothing."""
    if result is None:
        return []
    if isinstance(result, InputError):
        return [Fault(fault.where or where, fault.problem) for fault in result.faults]
    if isinstance(result, BrokenExecutor):
        return [Fault(where, "Its worker died each time; it may need more memory than there is. Use fewer --jobs.")]
    return [Fault(where, f"{type(result).__name__}: {result}.")]


def blocks_of(
    county: County, folder_of_bundle: Path, feeds: Sequence[Path], asked: Question, kept: Path, size: int
) -> list[Block]:
    """Return the blocks of a county's destinations, from west to east. Raises InputError where a feed is none."""
    sums = sorted([*(feed.sha256 for feed in feeds_in(feeds, Notes())), *(sum_ for _, sum_ in fare_files(feeds))])
    holidays = [[str(day) for day in each] for each in asked.school_holidays]
    of_all = [ANSWER_VERSION, county.manifest.checksum, sums, asked.written(), holidays]
    cells = (points_of(county.destinations) // (CELL_KM * 1000)).astype(int)
    order = np.lexsort((county.destinations.index.to_numpy(dtype=str), cells[:, 1], cells[:, 0]))
    ids = county.destinations.index.to_numpy(dtype=object)[order]
    made = []
    for first in range(0, len(ids), size):
        own = tuple(ids[first : first + size])
        key = hashlib.sha256(json.dumps([*of_all, own]).encode()).hexdigest()
        names = tuple(str(Path(path).resolve()) for path in feeds)
        where = str(Path(folder_of_bundle).resolve())
        made.append(Block(where, county.manifest.checksum, names, asked, own, str(kept.resolve()), key))
    return made


def measure_block(block: Block) -> None:
    """Measure one block and keep it. Raises InputError."""
    county = _part(_loaded(block.bundle, block.checksum), block.destinations)
    found = measure(county, [Path(feed) for feed in block.feeds], block.asked, elsewhere=True)
    assert found.findings is not None  # `measure` has them
    save(found, block.path_of(JOURNEYS))
    write_whole(block.findings, json.dumps(written(found.findings)).encode())


@lru_cache(maxsize=1)
def _loaded(folder: str, checksum: str) -> County:
    county = bundle.load(folder)
    if county.manifest.checksum != checksum:
        raise InputError(folder, ["The bundle has changed since the work began. Start it again."])
    return county


def _part(county: County, destinations: Iterable[str]) -> County:
    """Return a county with some of its destinations and the areas that are considered for them."""
    some = county.destinations.loc[list(destinations)]
    within_m = travel.default_figures()["furthest_considered_km"] * 1000
    near = cKDTree(points_of(some)).query(points_of(county.areas), distance_upper_bound=within_m * 1.001)[0] < np.inf
    return replace(county, areas=county.areas[near], destinations=some)


def _joined(county: County, blocks: Sequence[Block], asked: Question, to: Path) -> tuple[tuple[Path, ...], Asked]:
    """Write the tables of all blocks, one block after the other, so that they are never all in memory."""
    found = together([of_part(json.loads(block.findings.read_bytes())) for block in blocks])
    if not found.pairs["both_ways"] + found.pairs["no_way"] + found.pairs["only_there"] + found.pairs["only_back"]:
        raise InputError("journeys", [f"the timetables cover no area of {county.manifest.name} and its destinations."])
    told = found.asked(asked, len(county.areas), len(county.destinations))
    paths = {JOURNEYS: to} | {name: timetabled.path_beside(to, name) for name in ("details", "lines")}
    for name, path in paths.items():
        tables = (pd.read_parquet(block.path_of(name)) for block in blocks)
        own = _of_new_areas(tables) if name == "lines" else tables
        write_whole(path, parquet_files.joined_bytes(own, told))
    return tuple(paths.values()), told


def _of_new_areas(tables: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Yield the rows of areas that were in no table before: an area has the same lines in each block that it is in."""
    seen: set[str] = set()
    for table in tables:
        yield table[~table["from_id"].isin(seen)]
        seen |= set(table["from_id"])
