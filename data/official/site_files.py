"""Read the official files that have sites of colleges that Get Information About Schools (GIAS) has not.

    course directory    where each provider teaches today, by its UKPRN: the surest, so it comes first
    GIAS links          which college took over which; a college taken over taught at a place of its own
    DfT 2019            where further education was in 2019, also of colleges that merged or moved since
    OS Open Names       places that Ordnance Survey names as further education
None of them says that a place still teaches young people of 16 to 18, so each site taken from them is told by name
(`data.official.sites.site_warnings`).
"""

from collections.abc import Iterable
from functools import partial

import numpy as np
import pandas as pd

from data.faults import Fault
from data.official import cells
from data.official.course_directory import read_register, read_venues, sites_of
from data.official.plain_names import plain_name
from data.official.providers import COLLEGE
from data.official.recognise import Recognised
from data.official.sites import APART_KM, FROM_2019, FROM_LINKS, FROM_NAMES, SITE_OF, college_named
from data.official.tables import OfficialTable, read, read_each, right_places

ON_GRID = {"easting_m": (1, 700_000), "northing_m": (1, 1_300_000)}  # metres of the British National Grid


def find(
    recognised: Recognised,
    establishments: pd.DataFrame,
    providers: pd.DataFrame,
    dft: list[tuple[OfficialTable, pd.DataFrame]],
    faults: list[Fault],
    warnings: list[str],
) -> tuple[pd.DataFrame, list[OfficialTable]]:
    """Return the sites that official files have and GIAS has not, in the shape of destinations, and the files used.

    `establishments` is GIAS; `providers` are the destinations made of it; `dft` the list of 2019, where loaded. Rows
    whose place cannot be right are counted in `warnings`.
    """
    colleges = providers[providers["kind"] == COLLEGE]
    registers = [table for _, table in read_each(recognised.read_by("ukprn_register"), read_register, faults)]
    ukprns = establishments["ukprn"].set_axis("urn-" + establishments.index.astype(str))
    tables = [
        (source, sites_of(venues, colleges, ukprns, registers))
        for source, venues in read_each(
            recognised.read_by("course_directory"), partial(read_venues, warnings=warnings), faults
        )
    ]
    tables += [
        (source, merged(establishments, links, colleges))
        for source, links in read_each(recognised.read_by("gias_links"), read_links, faults)
    ]
    tables += [(source, of_2019(table, colleges, establishments)) for source, table in dft]
    tables += read_each(recognised.read_by("open_names"), partial(read_open_names, warnings=warnings), faults)
    found = new_places([table for _, table in tables], colleges)
    return found, [source for source, table in tables if found.index.isin(table.index).any()]


def read_links(source: OfficialTable) -> pd.DataFrame:
    """Read the GIAS links: columns urn, successor; a row for each college or school that another took over."""
    raw = read(source, {"urn": "urn", "other": "linkurn", "type": "linktype"})
    table = pd.DataFrame({name: cells.text(raw[name]) for name in raw}).dropna()
    kind = table["type"].str.casefold()
    after = table[kind.str.startswith("successor")].rename(columns={"other": "successor"})
    before = table[kind.str.startswith(("predecessor", "merged"))].rename(columns={"urn": "successor", "other": "urn"})
    both = pd.concat([after, before])[["urn", "successor"]]
    return both[both["urn"] != both["successor"]].drop_duplicates("urn", ignore_index=True)


def merged(establishments: pd.DataFrame, links: pd.DataFrame, colleges: pd.DataFrame) -> pd.DataFrame:
    """Return the places of colleges that an open one took over: columns name, easting_m, northing_m, site_of.

    `establishments` is the whole of GIAS, closed ones too; `colleges` are the open ones by destination_id. A college
    that took over one that had itself taken over another has the places of both.
    """
    after = dict(zip(links["urn"], links["successor"], strict=True))
    closed = establishments[~establishments["open"] & establishments["type"].str.casefold().eq("further education")]
    found = closed.assign(**{SITE_OF: [_last(urn, after) for urn in closed.index]})
    found[SITE_OF] = "urn-" + found[SITE_OF].astype("string")
    found = found[found[SITE_OF].isin(colleges.index)]
    return _as_sites(found, FROM_LINKS)


def _last(urn: str, after: dict[str, str]) -> str:
    been = {urn}
    while (successor := after.get(urn)) and successor not in been:
        been.add(urn := successor)
    return urn


def of_2019(dft: pd.DataFrame, colleges: pd.DataFrame, establishments: pd.DataFrame) -> pd.DataFrame:
    """Return the DfT's college sites of 2019 that GIAS does not have today, in the columns of `merged`.

    `dft` has urn, name, kind, easting_m and northing_m. A site is that of a college open today under the same URN that
    stands elsewhere now; or that of a college which is open no more (merged into one that is not known: site_of is
    missing). The list states no types, and many a school is called a college: `_were_colleges` tells them apart. A
    college that goes on in the same place under another URN, as an academy say, has no new site.
    """
    dft = dft[dft["kind"] == COLLEGE].set_index("urn")
    ids = pd.Series("urn-" + dft.index, index=dft.index)
    is_college = ids.isin(colleges.index)
    gone = ~dft.index.isin(establishments.index[establishments["open"]])
    gone &= _were_colleges(dft.index, establishments) & ~_go_on(dft, establishments[establishments["open"]])
    found = dft[is_college | gone]
    return _as_sites(found.assign(**{SITE_OF: ids.where(is_college)}), FROM_2019)


def _were_colleges(urns: pd.Index, establishments: pd.DataFrame) -> np.ndarray:
    """Say which URNs were given to colleges of further education.

    GIAS says so where it has the closed ones too. Else the neighbours do: URNs are given in order, and colleges were
    given theirs in long runs, so that one between two colleges is that of a college. A URN that is no number is none.
    """
    is_college = establishments["type"].str.casefold().eq("further education").fillna(False)
    numbers = pd.Series(is_college.to_numpy(dtype=bool), index=pd.to_numeric(establishments.index)).sort_index()
    wanted = pd.to_numeric(urns, errors="coerce").to_numpy(dtype="float64")
    before = numbers.index.searchsorted(wanted, side="right") - 1
    after = numbers.index.searchsorted(wanted, side="left")
    inside = (before >= 0) & (after < len(numbers))
    flags = numbers.to_numpy()
    return inside & flags[before.clip(0)] & flags[after.clip(max=len(flags) - 1)]


def _go_on(places: pd.DataFrame, running: pd.DataFrame) -> np.ndarray:
    """Say which places have an open establishment of the same name within APART_KM."""
    named = running.assign(plain=running["name"].map(plain_name))[["plain", "easting_m", "northing_m"]]
    pairs = places.assign(plain=places["name"].map(plain_name)).reset_index().merge(named, on="plain")
    east, north = (pairs[f"{axis}_m_x"] - pairs[f"{axis}_m_y"] for axis in ("easting", "northing"))
    return places.index.isin(pairs.loc[np.hypot(east, north) <= APART_KM * 1000, "urn"])


def read_open_names(source: OfficialTable, warnings: list[str]) -> pd.DataFrame:
    """Read the places of further education in OS Open Names, in the columns of `merged` with site_of missing.

    Those whose place cannot be right are left out, and counted in `warnings`.
    """
    wanted = {"id": "id", "name": "name1", "type": "local_type", "easting_m": "geometry_x", "northing_m": "geometry_y"}
    raw = read(source, wanted)
    table = pd.DataFrame({name: cells.text(raw[name]) for name in ("id", "name", "type")})
    table = table[table["type"].str.contains("further education", case=False, na=False)]
    places = right_places(source, raw.loc[table.index], ON_GRID, warnings)
    table = table.join(places).dropna()
    return _as_sites(table.set_index("id").assign(**{SITE_OF: pd.NA}), FROM_NAMES)


def _as_sites(table: pd.DataFrame, prefix: str) -> pd.DataFrame:
    table = table.dropna(subset=["easting_m", "northing_m"])
    if prefix == FROM_2019:
        table = table.assign(name=table["name"] + " (site of 2019)")  # the name may be that of today's main site
    index = pd.Index(prefix + table.index.astype(str), name="destination_id")
    return table[["name", "easting_m", "northing_m", SITE_OF]].set_axis(index)


def new_places(sites: Iterable[pd.DataFrame], colleges: pd.DataFrame) -> pd.DataFrame:
    """Return the sites that are more than APART_KM from every college known before, in the shape of destinations.

    `sites` are tables of `merged` in the order of trust. A site without a college takes the one of its name, if any.
    """
    known = colleges[["easting_m", "northing_m"]].to_numpy(dtype="float64")
    parts = []
    for table in sites:
        for site_id, site in table.iterrows():
            place = site[["easting_m", "northing_m"]].to_numpy(dtype="float64")
            if len(known) and np.hypot(*(known - place).T).min() <= APART_KM * 1000:
                continue
            known = np.vstack([known, place])
            college = site[SITE_OF] if pd.notna(site[SITE_OF]) else college_named(site["name"], colleges["name"])
            parts.append((site_id, site["name"], COLLEGE, *place, np.nan, college))
    columns = ["destination_id", "name", "kind", "easting_m", "northing_m", "size", SITE_OF]
    return pd.DataFrame(parts, columns=columns).set_index("destination_id")
