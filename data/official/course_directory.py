"""Read where colleges teach from the course directory of the National Careers Service.

The directory's open report of live courses has a row for each course at each venue, with the provider by its UK
Provider Reference Number (UKPRN), the venue's place and whether the course is full time and taught in a classroom. Its
layout is that of the directory's own code (github.com/SkillsFundingAgency/dfc-coursedirectory, the class Csv of
LiveCoursesWithRegionsAndVenuesReport, read in November 2026). Only names and places are read: the addresses, numbers
and letters to people that it has are left where they are.
"""

from collections.abc import Iterable

import pandas as pd

from data.official import cells
from data.official.boundaries import to_grid
from data.official.sites import FROM_COURSES, FULL_TIME_COURSES, SITE_OF, college_named, name_words
from data.official.tables import OfficialTable, read, right_places

CLASSROOM = {"1", "4", "classroom based", "blended learning"}  # the directory's codes for how a course is delivered
FULL_TIME = {"1", "full time", "full-time"}
BRITAIN = {"latitude": (49.0, 61.0), "longitude": (-9.0, 2.5)}  # degrees of WGS84


def read_venues(source: OfficialTable, warnings: list[str]) -> pd.DataFrame:
    """Read the venues with FULL_TIME_COURSES or more full-time courses: columns ukprn, name, easting_m, northing_m.

    A row without a place, such as a course taught online or at work, is no venue. Full-time courses in a classroom
    whose place cannot be right are left out, and counted in `warnings`.
    """
    wanted = {
        "ukprn": "provider_ukprn",
        "name": "location_name",
        "latitude": "location_latitude",
        "longitude": "location_longitude",
        "study": "study_mode",
        "delivery": "deliver_mode",
    }
    raw = read(source, wanted)
    table = pd.DataFrame({name: cells.text(raw[name]) for name in ("ukprn", "name", "study", "delivery")})
    taught = table["delivery"].str.casefold().isin(CLASSROOM) & table["study"].str.casefold().isin(FULL_TIME)
    places = right_places(source, raw[taught], BRITAIN, warnings)
    table = table[taught].join(places).dropna(subset=["ukprn", "name", *BRITAIN])
    counts = table.groupby(["ukprn", "name", *BRITAIN], sort=True).size()
    venues = counts[counts >= FULL_TIME_COURSES].reset_index()
    east, north = to_grid(venues["longitude"], venues["latitude"])
    return venues[["ukprn", "name"]].assign(easting_m=east.round(1), northing_m=north.round(1))


def read_register(source: OfficialTable) -> pd.DataFrame:
    """Read a register of providers: index ukprn; name."""
    raw = read(source, {"ukprn": "provider_ukprn|ukprn", "name": "provider_name|provider name|providername"})
    table = pd.DataFrame({name: cells.text(raw[name]) for name in raw}).dropna()
    return table.drop_duplicates("ukprn").set_index("ukprn")


def sites_of(
    venues: pd.DataFrame, colleges: pd.DataFrame, ukprns: pd.Series, registers: Iterable[pd.DataFrame]
) -> pd.DataFrame:
    """Return the venues of colleges: index destination_id; name, easting_m, northing_m, site_of.

    `colleges` are destinations; `ukprns` of Get Information About Schools by their id, where it has them. Whom a
    UKPRN is of is told by those, else by the name in a register. A venue of any other provider is left out.
    """
    owner = {number: id for id, number in ukprns.dropna().items() if id in colleges.index}
    for register in registers:
        named = {number: college_named(name, colleges["name"]) for number, name in register["name"].items()}
        owner = {number: id for number, id in named.items() if id} | owner
    found = venues.assign(**{SITE_OF: venues["ukprn"].map(owner).astype("string")}).dropna(subset=[SITE_OF])
    names = [
        _name(str(venue), str(colleges["name"][id])) for venue, id in zip(found["name"], found[SITE_OF], strict=True)
    ]
    place = (found[["easting_m", "northing_m"]] / 100).round().astype(int).astype(str).agg("-".join, axis=1)
    index = pd.Index(FROM_COURSES + found["ukprn"].astype(str) + "-" + place, name="destination_id")
    found = found.assign(name=names).set_axis(index)[["name", "easting_m", "northing_m", SITE_OF]]
    return found[~found.index.duplicated()]


def _name(venue: str, college: str) -> str:
    """Return the name of a venue with that of its college, where it does not say it itself."""
    return venue if name_words(college) & name_words(venue) else f"{college}: {venue}"
