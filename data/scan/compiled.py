"""Compile a function with numba, which takes a second to import: whoever uses it is imported where it is needed."""

from collections.abc import Callable

import numba


def compiled(function: Callable) -> Callable:
    """Return a function compiled; its machine code is kept for the next run where a folder for it can be written."""
    try:
        return numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:  # no such folder
        return numba.njit(nogil=True)(function)
