"""Record the faults, warnings and sources of a build, and make the manifest of them."""

from dataclasses import dataclass, field
from pathlib import Path

from data.bundle import BundleSource, Manifest
from data.faults import Fault, InputError, Noted, WarningKind
from data.official.lookups import DISTRICT
from data.official.recognise import Recognised
from data.official.single_years import year_above
from data.official.tables import OfficialTable, count_rows


@dataclass(slots=True)
class BuildRecord:
    """Faults, warnings, the sources used and the choice behind each column."""

    faults: list[Fault] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    used: list[OfficialTable] = field(default_factory=list)
    columns: dict[str, dict] = field(default_factory=dict)
    vintages: dict[str, str] = field(default_factory=dict)  # key of a table -> what its figures describe

    def add_column(self, column: str, source: OfficialTable, note: str, estimated: bool = False) -> None:
        """Record where a column came from."""
        self.used.append(source)
        self.columns[column] = {"source": source_id(source), "note": note, "estimated": estimated}

    def warn(self, sentence: str, kind: WarningKind, **parts: str) -> None:
        """Record what is odd and yet usable, with its kind and the figures and names in it."""
        self.warnings.append(Noted(sentence, kind, **parts))

    def add_fault(self, where: str, problem: str) -> None:
        """Record something that is wrong."""
        self.faults.append(Fault(where, problem))

    def raise_faults(self, folder: Path, recognised: Recognised) -> None:
        """Raise one InputError with every fault, and the files that were nearly or not recognised."""
        if self.faults:
            strange = "; ".join(recognised.unrecognised)
            also = [Fault("files that were not recognised", f"{strange}.")] if strange else []
            raise InputError(str(folder), list(dict.fromkeys([*self.faults, *recognised.near, *also])))


def source_id(source: OfficialTable) -> str:
    """Return the id of a file in a manifest: that of the source, with the start of its checksum to tell two apart."""
    return f"{source.known.id}-{source.content[:8]}"


def make_manifest(
    name: str, codes: list[str], ages: tuple[int, int], recognised: Recognised, build: BuildRecord
) -> Manifest:
    """Make the manifest of a bundle of the councils `codes`, with every source that was used, once."""
    used = {source_id(source): source for source in build.used}
    warnings = list(dict.fromkeys(build.warnings))
    warnings += [Noted(f"Not used: {fault}", "file_not_used") for fault in recognised.near]
    warnings += [
        Noted(
            f"{source.path.name} holds timetables, which are not used yet. If they cover these areas, measure journeys "
            "by them under Rules and data, or with `--timetables`.",
            "timetables_not_used",
        )
        for source in recognised.read_by("timetables")
    ]
    warnings += [Noted(f"Loaded twice: {twice}.", "file_loaded_twice") for twice in recognised.twice]
    return Manifest(
        name=name,
        councils=tuple(codes),
        sources=tuple(_source(used[key], build.vintages) for key in sorted(used)),
        columns=dict(sorted(build.columns.items())),
        warnings=tuple(warnings),
        unrecognised=recognised.unrecognised,
        ages=ages,
    )


def stated_vintage(source: OfficialTable) -> str:
    """Return what a file's figures describe, as its headers state it."""
    if source.sha256 == source.known.sha256 or "{" not in source.known.vintage:
        return source.known.vintage  # the very file that was published
    years = [source.year_in_header(DISTRICT), source.year_in_header("utla??cd")]
    if source.known.reads == "population":
        years = [year_above(source)]
    return source.known.vintage.format(year=max(years)) if any(years) else "year not stated"


def _source(source: OfficialTable, vintages: dict[str, str]) -> BundleSource:
    vintage = vintages.get(source.table_key, "")
    if not vintage or source.sha256 == source.known.sha256:
        vintage = stated_vintage(source)
    return BundleSource(
        id=source_id(source),
        title=source.known.title,
        publisher=source.known.publisher,
        licence=source.known.licence,
        url=source.known.address,
        vintage=vintage,
        file=source.file,
        sha256=source.sha256,
        rows=count_rows(source),
    )
