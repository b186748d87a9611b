"""Say how large a Parquet file is unpacked, by its directory alone: few bytes may stand for billions of cells."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from data.faults import Fault

MOST_CELLS = 500_000_000  # rows times columns: the tables of a bundle for all of England have a tenth of it
MOST_BYTES = 8 << 30  # unpacked, as the file says


def size_faults(paths: Iterable[Path], remedy: str) -> list[Fault]:
    """Return a fault for each file that is too large to be read, or is no Parquet file; `remedy` says what to do."""
    faults = []
    for path in paths:
        try:
            about = pyarrow.parquet.read_metadata(path)
        except (pa.ArrowException, OSError) as error:
            faults.append(Fault(path.name, f"cannot be read ({type(error).__name__}). {remedy}"))
            continue
        unpacked = sum(about.row_group(number).total_byte_size for number in range(about.num_row_groups))
        if about.num_rows * about.num_columns > MOST_CELLS or unpacked > MOST_BYTES:
            claims = f"{about.num_rows:,} rows, {about.num_columns:,} columns and {unpacked >> 20:,} MiB"
            faults.append(Fault(path.name, f"would unpack to {claims}, more than any county has. {remedy}"))
    return faults
