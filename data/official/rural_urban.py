"""Read the Rural Urban Classification 2021 of each area, from its own file or from a code column of the centres."""

import pandas as pd

from data.faults import Fault, InputError
from data.official import cells
from data.official.choices import Candidate
from data.official.recognise import Recognised
from data.official.tables import OfficialTable, read, read_each

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
    """Return the sources of rural_urban, best first: the classification's own file, then another file's code column."""
    sources = [source for source in recognised.read_by("rural_urban", "centres") if source.has(CODE)]
    return [
        Candidate(source, classes, "Rural Urban Classification 2021", "2021")
        for source, classes in read_each(sources, read_classes, faults)
    ]


def read_classes(source: OfficialTable) -> pd.Series:
    """Return the class of each area by its official name. Raises InputError for codes that are not of 2021."""
    table = read(source, {"area_code": "lsoa21cd|lsoa*code", "code": CODE})
    codes = cells.text(table["code"]).str.upper()
    unknown = sorted(set(codes.dropna()) - set(CLASSES))
    if unknown:
        problem = (
            f"classes {unknown[:3]} are not of the 2021 classification ({', '.join(CLASSES)}); those of 2011 read "
            f"like D1 or E2. Load {source.known.where_to_get()}."
        )
        raise InputError(source.file, [problem])
    classes = pd.Series(codes.map(CLASSES).to_numpy(), index=pd.Index(cells.text(table["area_code"]), name="area_code"))
    classes = classes[classes.index.str.startswith(("E01", "W01"), na=False)]
    return classes[~classes.index.duplicated()].sort_index()


def is_rural(classes: pd.Series) -> pd.Series:
    """Return whether each class is rural; missing where the class is."""
    return classes.astype("string").str.contains("rural", case=False).astype("boolean")
