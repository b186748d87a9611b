"""Say what is a site of which college, and which colleges stand at one place alone.

Get Information About Schools (GIAS) places a college at its main site. A college that teaches in several towns is then
far from young people who live beside it. `data.official.site_files` reads the official files that have more places,
and a council adds its own (`data.own_files`). The column `site_of` of the destinations holds the id of the college.
"""

import difflib

import pandas as pd
from scipy.spatial import cKDTree

from data.faults import Fault, InputError, Noted
from data.official.plain_names import plain_name
from data.official.providers import COLLEGE, SIXTH_FORM

SITE_OF = "site_of"  # a column of the destinations that a bundle may have
FROM_2019, FROM_LINKS, FROM_NAMES, FROM_COURSES = "site2019-", "merged-", "osname-", "venue-"  # how their ids begin
FULL_TIME_COURSES = 5  # an assumption: with fewer in the course directory a venue is no site of a college
SOURCE_OF = {
    FROM_COURSES: f"the National Careers Service's course directory ({FULL_TIME_COURSES} full-time courses or more)",
    FROM_LINKS: "the links of Get Information About Schools, as the place of a college that another took over",
    FROM_2019: "the DfT's list of further education sites of 2019",
    FROM_NAMES: "OS Open Names",
}
CLOSED = "closed"  # the kind of a row of a council's own that takes a place away
MOST_NAMED = 6
APART_KM = 2.0  # an assumption: nearer than this it is the same place for a journey, or a neighbouring building
WORDS_OF_EVERY_COLLEGE = {"college", "colleges", "group", "and", "further", "education", "campus", "site", "centre"}


def name_words(name: str) -> frozenset[str]:
    """Return the words that tell one college from another.

    >>> sorted(name_words("Truro and Penwith College")), sorted(name_words("Penwith College"))
    (['penwith', 'truro'], ['penwith'])
    """
    return frozenset(plain_name(name).split()) - WORDS_OF_EVERY_COLLEGE


def college_named(site: str, colleges: pd.Series) -> str | None:
    """Return the id of the one college whose name holds, or is held by, the name of a site; None for none or several.

    `colleges` are names by id.
    """
    words = name_words(site)
    of_college = {college: name_words(name) for college, name in colleges.items()}
    same = [id for id, theirs in of_college.items() if words and theirs and (words <= theirs or theirs <= words)]
    return same[0] if len(same) == 1 else None


def with_colleges(table: pd.DataFrame, destinations: pd.DataFrame, file: str) -> pd.DataFrame:
    """Return a council's own places with `site_of` as the id of a college, missing for a place that is no site.

    Where the file gives none, the name tells (`college_named`). Raises InputError for a college that is not there or
    that the file closes, and for a place that is no college and can be no site of one.
    """
    is_closed = table["kind"] == CLOSED
    names = pd.concat([destinations[~destinations.index.isin(table.index)], table[~is_closed]])
    names = names.loc[names["kind"] == COLLEGE, "name"]
    shut = destinations.loc[destinations.index.isin(table.index[is_closed]), "name"]
    official = names[names.index.str.startswith("urn-")]
    faults, found = [], {}
    for place_id, row in table[~is_closed].iterrows():
        given = row.get(SITE_OF, "")
        if not given:
            is_site = row["kind"] == COLLEGE and place_id not in official
            found[place_id] = college_named(row["name"], official) if is_site else None
        elif row["kind"] != COLLEGE:
            problem = (
                f"is for a site of a college, and this is of the kind {row['kind']}. Leave it empty, or mend kind."
            )
            faults.append(Fault(f"{place_id}, {SITE_OF}", problem))
        elif college := _named_in(given, names):
            found[place_id] = college
        elif _named_in(given, shut):
            problem = f'"{given}" is closed in this file. Name a college that is open, or take its closing out.'
            faults.append(Fault(f"{place_id}, {SITE_OF}", problem))
        else:
            near = difflib.get_close_matches(given, list(names), n=1) or list(names)[:MOST_NAMED]
            problem = f'"{given}" is no college of this county, by id or name. There are: {"; ".join(near)}.'
            faults.append(Fault(f"{place_id}, {SITE_OF}", problem))
    if faults:
        raise InputError(file, faults)
    return table.assign(**{SITE_OF: pd.Series(found, dtype="string").reindex(table.index)})


def _named_in(given: str, names: pd.Series) -> str | None:
    """Return the id that is given, or that of the one place with this name; None for none or several."""
    if given in names.index:
        return given
    same = names.index[names.str.casefold() == given.casefold()]
    return same[0] if len(same) == 1 else None


def none_left(destinations: pd.DataFrame, county: str) -> str:
    """Return a warning where no destination is a college or sixth form, "" where one is."""
    if destinations["kind"].isin([COLLEGE, SIXTH_FORM]).any():
        return ""
    told = f"No college or sixth form is left within reach of {county}: a plan can bring nobody to college."
    return Noted(told, "no_colleges_left", county=county)


def at_one_site(destinations: pd.DataFrame) -> pd.DataFrame:
    """Return the colleges of GIAS or the performance tables that have no second site, the largest first.

    A college of the council's own, a site of a college, and a college that the council says stands at one site
    (its `site_of` is its own id) are not among them.
    """
    colleges = destinations[(destinations["kind"] == COLLEGE) & destinations.index.str.startswith("urn-")]
    if SITE_OF in destinations:
        has_sites = colleges.index.isin(destinations[SITE_OF].dropna())
        colleges = colleges[colleges[SITE_OF].isna() & ~has_sites]
    return colleges.sort_values(["size", "name"], ascending=[False, True], na_position="last")


def site_warnings(destinations: pd.DataFrame) -> list[str]:
    """Return what a reader must know of the sites of colleges, naming each college and each place."""
    warnings: list[str] = []
    if alone := "; ".join(at_one_site(destinations)["name"]):
        told = (
            f"Colleges within reach that stand at their main site alone: {alone}. The lists loaded have no other site "
            "of theirs. Whoever lives beside one that is missing counts as far from college. Ask each where else it "
            "teaches 16 to 18 year olds and add those places (under Rules and data, or with --destinations)."
        )
        warnings.append(Noted(told, "colleges_at_one_site", names=alone))
    for prefix, source in SOURCE_OF.items():
        if places := "; ".join(sorted(destinations.loc[destinations.index.str.startswith(prefix), "name"])):
            told = (
                f"College sites within reach taken from {source}: {places}. It does not say whether 16 to 18 year olds "
                "are still taught there: check."
            )
            warnings.append(Noted(told, "sites_of_a_list", source=source, names=places))
    return warnings


def nearest_college(areas: pd.DataFrame, destinations: pd.DataFrame) -> pd.Series:
    """Return the id of the college (no sixth form) nearest to each area in a straight line; missing where none is."""
    colleges = destinations[destinations["kind"] == COLLEGE]
    if colleges.empty:
        return pd.Series(pd.NA, index=areas.index, dtype="object")
    places = ["easting_m", "northing_m"]
    _, position = cKDTree(colleges[places].to_numpy(dtype="float64")).query(areas[places].to_numpy(dtype="float64"))
    return pd.Series(colleges.index[position], index=areas.index)
