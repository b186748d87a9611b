"""Parquet files of journeys, which say in themselves what was asked of which timetables."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NotRequired  # which pydantic brings, and needs below Python 3.12

import pandas as pd
import pyarrow as pa
import pyarrow.parquet
from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from data.faults import InputError
from data.opening.child import opened
from data.opening.files import content_of
from data.opening.limits import OWN_KEY


class Feed(TypedDict):
    """One timetable that was read; its days are written 2026-09-15."""

    name: str
    sha256: str
    first_day: str | None
    last_day: str | None


class FareFile(TypedDict):
    """One file of published fares that was read."""

    name: str
    sha256: str


class Fares(TypedDict):
    """The files of published fares, and how many journeys by bus have one and how many a ceiling."""

    files: list[FareFile]
    published: int
    ceiling: int


class Asked(TypedDict):
    """What was asked of which timetables and what was found, as files and manifests keep it."""

    days: list[str]
    arrive_from: str
    arrive_by: str
    leave_after: str
    leave_until: str
    longest_minutes: list[float]
    modes: list[str] | None
    figures: dict[str, float]
    feeds: list[Feed]
    pairs: dict[str, int]
    notes: list[str]
    fares: NotRequired[Fares]  # absent from what was measured before fares were read


_ASKED = TypeAdapter(Asked)


def to_bytes(table: pd.DataFrame, asked: Asked) -> bytes:
    """Return a table as a Parquet file that says what was asked."""
    return joined_bytes([table], asked)


def joined_bytes(tables: Iterable[pd.DataFrame], asked: Asked) -> bytes:
    """Return tables with the same columns, one after the other, as one Parquet file that says what was asked."""
    sink = pa.BufferOutputStream()
    schema, writer = None, None
    for table in tables:
        if schema is None or (writer is None and len(table)):  # a column without rows has no type
            schema = pa.Schema.from_pandas(table, preserve_index=False).with_metadata({OWN_KEY: json.dumps(asked)})
        if len(table):
            writer = writer or pyarrow.parquet.ParquetWriter(sink, schema, compression="zstd")
            writer.write_table(
                pa.Table.from_pandas(table, schema, preserve_index=False).replace_schema_metadata(schema.metadata)
            )
    writer = writer or pyarrow.parquet.ParquetWriter(sink, schema, compression="zstd")
    writer.close()
    return sink.getvalue().to_pybytes()


def read(path: Path, columns: list[str]) -> tuple[pd.DataFrame, Asked | None]:
    """Return those of the columns that a Parquet file has, and what was asked where it was made from timetables.

    Raises InputError where it is no such file or is damaged.
    """
    content = opened("data.opening.parquet:read_parquet", content_of(path), path.name, columns=columns)
    try:
        found = pa.ipc.open_stream(content).read_all()
        found.validate(full=True)
        plain = {name: _texts(found.column(name)) for name in found.column_names}
    except pa.ArrowInvalid:
        raise InputError(path.name, ["is a damaged Parquet file. Write it again."]) from None
    said = (found.schema.metadata or {}).get(OWN_KEY)
    try:
        return pa.table(plain).to_pandas(), None if said is None else _ASKED.validate_json(said)
    except ValidationError:
        raise InputError(path.name, ["says wrongly what it was made from. Measure the journeys again."]) from None


def _texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column whose texts were stored once each with the text in every row."""
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
