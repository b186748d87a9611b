"""A small made-up county in the layouts of the official files: invented names, invented numbers.

Wessmark has two districts and six areas of 2021; the neighbouring Overby has one of each. In 2011 Wessmark had six
areas: one was split into E01900003 and E01900004, two were merged into E01900006.
"""

import csv
import io
import json
from pathlib import Path

from openpyxl import Workbook

COUNTY, NEIGHBOUR = "E10000099", "E06000099"
AREAS = {  # code: (name, district code, district, easting, northing)
    "E01900001": ("Marlow Vale 001A", "E07000901", "Marlow Vale", 500000.0, 350000.0),
    "E01900002": ("Marlow Vale 001B", "E07000901", "Marlow Vale", 502000.0, 350000.0),
    "E01900003": ("Marlow Vale 002A", "E07000901", "Marlow Vale", 504000.0, 350000.0),
    "E01900004": ("Sandholm 001A", "E07000902", "Sandholm", 506000.0, 350000.0),
    "E01900005": ("Sandholm 001B", "E07000902", "Sandholm", 508000.0, 350000.0),
    "E01900006": ("Sandholm 001C", "E07000902", "Sandholm", 510000.0, 350000.0),
    "E01900007": ("Overby 001A", "E06000099", "Overby", 512000.0, 350000.0),
}
PAIRS = [  # 2011, change, 2021
    ("E01800001", "U", "E01900001"),
    ("E01800002", "U", "E01900002"),
    ("E01800003", "S", "E01900003"),
    ("E01800003", "S", "E01900004"),
    ("E01800005", "U", "E01900005"),
    ("E01800006", "M", "E01900006"),
    ("E01800007", "M", "E01900006"),
    ("E01800008", "U", "E01900007"),
]
FILE_7 = [
    "LSOA code (2021)",
    "LSOA name (2021)",
    "Local Authority District code (2024)",
    "Local Authority District name (2024)",
    "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)",
    "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)",
    "Income Score (rate)",
    "Education, Skills and Training Rank (where 1 is most deprived)",
    "Education, Skills and Training Decile (where 1 is most deprived 10% of LSOAs)",
    "Income Deprivation Affecting Children Index (IDACI) Score (rate)",
    "Income Deprivation Affecting Children Index (IDACI) Rank (where 1 is most deprived)",
    "Income Deprivation Affecting Children Index (IDACI) Decile (where 1 is most deprived 10% of LSOAs)",
    "Geographical Barriers Sub-domain Rank (where 1 is most deprived)",
    "Geographical Barriers Sub-domain Decile (where 1 is most deprived 10% of LSO",  # cut short, as published
]
IDACI_RATE, INCOME_RATE = 9, 6


def rows_of_file_7(idaci: bool = True) -> list[list]:
    """One row an area; the nth area has income rate n/100 and IDACI rate n/50."""
    rows = []
    for n, (code, (name, district, district_name, _, _)) in enumerate(AREAS.items(), 1):
        rates = [n / 100, n * 1000, n, n / 50 if idaci else "", n * 1100, n, n * 900, n]
        rows.append([code, name, district, district_name, f"{n * 1200:,}", n, *rates])
    return rows


def csv_text(header: list, rows: list[list], above: list[list] = ()) -> str:
    """Return rows as CSV text with a header, and lines above it."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([*above, header, *rows])
    return out.getvalue()


def file_7(**options) -> str:
    return csv_text(FILE_7, rows_of_file_7(**options))


def file_7_of_2019() -> str:
    """The 2019 edition: 2011 areas, with the populations it weighs by. Rates: n/100 for the nth 2011 area."""
    header = [h.replace("(2021)", "(2011)").replace("(2024)", "(2019)") for h in FILE_7]
    header += [
        "Total population: mid 2015 (excluding prisoners)",
        "Dependent Children aged 0-15: mid 2015 (excluding prisoners)",
    ]
    rows = []
    for n, code in enumerate(dict.fromkeys(old for old, _, _ in PAIRS), 1):
        rows.append(
            [code, "x", "E07000901", "Marlow Vale", n * 1000, n, n / 100, n * 900, n, n / 100, n * 900, n, n * 900, n]
        )
        rows[-1] += [n * 1000, n * 100]
    return csv_text(header, rows)


def lookup_2011() -> str:
    rows = [[old, "a", change, new, "b", "E07000901", "Marlow Vale"] for old, change, new in PAIRS]
    header = ["lsoa11_code", "lsoa11_name", "change_code", "lsoa21_code", "lsoa21_name", "ltla22_code", "ltla22_name"]
    return csv_text(header, rows)


def lookup_district() -> str:
    rows = [[name, code, "Ward", "E05000001", district, d] for code, (name, d, district, _, _) in AREAS.items()]
    return csv_text(["lsoa21_name", "lsoa21_code", "ward24_name", "ward24_code", "ltla24_name", "ltla24_code"], rows)


def lookup_county() -> str:
    rows = [
        ["E07000901", "Marlow Vale", COUNTY, "Wessmark"],
        ["E07000902", "Sandholm", COUNTY, "Wessmark"],
        ["E06000099", "Overby", NEIGHBOUR, "Overby"],
    ]
    return csv_text(["LTLA23CD", "LTLA23NM", "UTLA23CD", "UTLA23NM"], rows)


def population_2011() -> str:
    """Every age has n people in the nth 2011 area."""
    rows = [
        [f"Area {n}", code, f"{91 * n:,}", *[n] * 91] for n, code in enumerate(dict.fromkeys(p[0] for p in PAIRS), 1)
    ]
    return csv_text(["lsoa11_name", "lsoa11_code", "total_population", *map(str, range(90)), "90+"], rows)


def population_workbook(path: Path, years: dict[str, int]) -> None:
    """The ONS workbook: a sheet a year, header on row 4; every age and sex has `years[year]` people in every area."""
    book = Workbook()
    book.active.title = "Contents"
    for year, each in years.items():
        sheet = book.create_sheet(f"Mid-{year} LSOA 2021")
        sheet.append([f"Mid-{year} population estimates for LSOA 2021"])
        sheet.append([])
        sheet.append(["This sheet holds one table."])
        ages = [f"{sex}{age}" for sex in "FM" for age in range(91)]
        sheet.append(["LAD 2023 Code", "LAD 2023 Name", "LSOA 2021 Code", "LSOA 2021 Name", "Total", *ages])
        for code, (name, district, district_name, _, _) in AREAS.items():
            sheet.append([district, district_name, code, name, each * 182, *[each] * 182])
    book.save(path)


def nomis(each: int = 4) -> str:
    rows = [["2024", code, 101 + age, f"Age {age}", 0, 20100, each] for code in AREAS for age in (16, 17, 18)]
    return csv_text(["DATE", "GEOGRAPHY_CODE", "C_AGE", "C_AGE_NAME", "GENDER", "MEASURES", "OBS_VALUE"], rows)


def census_bands(by_area: dict[str, int] | None = None) -> str:
    rows = []
    for n, code in enumerate(AREAS, 1):
        rows.append([code, "x", "Aged 15 years and under", 200])
        rows.append([code, "x", "Aged 16 to 24 years", (by_area or {}).get(code, 30 * n)])
    return csv_text(["lsoa21_code", "lsoa21_name", "age_group", "usual_residents"], rows)


def rural_urban() -> str:
    rows = [[code, "x", "", "RSF1" if n % 2 else "UN1", "", "", n] for n, code in enumerate(AREAS, 1)]
    header = ["LSOA21CD", "LSOA21NM", "LSOA21NMW", "RUC21CD", "RUC21NM", "Urban_rural_flag", "ObjectId"]
    return "\ufeff" + csv_text(header, rows)


def centroids() -> str:
    rows = [
        [n, code, f"{{{n}}}", easting, north] for n, (code, (_, _, _, easting, north)) in enumerate(AREAS.items(), 1)
    ]
    return csv_text(["FID", "LSOA21CD", "GlobalID", "x", "y"], rows)


def boundaries(codes=tuple(AREAS), field: str = "LSOA21CD") -> str:
    """Squares of 2 km in National Grid metres, said so in the file."""
    features = []
    for code in codes:
        name, _, _, x, y = AREAS[code]
        ring = [
            [x - 1000, y - 1000],
            [x + 1000, y - 1000],
            [x + 1000, y + 1000],
            [x - 1000, y + 1000],
            [x - 1000, y - 1000],
        ]
        features.append(
            {
                "type": "Feature",
                "properties": {field: code, "LSOA21NM": name},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    return json.dumps({"type": "FeatureCollection", "name": "areas", "crs": crs, "features": features})


GIAS = [
    "URN",
    "LA (code)",
    "EstablishmentNumber",
    "EstablishmentName",
    "TypeOfEstablishment (name)",
    "EstablishmentStatus (name)",
    "PhaseOfEducation (name)",
    "Easting",
    "Northing",
    "LSOA (code)",
]
PROVIDERS = [
    ["900001", "925", "8001", "Marlow College", "Further education", "Open", "16 plus", 500500, 350500, "E01900001"],
    [
        "900002",
        "925",
        "8002",
        "Sandholm Sixth Form College",
        "Further education",
        "Open",
        "16 plus",
        508500,
        350500,
        "E01900005",
    ],
    [
        "900003",
        "925",
        "4003",
        "Sandholm High School",
        "Academy converter",
        "Open",
        "Secondary",
        508100,
        350100,
        "E01900005",
    ],
    [
        "900004",
        "925",
        "4004",
        "Marlow Lower School",
        "Community school",
        "Open",
        "Secondary",
        500100,
        350100,
        "E01900001",
    ],
    [
        "900005",
        "925",
        "6005",
        "St Wend's",
        "Other independent school",
        "Open",
        "Not applicable",
        501000,
        350000,
        "E01900001",
    ],
    [
        "900006",
        "926",
        "8006",
        "Overby Farm College",
        "Further education",
        "Open",
        "16 plus",
        512500,
        350500,
        "E01900007",
    ],
    [
        "900007",
        "925",
        "8007",
        "Marlow Adult Institute",
        "Further education",
        "Open",
        "16 plus",
        500900,
        350500,
        "E01900001",
    ],
    ["900008", "925", "8008", "Gone College", "Further education", "Closed", "16 plus", 500900, 350500, "E01900001"],
    ["900009", "925", "4009", "Café Academy", "Free schools", "Open", "Secondary", "", "", "E01900002"],
    ["900010", "927", "8010", "Far Away College", "Further education", "Open", "16 plus", 300000, 100000, "E01900099"],
]


def gias(rows: list[list] | None = None, header: list[str] = GIAS) -> str:
    return csv_text(header, PROVIDERS if rows is None else rows)


def performance(rows: list[list] | None = None) -> str:
    """The performance tables: summary rows first, and a header with a comma more than its rows."""
    header = ["RECTYPE", "LEA", "ESTAB", "URN", "SCHNAME", "PCODE", "NFTYPE/FESITYPE", "TPUP1618", "B3", ""]
    summary = [["7", "", "", "", "", "", "", "569121", "34.38"], ["4", "925", "", "", "", "", "", "NA", "33.1"]]
    schools = [
        [
            "1",
            "925",
            "8001",
            "900001",
            "Marlow College",
            "ZZ1 1AA",
            "General Further Education College",
            "1,200",
            "SUPP",
        ],
        ["1", "925", "8002", "900002", "Sandholm Sixth Form College", "ZZ1 1AB", "Sixth Form College", "800", "NE"],
        ["1", "925", "4003", "800003", "Sandholm High School", "ZZ1 1AC", "CY", "150", "30.1"],  # an academy since
        ["1", "925", "6005", "900005", "St Wend's", "ZZ1 1AD", "IND", "90", "40"],
        [
            "1",
            "926",
            "8006",
            "900006",
            "Overby Farm College",
            "ZZ1 1AE",
            "Agriculture and Horticulture College",
            "300",
            "..",
        ],
        ["1", "925", "4009", "900009", "Café Academy", "ZZ1 1AF", "F", "SUPP", "SUPP"],
        ["1", "927", "8010", "900010", "Far Away College", "ZZ1 1AG", "General Further Education College", "5000", "1"],
    ]
    return "\ufeff" + csv_text(header, summary + (schools if rows is None else rows))


def dft_workbook(path: Path) -> None:
    """The destination datasets of 2019: a title, an empty row, the header on row 3, codes padded with spaces."""
    book = Workbook()
    book.active.title = "Cover_sheet"
    book.active.append(["Journey Times 2019: Destination datasets"])
    for size, codes in {"Small": ("E01800001", "E01800002"), "Medium": ("E01800002",), "Large": ("E01800005",)}.items():
        sheet = book.create_sheet(f"{size}_employment_centres")
        sheet.append([f"{size} employment centres"])
        sheet.append([])
        sheet.append(["LSOACode", "LSOAName", "Easting", "Northing"])
        for n, code in enumerate(codes):
            sheet.append([f"{code} ", f" {size} Town {n}", 500000.4321 + n, 350000.1234])
    sheet = book.create_sheet("Further_education_")
    for row in (["Further education"], [], ["URN", "EstablishmentName", "Easting", "Northing"]):
        sheet.append(row)
    sheet.append([900001, "Marlow College", 500400, 350400])
    sheet.append([900011, "Old Grammar School", 500300, 350300])
    book.save(path)


OLD_DIRECTORY = ["pcd", "pcds", "dointr", "doterm", "oslaua", "oseast1m", "osnrth1m", "osgrdind", "lsoa21"]
NEW_DIRECTORY = ["pcd7", "pcds", "dointr", "doterm", "lad25cd", "east1m", "north1m", "gridind", "lsoa21cd"]


def postcode_directory(header: list[str] = NEW_DIRECTORY) -> str:
    rows = [
        ["ZZ1 1AA", "ZZ1 1AA", "198001", "", "E07000901", "500001", "0350001", "1", "E01900001"],
        ["ZZ1 1AF", "ZZ1 1AF", "198001", "", "E07000901", "502001", "0350001", "1", "E01900002"],
        ["ZZ1 9ZZ", "ZZ1 9ZZ", "198001", "199606", "E07000901", "500002", "0350002", "1", "E01900001"],
        ["IM1 1AA", "IM1 1AA", "199405", "199912", "M99999999", "", "", "9", "M99999999"],
    ]
    return csv_text(header, rows)


def write(folder: Path, *without: str) -> Path:
    """Write a whole set of files for Wessmark, but those named in `without`; file names say nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "file_7": file_7,
        "lookup_district": lookup_district,
        "lookup_county": lookup_county,
        "rural_urban": rural_urban,
        "centroids": centroids,
        "boundaries": boundaries,
        "gias": gias,
        "performance": performance,
    }
    for n, (name, text) in enumerate(texts.items()):
        if name not in without:
            (folder / f"{n}.dat").write_text(text(), encoding="utf-8")
    if "population" not in without:
        population_workbook(folder / "a.bin", {"2023": 1, "2024": 2})
    if "dft" not in without:
        dft_workbook(folder / "b.bin")
    return folder
