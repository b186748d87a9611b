"""Whether a policy's council is the one responsible for a young person, and which seems to be where it is not.

The postcode settles it: it lies in a district of the council, or in the county of the bundle where the policy is
nobody's in particular. An officer's word takes its place: for a young person whom the council looks after and has
placed elsewhere, or whose household pays it council tax. Nobody is refused by it: who lives elsewhere is referred.
"""

from dataclasses import dataclass

import pandas as pd

HOME_DISTRICT = "home_district"  # ONS code of the district in which the home is, from the postcode
HOME_IN_COUNTY = "home_in_county"  # whether it is in an area of the bundle
HOME_PLACE = "home_place"  # the district in words, for whoever must be told
HOME_AUTHORITY = "home_authority"  # the name of the authority there, a gap where it is not known
MADE_UP = "X"  # begins the codes of made-up districts: any policy may be tried there, as if it were that county's own
TO_FILL_IN = "for the council to fill in"  # of an address for appeals that was not found
FIND_COUNCIL = "https://www.gov.uk/find-local-council"
NATIONS = {"W": "in Wales", "S": "in Scotland", "N": "in Northern Ireland", "E": "in England"}


@dataclass(frozen=True, slots=True)
class Council:
    """Whose policy it is: its name, its districts, its own web sites, and where an appeal is made."""

    name: str
    districts: tuple[str, ...]  # ONS codes of today
    sites: tuple[str, ...]  # "york.gov.uk": no page elsewhere is the council's own
    appeals: str  # an address on one of these sites, or TO_FILL_IN

    @property
    def contact(self) -> str:
        """Return where an appeal is made, "" where that was not found."""
        return "" if self.appeals == TO_FILL_IN else self.appeals

    def owns(self, url: str) -> bool:
        """Say whether an address is on one of the council's own sites.

        >>> Council("", (), ("york.gov.uk",), "").owns("https://www.york.gov.uk/school-transport")
        True
        >>> Council("", (), ("york.gov.uk",), "").owns("https://york.gov.uk.example.com/")
        False
        """
        host = url.removeprefix("https://").partition("/")[0]
        return any(host == site or host.endswith(f".{site}") for site in self.sites)


def resident(people: pd.DataFrame, council: Council | None) -> pd.Series:
    """Return whether the council is responsible, a boolean with gaps for each row of `people`.

    `people` may have HOME_DISTRICT and HOME_IN_COUNTY, as `applicants.measure` gives them, and the officer's word in
    `council_responsible`, which comes first.
    """
    nothing = pd.Series(pd.NA, index=people.index, dtype="boolean")
    in_county = people.get(HOME_IN_COUNTY, nothing).astype("boolean")
    if council is not None and HOME_DISTRICT in people:
        district = people[HOME_DISTRICT].astype("string")
        made_up = district.str.startswith(MADE_UP).fillna(False)
        in_county = in_county.where(made_up, district.isin(council.districts).astype("boolean").where(district.notna()))
    said = people.get("council_responsible", nothing).astype("boolean")
    return said.where(said.notna(), in_county)


def sentence(place: object, authority: object = None) -> str:
    """Return why somebody who lives elsewhere is referred, with the authority that seems responsible.

    `place`, `authority`: what HOME_PLACE and HOME_AUTHORITY have for them, perhaps nothing.

    >>> sentence("Rutland (ONS code E06000017), in England", "Rutland").split(".")[1].split(" (http")[0]
    ' The home is in Rutland (ONS code E06000017), in England: Rutland seems responsible'
    """
    who = authority if known(authority) else "the authority for that place"
    elsewhere = f"The home is in {place}: {who}" if known(place) else "Another authority"
    return (
        f"The home is not in the area of the council whose policy this is. {elsewhere} seems responsible "
        f"({FIND_COUNCIL}). Check whether this council is responsible all the same, as for a young person whom it "
        "looks after and has placed elsewhere."
    )


def known(place: object) -> bool:
    """Say whether there is a text."""
    return isinstance(place, str) and bool(place)


def place_in_words(code: str, name: str = "") -> str:
    """Return a district in words: its name where it is known, its ONS code, and its nation.

    >>> place_in_words("S12000036"), place_in_words("E06000014", "City of York Council")
    ('the district with the ONS code S12000036, in Scotland', 'City of York Council (ONS code E06000014), in England')
    """
    nation = NATIONS.get(code[:1], "")
    called = f"{name} (ONS code {code})" if name else f"the district with the ONS code {code}"
    return f"{called}, {nation}" if nation else called
