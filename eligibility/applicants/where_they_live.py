"""In which district each home lies, and which authority seems responsible there.

Names come from the bundle: of its own districts, and of every district where it was built since December 2026. Else the
authority is known where one of the councils whose policies come with Farebridge says that the district is its own.
"""

from collections.abc import Iterable

import pandas as pd

from data.bundle import County
from data.official import postcodes
from eligibility.rules import library, residence

ABROAD = {  # homes outside Great Britain, in words
    postcodes.NORTHERN_IRELAND: "Northern Ireland",
    postcodes.CROWN_DEPENDENCY: "Jersey, Guernsey or the Isle of Man, outside the United Kingdom",
}


def where_they_live(home: pd.DataFrame, county: County) -> dict[str, pd.Series]:
    """Return the columns of `residence` for each home, with the index of `home`; gaps where a thing is not known.

    `home`: as `data.official.postcodes.locate` gives it.
    """
    names, authorities = authority_names(home["district_code"].dropna().unique(), county)
    words = {code: residence.place_in_words(code, name) for code, name in names.items()}
    abroad = home["status"].map(ABROAD).astype("string")
    district = home["district_code"].where(abroad.isna())
    inside = home["area_code"].notna().astype("boolean")
    return {
        residence.HOME_DISTRICT: district.fillna(abroad),
        residence.HOME_IN_COUNTY: inside.where(inside | district.notna() | abroad.notna()),
        residence.HOME_PLACE: district.map(words).astype("string").fillna(abroad),
        residence.HOME_AUTHORITY: district.map(authorities).astype("string"),
    }


def authority_names(codes: Iterable[str], county: County) -> tuple[dict[str, str], dict[str, str]]:
    """Return the name of each district by its ONS code, "" where not known, and of its authority where known."""
    own = county.areas.drop_duplicates("district_code").set_index("district_code")["district_name"]
    known = county.authorities if county.authorities is not None else pd.DataFrame(columns=["district_name"])
    names = {code: own.get(code, known["district_name"].get(code, "")) for code in codes}
    authorities = {code: known["authority_name"][code] for code in codes if code in known.index}
    if strange := set(codes) - set(own.index) - set(authorities):
        councils = [policy.terms.council for policy in library.shipped() if policy.terms.council]
        authorities |= {code: council.name for council in councils for code in strange & set(council.districts)}
    return names, authorities
