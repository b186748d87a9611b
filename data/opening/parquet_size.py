"""Say how large a Parquet file is unpacked, by its directory alone: few bytes may stand for billions of cells."""

import os
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from data.faults import Fault

MOST_CELLS = 500_000_000  # rows times columns: the tables of a bundle for all of England have a tenth of it
MOST_BYTES = 8 << 30  # unpacked, as the file says
MOST_ABOUT = 8 << 20  # bytes of the directory at the end of a file: it takes ten times as much memory to read
END = 8  # bytes: how long the directory is, and PAR1


def directory_problem(end: bytes, size: int) -> str:
    """Say that the directory of a Parquet file is longer than is read, from the file's last bytes; "" where it is not.

    A directory that would be longer than the file, `size` in bytes, is none: whoever reads the file finds it damaged.

    >>> directory_problem((50_000_000).to_bytes(4, "little") + b"PAR1", size=60_000_000)
    'has a directory of 47 MiB, which says what is in it; at most 8 MiB are read. Write it again with fewer columns.'
    """
    length = int.from_bytes(end[-END:-4], "little")
    if not MOST_ABOUT < length <= size:
        return ""
    about = (
        f"has a directory of {length >> 20:,} MiB, which says what is in it; at most {MOST_ABOUT >> 20} MiB are read"
    )
    return f"{about}. Write it again with fewer columns."


def size_faults(paths: Iterable[Path], remedy: str) -> list[Fault]:
    """Return a fault for each file that is too large to be read, or is no Parquet file; `remedy` says what to do."""
    faults = []
    for path in paths:
        try:
            with path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(size - END, 0))
                problem = directory_problem(file.read(END), size)
            if problem:
                faults.append(Fault(path.name, f"{problem} {remedy}"))
                continue
            about = pyarrow.parquet.read_metadata(path)
        except (pa.ArrowException, OSError) as error:
            faults.append(Fault(path.name, f"cannot be read ({type(error).__name__}). {remedy}"))
            continue
        unpacked = sum(about.row_group(number).total_byte_size for number in range(about.num_row_groups))
        if about.num_rows * about.num_columns > MOST_CELLS or unpacked > MOST_BYTES:
            claims = f"{about.num_rows:,} rows, {about.num_columns:,} columns and {unpacked >> 20:,} MiB"
            faults.append(Fault(path.name, f"would unpack to {claims}, more than any county has. {remedy}"))
    return faults
