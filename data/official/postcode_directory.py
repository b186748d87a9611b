"""Read the ONS Postcode Directory, of either generation of headers, as a table of postcodes."""

import pandas as pd

from data.faults import Fault
from data.official import cells
from data.official.recognise import Recognised
from data.official.tables import OfficialTable, faults_in, read, read_each

NO_GRID_REFERENCE = "9"  # the directory's mark for "none": Channel Islands, Isle of Man, some old postcodes


def read_directory(recognised: Recognised, faults: list[Fault]) -> pd.DataFrame | None:
    """Return every postcode of the loaded directories, or None where none is.

    Index postcode; easting_m, northing_m, area_code, terminated: the month ("199606"), or missing for one in use. Where
    two files differ, the newer generation of headers wins. Coordinates are missing where the directory has none.
    """
    sources = sorted(recognised.read_by("postcodes"), key=lambda source: not source.has("lsoa21cd"))
    tables = [table for _, table in read_each(sources, read_file, faults)]
    if not tables:
        return None
    together = pd.concat(tables)
    return together[~together.index.duplicated()].sort_index()


def read_file(source: OfficialTable) -> pd.DataFrame:
    """Read one directory file. Raises InputError for coordinates that are no numbers."""
    wanted = {
        "postcode": "pcds",
        "terminated": "doterm",
        "easting_m": "oseast1m|east1m",
        "northing_m": "osnrth1m|north1m",
        "quality": "osgrdind|gridind",
        "area_code": "lsoa21|lsoa21cd",
    }
    raw = read(source, wanted, optional=["quality"])
    table = pd.DataFrame({"postcode": cells.postcode(raw["postcode"])})
    with faults_in(source) as faults:
        for name in ("easting_m", "northing_m"):
            table[name] = cells.numbers(raw[name], wanted[name], faults)
    if "quality" in raw:
        none = (raw["quality"] == NO_GRID_REFERENCE).fillna(False).to_numpy(dtype=bool)
        table.loc[none, ["easting_m", "northing_m"]] = float("nan")
    area = cells.text(raw["area_code"])
    table["area_code"] = area.where(area.str.fullmatch(r"[EW]01\d{6}", na=False))  # 99999999 stands for none
    table["terminated"] = cells.text(raw["terminated"])
    return table.dropna(subset=["postcode"]).drop_duplicates("postcode").set_index("postcode")


def vintage(source: OfficialTable) -> str:
    """Return how old a directory is, by its headers: the year of its newest boundaries."""
    ends = [header[-4:].lower() for header in source.layout.headers]
    years = [int(end[:2]) for end in ends if end[:2].isdigit() and end[2:] == "cd" and end < "90"]
    return f"boundaries of 20{max(years):02d}" if years else "boundaries of 2024 or before; the file states no date"
