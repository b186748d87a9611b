"""Check a table of a scenario file against a pydantic model, and list its faults in words that a person can act on."""

import sys
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from budget.allocation.inputs.toml_tables import is_number
from data.faults import Fault
from data.suggest import did_you_mean


class Table(BaseModel):
    """A table of a scenario file, every key of which may be absent.

    The description of a field is the fault's text where a value is not of its type or in its bounds; "{value}" in it
    stands for the value.
    """

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


LARGEST = Decimal(sys.float_info.max)


def _number(value: object) -> object:
    if not is_number(value) or abs(Decimal(value)) > LARGEST:
        raise ValueError(f"must be a number, not {_short(value)}.")
    return float(value) if isinstance(value, Decimal) else value


Number = Annotated[int | float, BeforeValidator(_number)]  # finite, and not one like 1e999999999


def read_table(
    model: type[Table], raw: Mapping, faults: list[Fault], *, where: str = "", known: Iterable[str] = ()
) -> dict[str, Any]:
    """Return the values of the keys that are given and right, adding to `faults` what is wrong with the others.

    `where` names the table in the faults, "" for the whole file; `known` are further keys that the file may have.
    """
    try:
        checked = model.model_validate(dict(raw))
    except ValidationError as error:
        errors = error.errors(include_url=False)
        found = [_fault(model, dict(each), where, known) for each in errors]
        faults += dict.fromkeys(found)
        return read_table(model, _without(raw, [each["loc"] for each in errors]), [], where=where)
    return {name: getattr(checked, name) for name in checked.model_fields_set}


def _fault(model: type[Table], error: Mapping[str, Any], where: str, known: Iterable[str]) -> Fault:
    key, *rest = error["loc"]
    names = [str(each) for each in rest if isinstance(each, str) and error["type"] == "value_error"]
    place = ", ".join(filter(None, [where, str(key), *names]))
    if error["type"] == "extra_forbidden":
        return Fault(place, f"is not known. {did_you_mean(key, [*model.model_fields, *known])}")
    if error["type"] == "value_error":
        return Fault(place, str(error["ctx"]["error"]))
    return Fault(
        place, (model.model_fields[key].description or error["msg"]).replace("{value}", _short(error["input"]))
    )


def _without(raw: Mapping, places: Iterable[tuple[int | str, ...]]) -> dict:
    """Return a table without the values at these places: of a table within it one key, of a list all of it."""
    rest = dict(raw)
    for key, *inner in places:
        value = rest.get(str(key))
        if isinstance(value, Mapping) and inner and inner[0] in value:
            rest[str(key)] = {name: each for name, each in value.items() if name != inner[0]}
        else:
            rest.pop(str(key), None)
    return rest


def _short(value: object) -> str:
    if isinstance(value, Mapping):
        return 'a table (write a name with a dot in quotation marks: "bus_pass.price")'
    return repr(value)[:60]
