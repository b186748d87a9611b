"""Check tables read from TOML against pydantic models, and list every fault in words that a person can act on."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, ClassVar, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, PlainValidator, ValidationError

from data.faults import Fault, InputError

MOST_EXPONENT = 400  # of a number as a power of ten: beyond what a double holds


class TomlTable(BaseModel):
    """A table of a TOML file. A field's description is the fault's text where the value is absent or wrong.

    "{value}" in it stands for the value; `hints` say more of a key that is not known but often written.
    """

    model_config = ConfigDict(extra="forbid", strict=True, arbitrary_types_allowed=True)
    hints: ClassVar[Mapping[str, str]] = {}


T = TypeVar("T", bound=TomlTable)


def checked(model: type[T], table: Mapping[str, Any], subject: str, where: str = "") -> T:
    """Return a table as a model. Raises InputError with every fault; `where` names the table in them."""
    try:
        return model.model_validate(dict(table))
    except ValidationError as error:
        faults = [_fault(model, dict(each), where) for each in error.errors(include_url=False)]
        raise InputError(subject, dict.fromkeys(faults)) from error


def _fault(model: type[TomlTable], error: Mapping[str, Any], where: str) -> Fault:
    """Return pydantic's error as a fault: what the value's own check says, else the description of its field."""
    places, known, text = [where] if where else [], model, error["msg"]
    for step in error["loc"]:
        if isinstance(step, int) and places:
            places[-1] += f" {step + 1}"
        elif step in known.model_fields:
            field = known.model_fields[str(step)]
            places.append(str(step))
            text = field.description or text
            known = _table_of(field.annotation) or known
    if error["type"] == "extra_forbidden":
        key = str(error["loc"][-1])
        text = f"Unknown key {key}. Known: {', '.join(known.model_fields)}. {known.hints.get(key, '')}".strip()
    elif error["type"] == "value_error":
        text = str(error["ctx"]["error"])
    return Fault(", ".join(places), text.replace("{value}", repr(error["input"])[:60]))


def _table_of(annotation: object) -> type[TomlTable] | None:
    """Return the model within an annotation such as list[Model] or Model | None."""
    if isinstance(annotation, type) and issubclass(annotation, TomlTable):
        return annotation
    return next((found for each in get_args(annotation) if (found := _table_of(each))), None)


def is_number(value: object) -> bool:
    """Say whether a value from TOML is a finite number, and not one like 1e999999999 that would fill the memory."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    return Decimal(value).is_finite() and abs(Decimal(value).adjusted()) <= MOST_EXPONENT


def exact(value: int | float | Decimal) -> Fraction:
    """Return a number from TOML as the decimal that was written."""
    return Fraction(repr(value)) if isinstance(value, float) else Fraction(value)


def _groups(value: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, Mapping):
        raise ValueError('Write a table, such as { district = "East Lindsey" }.')
    return {
        column: tuple(str(each) for each in (values if isinstance(values, list) else [values]))
        for column, values in value.items()
    }


Groups = Annotated[dict[str, tuple[str, ...]], PlainValidator(_groups)]  # values by column
