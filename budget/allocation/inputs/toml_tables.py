"""Check tables read from TOML with pydantic, and list every fault in words that a person can act on.

`checked` makes a dataclass of a table that must be right as a whole, such as the limits. `read_table` reads a table
of a scenario file, every key of which may be absent, and returns what is right in it beside the faults of the rest.
"""

import sys
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Annotated, Any, TypeGuard, TypeVar, get_args, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from budget.allocation.inputs.money import pence
from data.faults import Fault, InputError
from data.suggest import did_you_mean

LARGEST = Decimal(sys.float_info.max)
MOST_EXPONENT = 400  # of a number as a power of ten: beyond what a double holds
FORBID = ConfigDict(extra="forbid")  # of a table: keys that it does not know
HINTS = {"share": "For a share write at_most = { share = 0.15 }."}  # of keys that are not known but often written

T = TypeVar("T")
adapter = cache(TypeAdapter)  # of a table's type


def checked(table_type: type[T], table: Mapping[str, Any], subject: str, where: str = "") -> T:
    """Return a table as a dataclass whose fields are annotated for pydantic. `where` names the table in faults.

    The text of a fault is what the value's own check says, else the description of its field. Raises InputError.
    """
    try:
        value: T = adapter(table_type).validate_python(dict(table))  # type: ignore[arg-type]  # a class is hashable
    except ValidationError as error:
        faults = [_fault(table_type, dict(each), where) for each in error.errors(include_url=False)]
        raise InputError(subject, dict.fromkeys(faults)) from error
    return value


def _fault(table_type: type[Any], error: Mapping[str, Any], where: str) -> Fault:
    places, known, text = [where] if where else [], _fields(table_type), error["msg"]
    for step in error["loc"]:
        if isinstance(step, int):
            places[-1] += f" {step + 1}"
        elif step in known:
            places.append(step)
            text = known[step].description or text
            known = _fields(known[step].annotation) or known
    if error["type"] == "unexpected_keyword_argument":
        key = str(error["loc"][-1])
        text = f"Unknown key {key}. Known: {', '.join(known)}. {HINTS.get(key, '')}".strip()
    elif error["type"] == "missing":
        places.pop()  # the place is the table that lacks the key
    elif error["type"] == "value_error":
        text = str(error["ctx"]["error"])
    return Fault(", ".join(places), text)


def _fields(annotation: Any) -> dict[str, FieldInfo]:
    """Return the fields, by their keys in TOML, of the table within an annotation such as tuple[Table, ...]."""
    if hasattr(annotation, "__pydantic_config__"):
        hints = get_type_hints(annotation, include_extras=True)
        fields = {name: FieldInfo.from_annotation(hints[name]) for name in annotation.__dataclass_fields__}
        return {field.alias or name: field for name, field in fields.items()}
    return next((found for each in get_args(annotation) if (found := _fields(each))), {})


def is_number(value: object) -> TypeGuard[int | float | Decimal]:
    """Return whether a value from TOML is a finite number, and not one like 1e999999999 that would fill the memory."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    return Decimal(value).is_finite() and abs(Decimal(value).adjusted()) <= MOST_EXPONENT


def exact(value: int | float | Decimal) -> Fraction:
    """Return a number from TOML as the decimal that was written."""
    return Fraction(repr(value)) if isinstance(value, float) else Fraction(value)


def _where(value: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, Mapping):
        raise ValueError('Write a table, such as { district = "East Lindsey" }.')
    if empty := [column for column, values in value.items() if values == []]:
        example = "{ " + f'{empty[0]} = ["…"]' + " }"
        problem = f"{', '.join(map(str, empty))}: an empty list holds for nothing, so the limit would bound nothing. "
        raise ValueError(f"{problem}Write the values that it is for, such as {example}, or take the column out.")
    return {
        column: tuple(str(each) for each in (values if isinstance(values, list) else [values]))
        for column, values in value.items()
    }


Where = Annotated[Mapping[str, tuple[str, ...]], PlainValidator(_where)]  # a group: values by column
Text = Annotated[str | None, Field(description="Write text in quotes.")]


class Table(BaseModel):
    """A table of a scenario file, every key of which may be absent.

    The description of a field is the fault's text where a value is not of its type or in its bounds; "{value}" in it
    stands for the value.
    """

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


def _number(value: object) -> object:
    if not is_number(value) or abs(Decimal(value)) > LARGEST:
        raise ValueError(f"must be a number, not {_short(value)}.")
    return float(value) if isinstance(value, Decimal) else value


Number = Annotated[int | float, BeforeValidator(_number)]  # finite, and not one like 1e999999999


def _pence(given: object) -> int:
    try:
        return pence(given)
    except InputError as error:
        raise ValueError(error.faults[0].problem) from None


Pounds = Annotated[int, BeforeValidator(_pence)]  # pounds in the file, pence once read


def _setting(value: object) -> object:
    if isinstance(value, list):
        if not value or not all(isinstance(each, str) and each for each in value):
            raise ValueError('must be a number, or a list of texts in quotation marks, such as ["RLF1", "RSF1"].')
        return tuple(value)
    return _number(value)


Setting = Annotated[int | float | tuple[str, ...], PlainValidator(_setting)]  # a number, or several texts


def read_table(
    model: type[Table], raw: Mapping[str, Any], faults: list[Fault], *, where: str = "", known: Iterable[str] = ()
) -> dict[str, Any]:
    """Return the values of the keys that are given and right, adding to `faults` what is wrong with the others.

    `where` names the table in the faults, "" for the whole file; `known` are further keys that the file may have.
    """
    try:
        checked = model.model_validate(dict(raw))
    except ValidationError as error:
        errors = error.errors(include_url=False)
        found = [_fault_of_key(model, dict(each), where, known) for each in errors]
        faults += dict.fromkeys(found)
        return read_table(model, _without(raw, [each["loc"] for each in errors]), [], where=where)
    return {name: getattr(checked, name) for name in checked.model_fields_set}


def _fault_of_key(model: type[Table], error: Mapping[str, Any], where: str, known: Iterable[str]) -> Fault:
    key, *rest = error["loc"]
    names = [str(each) for each in rest if isinstance(each, str) and error["type"] == "value_error"]
    place = ", ".join(filter(None, [where, str(key), *names]))
    fields = {field.alias or name: field for name, field in model.model_fields.items()}  # by their keys in TOML
    if error["type"] == "extra_forbidden":
        return Fault(place, f"is not known. {did_you_mean(key, [*fields, *known])}")
    if error["type"] == "value_error":
        return Fault(place, str(error["ctx"]["error"]))
    return Fault(place, (fields[str(key)].description or error["msg"]).replace("{value}", _short(error["input"])))


def _without(raw: Mapping[str, Any], places: Iterable[tuple[int | str, ...]]) -> dict[str, Any]:
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
