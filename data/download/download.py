"""Fetch the official files that a bundle is made from, from the addresses in data/sources.toml.

A file is named `.part` until it is whole and is what it should be. What was fetched, from where and with which checksum
is recorded in `downloads.json` in the folder, so that a second run fetches only what is missing. A file that cannot be
fetched does not stop the others; all faults are raised together at the end.
"""

import argparse
import shlex
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlsplit

import requests
from tqdm import tqdm

from data.command_line import print_json, say
from data.download import record as download_record
from data.download.file_checks import what_is_wrong
from data.download.http import CannotFetch, NotThere, Patience, Unreachable, fetch_file, forget, new_session
from data.download.paged_services import fetch_arcgis, fetch_nomis
from data.download.record import Download, sha256_of
from data.download.sources import wanted_sources
from data.faults import Fault, InputError
from data.official.known import read_sources

GIAS_DAYS = 30  # the newest daily extract is published some hours, at times days, after its date

_UNITS = {"arcgis": " rows", "nomis": " rows"}  # the rest counts bytes

Progress = Callable[..., tqdm]  # called with desc=, total=, unit=, as tqdm is
quiet: Progress = partial(tqdm, disable=True)


@dataclass(frozen=True, slots=True)
class DownloadReport:
    """The files that a download fetched or kept, and those that somebody must fetch by hand."""

    files: tuple[Download, ...]
    by_hand: tuple[dict, ...]  # sources with no address: id, title, file


@dataclass(frozen=True, slots=True)
class _DownloadJob:
    """The settings and the state that all files of one download share."""

    folder: Path
    today: date
    mirror: str | None
    session: requests.Session
    patience: Patience
    progress: Progress
    record: dict[str, dict]
    unreachable: set[str]  # hosts that did not answer: their other files get one try each
    may_correct: bool  # whether whoever reads the faults can correct data/sources.toml


def download(
    sources: Mapping[str, Mapping],
    folder: str | Path,
    *,
    today: date,
    mirror: str | None = None,
    only: Iterable[str] = (),
    regions: Iterable[str] = (),
    session: requests.Session | None = None,
    patience: Patience | None = None,
    progress: Progress = quiet,
    may_correct: bool = True,
) -> DownloadReport:
    """Fetch `sources` into `folder`; optional ones only where `only` names them.

    `mirror` is a folder or an http address that holds every file under its `save_as`, and replaces all addresses.
    `regions` fill `{region}` in the addresses of sources by region, which are fetched once for each. Sources of the
    kind "manual" are looked for on a mirror only. `may_correct` says whether whoever reads the faults can correct
    data/sources.toml.
    Raises InputError with every file that could not be fetched, after the others were.
    """
    wanted = wanted_sources(sources, tuple(only), tuple(regions))
    folder = Path(folder)
    folder.mkdir(exist_ok=True)
    record = download_record.read(folder)
    job = _DownloadJob(
        folder, today, mirror, session or new_session(), patience or Patience(), progress, record, set(), may_correct
    )
    files, faults, by_hand = [], [], []
    for id, source in wanted.items():
        try:
            files.append(_one(job, id, source))
        except NotThere as reason:
            if source["kind"] == "manual":
                by_hand.append({"id": id, "title": source["title"], "file": source.get("save_as", "")})
            else:
                advice = f" Correct `address` under {_table(id)} in data/sources.toml and run again."
                faults.append(Fault(id, f"{reason}{advice if may_correct and not mirror else ''}"))
        except Unreachable as reason:
            job.unreachable.add(_host(job, source))
            faults.append(Fault(id, str(reason)))
        except CannotFetch as reason:
            faults.append(Fault(id, str(reason)))
    if faults:
        _remove_empty(folder)
        raise InputError(f"download ({len(files)} files are in {folder}, {len(faults)} could not be had)", faults)
    return DownloadReport(tuple(files), tuple(by_hand))


def _one(job: _DownloadJob, id: str, source: dict) -> Download:
    """Fetch one source into the folder, unless a good copy is there already."""
    if not source.get("save_as"):
        raise NotThere("has no address.")
    target = job.folder / source["save_as"]
    if (there := _already_there(job, id, source, target)) is not None:
        return there
    if source["kind"] == "manual" and job.mirror is None:
        raise NotThere("has no address.")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    with job.progress(desc=id, unit=_UNITS.get(source["kind"], "B"), unit_scale=True) as bar:
        address, length_known = _fetch(job, source, part, bar)
    wrong = what_is_wrong(part, target.name, length_known=length_known)
    if wrong:
        wrong += ". Open the address in a browser to see."
    sha256 = "" if wrong else sha256_of(part)
    if wrong or source.get("sha256", sha256).lower() != sha256:
        forget(part)
        raise CannotFetch(f"what {address} gave {wrong or _other_checksum(job, id, source, sha256)} Nothing was kept.")
    got = Download(id, source["save_as"], address, part.stat().st_size, sha256, job.today.isoformat())
    part.replace(target)
    forget(part)
    download_record.remember(job.folder, job.record, got, source)
    return got


def _other_checksum(job: _DownloadJob, id: str, source: dict, sha256: str) -> str:
    if not job.may_correct:
        return (
            "is another file than was expected: its publisher may have replaced it, or it was altered on the way. Get "
            "it from the publisher's page, look at it, and use it if it is right."
        )
    return (
        f"has the sha256 {sha256}; {source['sha256']} was expected. The publisher may have replaced the file: see the "
        f"publisher's page and, if the new one is right, correct `sha256` and `vintage` under {_table(id)} in "
        "data/sources.toml."
    )


def _table(id: str) -> str:
    """Return the table of sources.toml that has a source; one by region has the region behind its id."""
    return f"[{id.partition(' ')[0]}]"


def _remove_empty(folder: Path) -> None:
    """Remove the folders into which nothing was fetched."""
    for place in sorted((path for path in (folder, *folder.rglob("*")) if path.is_dir()), reverse=True):
        if not any(place.iterdir()):
            place.rmdir()


def _host(job: _DownloadJob, source: dict) -> str:
    return urlsplit(job.mirror or source["address"]).netloc


def _fetch(job: _DownloadJob, source: dict, part: Path, bar: tqdm) -> tuple[str, bool]:
    """Fetch into `part`; return the address that answered and whether the file's length is certain."""
    address, kind = source.get("address", ""), source["kind"]
    checksum_known = bool(source.get("sha256"))
    patience = job.patience
    if _host(job, source) in job.unreachable:
        patience = replace(patience, tries=1)
    if job.mirror is not None:
        return _from_mirror(job, job.mirror, source["save_as"], part, patience, bar, checksum_known)
    if kind == "gias":
        return _newest(job, address, part, patience, bar)
    if kind == "file":
        return address, fetch_file(job.session, address, part, patience, bar, checksum_known=checksum_known)
    try:
        {"arcgis": fetch_arcgis, "nomis": fetch_nomis}[kind](job.session, address, part, patience, bar)
    except CannotFetch:
        forget(part)  # a later run begins these again
        raise
    return address, True


def _newest(job: _DownloadJob, address: str, part: Path, patience: Patience, bar: tqdm) -> tuple[str, bool]:
    """Fetch the newest daily file: `{date}` (or `{YYYYMMDD}`) is today, or else the latest day before that answers."""
    for days in range(GIAS_DAYS + 1):
        day = f"{job.today - timedelta(days=days):%Y%m%d}"
        dated = address.replace("{date}", day).replace("{YYYYMMDD}", day)
        try:
            return dated, fetch_file(job.session, dated, part, patience, bar)
        except NotThere:
            continue
    raise NotThere(f"no file of the last {GIAS_DAYS} days is at {address}.")


def _from_mirror(
    job: _DownloadJob, mirror: str, save_as: str, part: Path, patience: Patience, bar: tqdm, checksum_known: bool
) -> tuple[str, bool]:
    if urlsplit(mirror).scheme in ("http", "https"):
        address = f"{mirror.rstrip('/')}/{quote(save_as)}"
        return address, fetch_file(job.session, address, part, patience, bar, checksum_known=checksum_known)
    original = Path(mirror) / save_as
    if not original.is_file():
        raise NotThere(f"the mirror has no file {save_as}. Put it there, or leave --mirror out.")
    bar.reset(total=original.stat().st_size)
    shutil.copyfile(original, part)
    bar.update(part.stat().st_size)
    return save_as, False


def _already_there(job: _DownloadJob, id: str, source: dict, target: Path) -> Download | None:
    """Return a file that is there already and good; None where it must be fetched.

    A file that this command did not fetch is checked and never overwritten.
    """
    if not target.is_file():
        return None
    if source["save_as"] in job.record:
        return download_record.still_good(job.folder, job.record, id, source)
    wrong = what_is_wrong(target, target.name, length_known=False)
    if wrong:
        raise CannotFetch(
            f"{target} {wrong}. It was there before and is left as it is: move it away, and run again to fetch it."
        )
    return Download(id, source["save_as"], "", target.stat().st_size, sha256_of(target), "", kept=True)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `python -m data download`."""
    parser.description = (
        "Fetch the official files a bundle is made from, each from its publisher. The files cover all of England (some "
        "Wales too), whichever council is named: publishers do not cut them by council, and colleges across the border "
        "are wanted. Addresses, vintages and licences are in data/sources.toml; correct one there if it has moved."
    )
    parser.add_argument(
        "--council", metavar="NAME", action="append", help="for whom (the files are the same for all); may be repeated"
    )
    parser.add_argument("--to", metavar="FOLDER", required=True, help="where the files go; made if it is not there")
    parser.add_argument(
        "--mirror",
        metavar="FOLDER-OR-URL",
        help="a folder or an http address that holds every file under its `save_as`, in place of the publishers",
    )
    parser.add_argument(
        "--only", metavar="ID", action="append", default=[], help="one source of data/sources.toml; may be repeated"
    )
    by_region = "also the bus timetables of a region, such as east_midlands; may be repeated for regions next to it"
    parser.add_argument("--region", metavar="NAME", action="append", default=[], help=by_region)
    parser.add_argument("--quiet", action="store_true", help="no progress bars")
    parser.add_argument("--json", action="store_true", help="print one JSON object on standard output")


def download_command(arguments: argparse.Namespace) -> None:
    """Run `python -m data download`."""
    silent = arguments.quiet or arguments.json
    # disable=None: tqdm draws on a terminal only, never into a log
    progress = quiet if silent else partial(tqdm, file=sys.stderr, disable=None)
    report = download(
        read_sources(),
        arguments.to,
        today=date.today(),
        mirror=arguments.mirror,
        only=arguments.only,
        regions=arguments.region,
        progress=progress,
    )
    if arguments.json:
        print_json({"councils": arguments.council or ["England"], "folder": arguments.to} | asdict(report))
    elif not arguments.quiet:
        say(_in_words(report, arguments))


def _in_words(report: DownloadReport, arguments: argparse.Namespace) -> str:
    lines = []
    for file in report.files:
        origin = f"there already{f', fetched {file.fetched}' if file.fetched else ''}" if file.kept else file.address
        lines.append(f"  {file.file}  {file.bytes / 1e6:,.1f} MB  {origin}")
    lines.insert(0, f"In {arguments.to} ({len(report.files)}):")
    if report.by_hand:
        lines.append("No address is known for these; if you have them, put them in the same folder, under any name:")
        lines += [f"  {source['title']}" for source in report.by_hand]
    councils = " ".join(f"--council {shlex.quote(name)}" for name in arguments.council or ["England"])
    lines.append(
        f"Next: python -m data build {councils} --from {shlex.quote(arguments.to)} --to BUNDLE. "
        "To fetch a file afresh, delete it and run this again."
    )
    return "\n".join(lines)
