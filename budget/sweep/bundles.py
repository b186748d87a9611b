"""Build a bundle for each of many councils from one folder of official files, leaving those that are built already.

A bundle is written whole or not at all, so that a run that was stopped goes on with the councils that have none yet. A
bundle that was made from other files than those in the folder now is built again.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from dataclasses import dataclass
from pathlib import Path

from data import bundle, county
from data.faults import InputError
from data.official import lookups
from data.official.councils import find_councils
from data.official.recognise import Recognised, recognise

ALL = ("all", "england")


@dataclass(frozen=True, slots=True)
class CouncilBundle:
    """One council and the folder of its bundle; `problem` says why it has none, "" where it has one."""

    code: str
    name: str
    folder: str
    problem: str = ""


def wanted(names: Sequence[str], data: Path, bundles: Path) -> tuple[list[CouncilBundle], list[CouncilBundle]]:
    """Return the councils whose bundles are there, and those whose bundles must be built, each in order of code.

    `names` are councils by name or code, combined authorities, which stand for their members, or "all". Raises
    InputError for a name that is not known, or where the folder of official files does not say which areas belong to
    which council.
    """
    recognised = recognise(data)
    districts = lookups.area_districts(recognised)
    if districts.table.empty:
        raise InputError(str(data), districts.faults)
    counties = districts.table.drop_duplicates("county_code").set_index("county_code")["county_name"].sort_index()
    codes = list(counties.index)
    if not any(name.strip().casefold() in ALL for name in names):
        codes = find_councils(names, districts.table, districts.faults, districts.groups)[1]
    there: list[CouncilBundle] = []
    missing: list[CouncilBundle] = []
    for code in codes:
        one = CouncilBundle(code, str(counties[code]), str(bundles / folder_name(code, str(counties[code]))))
        (there if _is_made_from(Path(one.folder), recognised) else missing).append(one)
    return there, missing


def folder_name(code: str, name: str) -> str:
    """Return the name of a council's bundle folder.

    >>> folder_name("E06000017", "Rutland"), folder_name("E06000019", "Herefordshire, County of")
    ('E06000017-rutland', 'E06000019-herefordshire-county-of')
    """
    return f"{code}-{re.sub('[^a-z0-9]+', '-', name.casefold()).strip('-')}"


def _is_made_from(folder: Path, recognised: Recognised) -> bool:
    """Return whether a whole bundle is there whose official files are all among those of the folder."""
    if not (folder / "manifest.json").is_file():
        return False
    try:
        manifest = bundle.load(folder).manifest
    except InputError:
        return False  # damaged, or of an older version: it is built again
    return {source.sha256 for source in manifest.sources} <= {table.sha256 for table in recognised.found}


def build_each(
    missing: Sequence[CouncilBundle], data: Path, make_executor: Callable[[], Executor]
) -> Iterator[CouncilBundle]:
    """Build the bundles in the executor's processes, and yield each council as its bundle is written or has failed."""
    if not missing:
        return
    executor = make_executor()
    futures: dict[Future, CouncilBundle] = {}
    try:
        futures |= {executor.submit(build_one, one, str(data)): one for one in missing}
        for future in as_completed(futures):
            one = futures[future]
            try:
                problem = future.result()
            except BrokenExecutor:
                problem = "The worker process died while it built the bundle; it may need more memory than there is."
            yield CouncilBundle(one.code, one.name, one.folder, problem)
    finally:
        for future in futures:
            future.cancel()
        executor.shutdown(wait=True)


def build_one(one: CouncilBundle, data: str) -> str:
    """Build and write one council's bundle; return what is wrong, "" where nothing is. Errors are never raised.

    An exception may not survive the way between processes, and one council's must not end the others.
    """
    try:
        bundle.save(county.build(data, [one.code]), one.folder)
    except InputError as error:
        return "; ".join(map(str, error.faults))
    except Exception as error:  # noqa: BLE001 - the boundary between councils; the row reports it
        return f"{type(error).__name__}: {error}"
    return ""


def found(bundles: Path) -> list[CouncilBundle]:
    """Return every bundle in a folder, by the name of its folder. Raises InputError where there is none."""
    folders = sorted(path.parent for path in bundles.glob("*/manifest.json")) if bundles.is_dir() else []
    if not folders:
        problem = "holds no county bundle. Build some there: add --councils all --data FOLDER-OF-OFFICIAL-FILES."
        raise InputError(f"--bundles {bundles}", [problem])
    made = []
    for folder in folders:
        try:
            manifest = bundle.load(folder).manifest
        except InputError as error:
            made.append(CouncilBundle("", folder.name, str(folder), "; ".join(map(str, error.faults))))
            continue
        made.append(CouncilBundle(", ".join(manifest.councils), manifest.name, str(folder)))
    return made
