"""What is in a bundle, in figures for a program and in words for a person."""

import textwrap

from data.bundle import DESTINATION_KINDS, County

WIDTH = 110


def describe(county: County) -> dict:
    """Return the facts about a bundle that `show --json` prints."""
    areas, manifest = county.areas, county.manifest
    kinds = county.destinations["kind"].value_counts()
    missing = {name: int(count) for name, count in areas.drop(columns="geometry").isna().sum().items() if count}
    return {
        "name": manifest.name,
        "councils": list(manifest.councils),
        "made_up": manifest.made_up,
        "areas": len(areas),
        "districts": int(areas["district_code"].nunique()),
        "ages": list(manifest.ages),
        "young_people": int(round(float(areas["young_people"].sum()))),
        "low_income_young_people": round(float((areas["young_people"] * areas["low_income_rate"]).sum()), 1),
        "destinations": {kind: int(kinds.get(kind, 0)) for kind in DESTINATION_KINDS},
        "postcodes": 0 if county.postcodes is None else len(county.postcodes),
        "journeys": 0 if county.journeys is None else len(county.journeys),
        "council_statistics": 0 if county.council_statistics is None else len(county.council_statistics),
        "columns": manifest.columns,
        "missing": missing,
        "estimated": sorted(name for name, column in manifest.columns.items() if column.get("estimated")),
        "sources": [
            {
                "id": source.id,
                "title": source.title,
                "publisher": source.publisher,
                "licence": source.licence,
                "vintage": source.vintage,
                "file": source.file,
                "rows": source.rows,
                "sha256": source.sha256,
            }
            for source in manifest.sources
        ],
        "warnings": list(manifest.warnings),
        "unrecognised": list(manifest.unrecognised),
        "checksum": manifest.checksum,
    }


def in_words(facts: dict) -> str:
    """Return what `show` prints for a person."""
    made_up = " (nobody's county)" if facts["made_up"] else ""
    kinds = facts["destinations"]
    lines = [
        f"{facts['name']}{made_up}",
        f"  {_count(facts['areas'], 'area')} in {_count(facts['districts'], 'district')}",
        f"  {facts['young_people']:,} young people aged {facts['ages'][0]} to {facts['ages'][1]}, of whom about "
        f"{facts['low_income_young_people']:,.0f} in low-income families",
        f"  {_count(kinds['college'], 'college')}, {_count(kinds['sixth_form'], 'sixth form')} and "
        f"{_count(kinds['employment_centre'], 'employment centre')} within reach, in the county or near it",
    ]
    lines += [f"  {facts['postcodes']:,} postcodes"] if facts["postcodes"] else []
    lines += [f"  {facts['journeys']:,} imported journeys"] if facts["journeys"] else []
    lines += (
        [f"  {_count(facts['council_statistics'], 'figure')} about the council as a whole"]
        if (facts["council_statistics"])
        else []
    )
    lines += _section("Columns", [_column(name, column) for name, column in facts["columns"].items()])
    lines += _section(
        "Sources", [f"{s['id']}: {s['title']}, {s['vintage']}; {_rows(s)}{s['file']}" for s in facts["sources"]]
    )
    lines += _section("Missing", [f"{name}: {count:,} areas" for name, count in facts["missing"].items()])
    lines += _section("Estimated", facts["estimated"])
    lines += _section("Warnings", facts["warnings"])
    lines += _section("Files not recognised", facts["unrecognised"])
    return "\n".join([*lines, "", f"Checksum {facts['checksum']}"])


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _column(name: str, column: dict) -> str:
    return f"{name}: {column['source'] or 'nothing'}. {column.get('note', '')}"


def _rows(source: dict) -> str:
    return f"{source['rows']:,} rows in " if source["rows"] >= 0 else ""


def _section(title: str, items: list[str]) -> list[str]:
    if not items:
        return []
    wrapped = [textwrap.fill(item, WIDTH, initial_indent="  ", subsequent_indent="      ") for item in items]
    return ["", title, *wrapped]
