"""Choose the sources of data/sources.toml to download, and check that they can be."""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from data.faults import Fault, InputError

KINDS = ("file", "arcgis", "nomis", "gias", "manual")


def wanted_sources(sources: Mapping[str, Mapping], only: tuple[str, ...], region: str | None) -> dict[str, dict]:
    """Return the sources to fetch, with `{region}` filled: those that `only` names, else all that are not optional.

    Raises InputError with everything that is wrong in them.
    """
    faults = [
        Fault(f"--only {id}", f"is not a source. Known: {', '.join(sources)}.") for id in only if id not in sources
    ]
    if region is not None and not re.fullmatch(r"[a-z_]+", region):
        faults.append(Fault("--region", "must be written like east_midlands."))
    wanted, taken = {}, set()
    for id, source in sources.items():
        if (id not in only) if only else source.get("optional", False):
            continue
        wrong = _what_is_wrong_with(source)
        if wrong:
            faults.append(Fault(f"data/sources.toml, [{id}]", wrong))
            continue
        text = f"{source.get('address', '')}{source.get('save_as', '')}"
        if "{region}" in text and region is None:
            faults.append(Fault(id, "is published by region. Name one, as in --region east_midlands."))
        filled = {
            key: value.replace("{region}", region or "") if key in ("address", "save_as") else value
            for key, value in source.items()
        }
        if filled.get("save_as") not in taken:  # one workbook may serve several sources
            wanted[id] = filled
        taken.add(filled.get("save_as") or id)
    if faults:
        raise InputError("download", faults)
    return wanted


def _what_is_wrong_with(source: Mapping) -> str:
    kind = source.get("kind")
    if kind not in KINDS:
        return f"kind is {kind!r}, which is not one of {', '.join(KINDS)}."
    if kind == "manual" and not source.get("save_as"):
        return ""
    name = PurePosixPath(source.get("save_as") or ".")
    if name.is_absolute() or ".." in name.parts or not name.name or "\\" in str(name):
        return "save_as must be a path inside the folder, such as geography/lookup.csv."
    if kind != "manual" and urlsplit(source.get("address", "")).scheme not in ("http", "https"):
        return "address must begin with https:// or http://."
    return ""
