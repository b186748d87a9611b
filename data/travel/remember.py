"""Keep the last results of dear functions of arrays: every plan of a county asks for the same ways again."""

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

KEPT = 16  # results of each function; one is a few megabytes for all of England


def remembered(function: Callable) -> Callable:
    """Return the function with its last results kept; its arguments are arrays and things that can be hashed.

    What it returns must not be altered.
    """
    results: OrderedDict[tuple, Any] = OrderedDict()

    @wraps(function)
    def looked_up(*arguments: Any) -> Any:
        key = tuple(
            (argument.shape, str(argument.dtype), argument.tobytes()) if isinstance(argument, np.ndarray) else argument
            for argument in arguments
        )
        if key not in results:
            results[key] = function(*arguments)
            while len(results) > KEPT:
                results.popitem(last=False)
        results.move_to_end(key)
        return results[key]

    return looked_up
