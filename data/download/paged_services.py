"""Read whole tables from services that give them in pages: ArcGIS (ONS geography) and Nomis (ONS statistics).

Both are asked how many rows there are, and the rows received are compared with that: a missing page is a fault, never
a smaller table. An ArcGIS service may also answer "200 OK" with an error inside.

ArcGIS: https://developers.arcgis.com/rest/services-reference/enterprise/query-feature-service-layer/
Nomis:  https://www.nomisweb.co.uk/api/v01/help (25,000 rows a call)
"""

import csv
import io
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import requests

from data.download.http import BUSY, CannotFetch, Patience, TryAgain, ask, read_body, with_patience

ARCGIS_ROWS = 2000  # the most that ONS services give; one that gives fewer is followed
NOMIS_ROWS = 25_000
PAGING = frozenset({"f", "resultoffset", "resultrecordcount", "returncountonly", "recordoffset", "recordlimit"})


def fetch_arcgis(
    session: requests.Session, address: str, part: Path, patience: Patience, bar, *, rows_a_page: int = ARCGIS_ROWS
) -> int:
    """Write every feature of an ArcGIS layer to `part` and return their number.

    `address` is the layer's query address; its own parameters (where, outFields, orderByFields) are kept. A `part`
    named `….geojson.part` becomes GeoJSON in WGS84, one named `….csv.part` the attributes without geometry.
    Raises CannotFetch where the service refuses, or gives more or fewer features than it counts.
    """
    base, parameters = _taken_apart(address)
    parameters = {"where": "1=1", "outFields": "*"} | parameters
    counting = parameters | {"returnCountOnly": "true", "f": "json"}
    count = with_patience(partial(_json, session, base, counting, patience), patience).get("count")
    if not isinstance(count, int):
        raise CannotFetch(
            f"{base} does not say how many features it has; it may not be an ArcGIS layer's query address."
        )
    bar.reset(total=count)
    geometry = part.name.removesuffix(".part").endswith(".geojson")
    wanted = {"f": "geojson", "outSR": "4326"} if geometry else {"f": "json", "returnGeometry": "false"}
    pages = _arcgis_pages(session, base, parameters | wanted, patience, count, rows_a_page, bar)
    with part.open("w", encoding="utf-8", newline="") as file:
        (_write_geojson if geometry else _write_attributes)(pages, file)
    return count


def _arcgis_pages(session, base, parameters, patience, count, rows_a_page, bar) -> Iterator[list[dict]]:
    received = 0
    seen: set[str] = set()
    while received < count:
        page = parameters | {"resultOffset": str(received), "resultRecordCount": str(rows_a_page)}
        features = with_patience(partial(_features, session, base, page, patience), patience)
        if received + len(features) > count:
            raise CannotFetch(f"{base} gives more than the {count:,} features it counted. Run the command again.")
        # A service that ignores the offset gives its first page again and again.
        marks = [_identity(feature) for feature in features]
        if not seen.isdisjoint(marks) or len(set(marks)) < len(marks):
            raise CannotFetch(f"{base} gives the same features twice, so others are missing. Run the command again.")
        seen.update(marks)
        received += len(features)
        bar.update(len(features))
        yield features


def _features(session, base: str, parameters: dict[str, str], patience: Patience) -> list[dict]:
    """Read one page. Raises TryAgain for an empty one, since it is asked for before the end."""
    answer = _json(session, base, parameters, patience)
    features = answer.get("features")
    if not isinstance(features, list):
        raise CannotFetch(f"{base} answered without features. Check the address under this id in data/sources.toml.")
    if not features:
        raise TryAgain(f"{base} gave no features from {parameters['resultOffset']} on, though it counts more")
    return features


def _identity(feature: dict) -> str:
    return json.dumps(feature.get("id") or feature.get("attributes") or feature.get("properties"), sort_keys=True)


def _json(session, base: str, parameters: dict[str, str], patience: Patience) -> dict:
    text = read_body(ask(session, base, patience, params=parameters), base)
    try:
        answer = json.loads(text)
    except ValueError:
        raise TryAgain(f"{base} answered something that is not JSON") from None
    if not isinstance(answer, dict):
        raise CannotFetch(f"{base} answered JSON that is not an ArcGIS answer. Check the address in data/sources.toml.")
    error = answer.get("error")
    if error is not None:
        details = error if isinstance(error, dict) else {"code": None, "message": error}
        answered = f"{base} answered with the error {details.get('code')} {details.get('message', '')}"
        if details.get("code") in BUSY:
            raise TryAgain(answered)
        raise CannotFetch(
            f"{answered}. Check the service's name in its address: the ONS renames services when it replaces them."
        )
    return answer


def _write_geojson(pages: Iterator[list[dict]], file) -> None:
    file.write('{"type":"FeatureCollection","features":[\n')
    separator = ""
    for features in pages:
        for feature in features:
            file.write(separator + json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
            separator = ",\n"
    file.write("\n]}\n")


def _write_attributes(pages: Iterator[list[dict]], file) -> None:
    writer, columns = csv.writer(file), None
    for features in pages:
        for feature in features:
            attributes = feature.get("attributes")
            if not isinstance(attributes, dict) or (columns is not None and list(attributes) != columns):
                raise CannotFetch("its features do not all have the same columns, so they make no table.")
            if columns is None:
                columns = list(attributes)
                writer.writerow(columns)
            writer.writerow(attributes.values())


def fetch_nomis(
    session: requests.Session, address: str, part: Path, patience: Patience, bar, *, rows_a_page: int = NOMIS_ROWS
) -> int:
    """Write every row of a Nomis query (a `.data.csv` address) to `part` as one CSV and return their number.

    Raises CannotFetch where pages disagree on their columns or rows are missing by Nomis's own RECORD_COUNT.
    """
    base, parameters = _taken_apart(address)
    header, received, count = None, 0, None
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for rows in _nomis_pages(session, base, parameters, patience, rows_a_page):
            if header is None:
                header, count = rows[0], _record_count(rows)
                bar.reset(total=count)
                writer.writerow(header)
            elif rows[0] != header:
                raise CannotFetch(f"{base} changed its columns from one page to the next. Run the command again.")
            writer.writerows(rows[1:])
            received += len(rows) - 1
            bar.update(len(rows) - 1)
    if not received:
        raise CannotFetch(f"{base} has no rows for this query. Check the address under this id in data/sources.toml.")
    if count is not None and received != count:
        raise CannotFetch(f"{base} gave {received:,} of {count:,} rows. Run the command again.")
    return received


def _nomis_pages(session, base, parameters, patience, rows_a_page) -> Iterator[list[list[str]]]:
    """Yield pages, each with its header; the last has fewer rows than were asked for, or none."""
    received = 0
    while True:
        page = parameters | {"recordoffset": str(received), "recordlimit": str(rows_a_page)}
        rows = with_patience(partial(_nomis_rows, session, base, page, patience), patience)
        if rows:
            yield rows
        received += max(0, len(rows) - 1)
        if len(rows) <= rows_a_page:
            return


def _nomis_rows(session, base: str, parameters: dict[str, str], patience: Patience) -> list[list[str]]:
    text = read_body(ask(session, base, patience, params=parameters), base).decode("utf-8-sig", errors="replace")
    rows = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    first = parameters["recordoffset"] == "0"
    if (first and not rows) or (rows and len(rows[0]) < 2):
        raise CannotFetch(f"{base} answered without a table: {text.strip()[:120]!r}. Check the address.")
    if any(len(row) != len(rows[0]) for row in rows):
        raise TryAgain(f"{base} gave a table that breaks off")
    return rows


def _record_count(rows: list[list[str]]) -> int | None:
    if "RECORD_COUNT" not in rows[0] or len(rows) < 2:
        return None
    text = rows[1][rows[0].index("RECORD_COUNT")]
    return int(text) if text.isdecimal() else None


def _taken_apart(address: str) -> tuple[str, dict[str, str]]:
    """Return an address without its query, and the query's own parameters without those that paging sets."""
    parts = urlsplit(address)
    own = {key: value for key, value in parse_qsl(parts.query, keep_blank_values=True) if key.lower() not in PAGING}
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", "")), own
