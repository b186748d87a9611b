"""The official Rural Urban Classification 2021 of each area, from its own file or a code column beside the centres."""

import pandas as pd

from data.faults import Fault, InputError
from data.official import cells
from data.official.choices import Candidate
from data.official.known import column_named
from data.official.recognise import Found, Recognised, faults_of, read

# Rural Urban Classification 2021 (ONS, Defra, Welsh Government): the six classes of small areas.
CLASSES = {
    "UN1": "Urban: Nearer to a major town or city",
    "UF1": "Urban: Further from a major town or city",
    "RLN1": "Larger rural: Nearer to a major town or city",
    "RLF1": "Larger rural: Further from a major town or city",
    "RSN1": "Smaller rural: Nearer to a major town or city",
    "RSF1": "Smaller rural: Further from a major town or city",
}
CODE = "ruc21cd|ruccode|ruc21*code|ruc*code"


def candidates(recognised: Recognised, faults: list[Fault]) -> list[Candidate]:
    """Return what can give rural_urban, best first: the classification's own file, then another file's code column."""
    found = []
    for source in recognised.of("rural_urban", "centres"):
        if column_named(source.layout.headers, CODE) is None:
            continue
        try:
            found.append(Candidate(source, read_classes(source), "Rural Urban Classification 2021", "2021"))
        except InputError as error:
            faults += faults_of(error)
    return found


def read_classes(found: Found) -> pd.Series:
    """Return the class of each area by its official name. Raises InputError for codes that are not of 2021."""
    table = read(found, {"area_code": "lsoa21cd|lsoa*code", "code": CODE})
    codes = cells.text(table["code"]).str.upper()
    unknown = sorted(set(codes.dropna()) - set(CLASSES))
    if unknown:
        raise InputError(
            found.file,
            [
                f"classes {unknown[:3]} are not of the 2021 classification ({', '.join(CLASSES)}); those of 2011 read "
                f"like D1 or E2. Load {found.known.where_to_get()}."
            ],
        )
    classes = pd.Series(codes.map(CLASSES).to_numpy(), index=pd.Index(cells.text(table["area_code"]), name="area_code"))
    classes = classes[classes.index.str.startswith(("E01", "W01"), na=False)]
    return classes[~classes.index.duplicated()].sort_index()


def is_rural(classes: pd.Series) -> pd.Series:
    """Return whether each class is rural; missing where the class is."""
    rural = classes.astype("string").str.contains("rural", case=False)
    return rural.astype("boolean")
