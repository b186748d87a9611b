"""What one file of published fares (NeTEx) says, and how ids are compared."""

from dataclasses import dataclass, field

TERMS = "fxc:"  # how ids of general terms begin, which some programs write into each file


@dataclass(slots=True)
class Profile:
    """A kind of passenger."""

    kind: str  # adult, child, youngPerson, anyone, …
    name: str
    least_age: int | None
    most_age: int | None


@dataclass(slots=True)
class Product:
    """A kind of ticket."""

    kind: str  # singleTrip, dayPass, other, …
    name: str


@dataclass(slots=True)
class Pair:
    """A ride from one zone to another."""

    start: str
    end: str
    both_ways: bool
    bands: list[str]


@dataclass(slots=True)
class Tariff:
    """Pairs of zones, and what holds for all of their prices."""

    id: str
    line: str
    operator: str
    first: str  # day, as in 2026-09-01; "": the tariff does not say
    last: str
    trip: str  # single or return
    hours: list[str]  # times of the day between which it holds
    days: set[str]  # of the week, as the file names them
    profiles: list[str]
    pairs: dict[str, Pair]


@dataclass(slots=True)
class Price:
    """What one pair of zones costs: an amount, or the id of a price that has one."""

    pair: str
    amount_of: str
    pence: int | None


@dataclass(slots=True)
class Table:
    """Prices for one kind of ticket and passenger. Each name is "" where the table does not say it."""

    product: str
    profile: str
    line: str
    tariff: str
    prices: list[Price]


@dataclass(slots=True)
class FareFile:
    """What one file says. Ids are as the file writes them, but those of stops and operators, which are `plain`."""

    name: str
    operators: set[str] = field(default_factory=set)
    lines: dict[str, tuple[str, str]] = field(default_factory=dict)  # public code and operator
    zones: dict[str, set[str]] = field(default_factory=dict)  # stops
    profiles: dict[str, Profile] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    tariffs: list[Tariff] = field(default_factory=list)
    bands: dict[str, list[str]] = field(default_factory=dict)  # ids of the prices in each
    amounts: dict[str, int] = field(default_factory=dict)  # pence, by the id of the price
    tables: list[Table] = field(default_factory=list)
    first: str = ""  # of the whole file
    last: str = ""
    currencies: set[str] = field(default_factory=set)
    bad_amounts: list[str] = field(default_factory=list)


def plain(ref: str) -> str:
    """Return the id of a stop or an operator without the prefix of its register, in one spelling."""
    return ref.rpartition(":")[2].strip().casefold()


def plain_line(code: str) -> str:
    """Return the public code of a line in one spelling."""
    return "".join(code.split()).casefold()
