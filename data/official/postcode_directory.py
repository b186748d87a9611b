"""The ONS Postcode Directory, of either generation of headers, as a table of postcodes."""

import pandas as pd

from data.faults import Fault, InputError
from data.official import cells
from data.official.known import column_named
from data.official.recognise import Found, Recognised, faults_of, read

NO_GRID_REFERENCE = "9"  # the directory's mark for "none": Channel Islands, Isle of Man, some old postcodes


def read_directory(recognised: Recognised, faults: list[Fault]) -> pd.DataFrame | None:
    """Return every postcode of the loaded directories, or None where none is.

    Index postcode; easting_m, northing_m, area_code, terminated: the month ("199606"), or missing for one in use. Where
    two files differ, the newer generation of headers wins. Coordinates are missing where the directory has none.
    """
    tables = []
    for found in sorted(recognised.of("postcodes"), key=lambda f: column_named(f.layout.headers, "lsoa21cd") is None):
        try:
            tables.append(read_file(found))
        except InputError as error:
            faults += faults_of(error)
    if not tables:
        return None
    together = pd.concat(tables)
    return together[~together.index.duplicated()].sort_index()


def read_file(found: Found) -> pd.DataFrame:
    """Read one directory file. Raises InputError for coordinates that are no numbers."""
    wanted = {
        "postcode": "pcds",
        "terminated": "doterm",
        "easting_m": "oseast1m|east1m",
        "northing_m": "osnrth1m|north1m",
        "quality": "osgrdind|gridind",
        "area_code": "lsoa21|lsoa21cd",
    }
    raw = read(found, wanted, optional=["quality"])
    faults: list[Fault] = []
    table = pd.DataFrame({"postcode": cells.postcode(raw["postcode"])})
    for name in ("easting_m", "northing_m"):
        table[name] = cells.numbers(raw[name], wanted[name], faults)
    if faults:
        raise InputError(found.file, faults)
    if "quality" in raw:
        none = (raw["quality"] == NO_GRID_REFERENCE).fillna(False).to_numpy(dtype=bool)
        table.loc[none, ["easting_m", "northing_m"]] = float("nan")
    area = cells.text(raw["area_code"])
    table["area_code"] = area.where(area.str.fullmatch(r"[EW]01\d{6}", na=False))  # 99999999 stands for none
    table["terminated"] = cells.text(raw["terminated"])
    table = table.dropna(subset=["postcode"]).drop_duplicates("postcode")
    return table.set_index("postcode")


def vintage(found: Found) -> str:
    """Return what the headers tell of a directory's date: its newest boundaries' year."""
    years = [
        int(h[-4:-2]) for h in found.layout.headers if h[-4:-2].isdigit() and h[-2:].lower() == "cd" and h[-4:-2] < "90"
    ]
    return f"boundaries of 20{max(years):02d}" if years else "boundaries of 2024 or before; the file states no date"
