"""Choose the sources of data/sources.toml to download, and check that they can be."""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from data.faults import Fault, InputError

KINDS = ("file", "arcgis", "nomis", "gias", "manual")


def wanted_sources(sources: Mapping[str, Mapping], only: tuple[str, ...], regions: tuple[str, ...]) -> dict[str, dict]:
    """Return the sources to fetch: those that `only` names, else all that are not optional, and those of the regions.

    A source by region stands there once for each of `regions`, with `{region}` filled. Raises InputError with
    everything that is wrong in them.
    """
    faults = [
        Fault(f"--only {id}", f"is not a source. Known: {', '.join(sources)}.") for id in only if id not in sources
    ]
    faults += [
        Fault(f"--region {region}", "must be written like east_midlands.")
        for region in regions
        if not re.fullmatch(r"[a-z_]+", region)
    ]
    wanted, taken = {}, set()
    for id, source in sources.items():
        by_region = "{region}" in f"{source.get('address', '')}{source.get('save_as', '')}"
        if (id not in only) if only else source.get("optional", False) and not (by_region and regions):
            continue
        wrong = _what_is_wrong_with(source)
        if wrong:
            faults.append(Fault(f"data/sources.toml, [{id}]", wrong))
            continue
        for region in regions if by_region else ("",):
            known = source.get("regions") or [region]
            if region and region not in known:
                faults.append(Fault(f"--region {region}", f"is not a region of {id}. Known: {', '.join(known)}."))
            filled = {
                key: value.replace("{region}", region) if key in ("address", "save_as") else value
                for key, value in source.items()
            }
            if filled.get("save_as") not in taken:  # one workbook may serve several sources
                wanted[f"{id} {region}".strip()] = filled
            taken.add(filled.get("save_as") or id)
        if by_region and not regions:
            known = f", which is one of {', '.join(source['regions'])}" if source.get("regions") else ""
            faults.append(Fault(id, f"is published by region. Name it, as in --region east_midlands{known}."))
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
