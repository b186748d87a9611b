"""What a build gathers as it goes, and the manifest that is made of it."""

from dataclasses import dataclass, field
from pathlib import Path

from data.bundle import Manifest, Source
from data.faults import Fault, InputError
from data.official import lookups
from data.official.known import column_named
from data.official.recognise import Found, Recognised, count_rows


@dataclass(slots=True)
class Ledger:
    """Faults, warnings, the sources used and the choice behind each column."""

    faults: list[Fault] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    used: list[Found] = field(default_factory=list)
    columns: dict[str, dict] = field(default_factory=dict)
    vintages: dict[str, str] = field(default_factory=dict)  # content of a file -> what its figures describe

    def record(self, column: str, found: Found, note: str, estimated: bool = False) -> None:
        """Remember where a column came from."""
        self.used.append(found)
        self.columns[column] = {"source": source_id(found), "note": note, "estimated": estimated}

    def raise_faults(self, folder: Path, recognised: Recognised) -> None:
        """Raise one InputError with every fault, and the files that were nearly or not recognised."""
        if self.faults:
            strange = "; ".join(recognised.unrecognised)
            also = [Fault("files that were not recognised", f"{strange}.")] if strange else []
            raise InputError(str(folder), list(dict.fromkeys([*self.faults, *recognised.near, *also])))


def source_id(found: Found) -> str:
    """Return the id of a file in a manifest: that of the source, with the start of its checksum to tell two apart."""
    return f"{found.known.id}-{found.content[:8]}"


def make_manifest(
    name: str, codes: list[str], ages: tuple[int, int], recognised: Recognised, ledger: Ledger
) -> Manifest:
    """Make the manifest of a bundle of the councils `codes`, with every source that was used, once."""
    used = {source_id(found): found for found in ledger.used}
    warnings = list(dict.fromkeys(ledger.warnings))
    warnings += [f"Not used: {fault}" for fault in recognised.near]
    warnings += [f"Loaded twice: {twice}." for twice in recognised.twice]
    return Manifest(
        name=name,
        councils=tuple(codes),
        sources=tuple(_source(used[key], ledger.vintages) for key in sorted(used)),
        columns=dict(sorted(ledger.columns.items())),
        warnings=tuple(warnings),
        unrecognised=recognised.unrecognised,
        ages=ages,
    )


def _source(found: Found, vintages: dict[str, str]) -> Source:
    vintage = vintages.get(found.content + found.layout.sheet, "")
    if found.sha256 == found.known.sha256:
        vintage = found.known.vintage  # the very file that was published
    if not vintage:
        year = max(
            (lookups.year_in_header(found, p) for p in (lookups.DISTRICT, "utla??cd") if _has(found, p)), default=0
        )
        vintage = found.known.vintage.format(year=year or "not stated")
    return Source(
        id=source_id(found),
        title=found.known.title,
        publisher=found.known.publisher,
        licence=found.known.licence,
        url=found.known.address,
        vintage=vintage,
        file=found.file,
        sha256=found.sha256,
        rows=count_rows(found),
    )


def _has(found: Found, pattern: str) -> bool:
    return column_named(found.layout.headers, pattern) is not None
