"""Read a Parquet file, whose few bytes may stand for billions of rows. It runs in a child: see `data.opening.child`."""

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from data.faults import InputError
from data.opening.limits import MOST_SAID, OWN_KEY, FileLimits, setting
from data.opening.parquet_size import END, directory_problem

pa.set_memory_pool(pa.system_memory_pool())  # the others reserve addresses by the gigabyte, which are limited here


def read_parquet(content: bytes, name: str, limits: FileLimits, columns: list[str]) -> bytes:
    """Return those of the columns that are there as an Arrow stream, texts that repeat stored once.

    What Farebridge says in it (OWN_KEY) is kept, and nothing else that is said of its columns.

    Raises InputError where it is no Parquet file, is damaged or has more rows than are read.
    """
    if problem := directory_problem(content[-END:], len(content)):
        raise InputError(name, [problem])
    try:
        file = pyarrow.parquet.ParquetFile(pa.BufferReader(content))
        if file.metadata.num_rows > limits.rows:
            problem = f"has {file.metadata.num_rows:,} rows; at most {limits.rows:,} are read"
            raise InputError(name, [f"{problem}. Give a part of it at a time, or {setting('rows')}."])
        fields = {field.name: field.type for field in file.schema_arrow if field.name in columns}
        texts = [field for field, kind in fields.items() if pa.types.is_string(kind) or pa.types.is_large_string(kind)]
        if problem := _columns_problem([field for field in file.schema_arrow if field.name in columns]):
            raise InputError(name, [problem])
        file = pyarrow.parquet.ParquetFile(pa.BufferReader(content), read_dictionary=texts)
        table = file.read(columns=list(fields), use_threads=False)
        if (long := sum(_text_bytes(column) for column in table.columns)) > limits.mib << 20:
            problem = f"would unpack to {long >> 20:,} MiB of text; at most {limits.mib:,} MiB are read"
            raise InputError(name, [f"{problem}. Give shorter texts or a part of it at a time, or {setting('mib')}."])
    except InputError:  # which is a ValueError too, as are those of Arrow
        raise
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowKeyError, OSError, UnicodeDecodeError):
        raise InputError(name, ["is not a Parquet file, or is cut short. Write it again."]) from None
    said = (table.schema.metadata or {}).get(OWN_KEY, b"")
    table = table.replace_schema_metadata({OWN_KEY: said} if 0 < len(said) <= MOST_SAID else None)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return sink.getvalue().to_pybytes()


def _columns_problem(fields: list[pa.Field]) -> str:
    """Say which column is there twice, or holds what is neither text, number nor day; "" where none does."""
    names = [field.name for field in fields]
    for field in fields:
        if names.count(field.name) > 1:
            return f"has the column {field.name!r} more than once. Keep one of them."
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        zone = pa.types.is_timestamp(kind) and kind.tz
        if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or zone:
            return f"has {str(kind)[:60]!r} in its column {field.name!r}, which must hold texts, numbers or days."
    return ""


def _text_bytes(column: pa.ChunkedArray) -> int:
    """Return how long the texts of a column are all together, each in every row that has it."""
    if not pa.types.is_dictionary(column.type):
        return 0
    lengths = (pc.binary_length(chunk.dictionary).take(chunk.indices) for chunk in column.chunks)
    return sum(pc.sum(each).as_py() or 0 for each in lengths)
