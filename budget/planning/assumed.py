"""Say what share of a plan's spend rests on prices that nobody has published or signed.

A price is the council's own, from a published source, or an assumption. What an offer costs follows from the price of
its kind (a taker, a mile, a vehicle) and from its take-up. The spend of a kind rests on an assumption where a figure
that its cost is worked out from is one: its price alone, or its price or its take-up. A figure that is nought, such as
a contribution that nobody is asked for, costs nothing and counts for nothing.
"""

from dataclasses import dataclass

from budget.offers import services
from budget.offers.catalogue import Catalogue, Kind
from budget.planning import by_group
from budget.planning.plan import Plan
from data.figures import ASSUMPTION, COUNCIL, Figure
from data.wording import listed, percent, rounded_pounds

PRICES = ("vehicle_price", "price_per_mile", "price", "contribution")
OWN, PUBLISHED = "own", "published"
PROVENANCES = (OWN, PUBLISHED, ASSUMPTION)  # from the surest; a kind is as sure as its least sure price
WORDS = {OWN: "the council's own prices", PUBLISHED: "published prices", ASSUMPTION: "assumed prices"}


@dataclass(frozen=True, slots=True)
class KindSpend:
    """What a plan spends on one kind of support, vehicles included, and where its price and its take-up come from."""

    kind: str
    label: str
    pence: int
    price: str  # one of PROVENANCES
    take_up: str  # one of PROVENANCES


@dataclass(frozen=True, slots=True)
class SpendBasis:
    """The spend of a plan by where its prices come from."""

    kinds: tuple[KindSpend, ...]  # those that cost something, in the catalogue's order
    paid_twice: tuple[str, ...] = ()  # labels of kinds with a price a taker on top of that of the vehicle

    @property
    def spent_pence(self) -> int:
        """The spend of all kinds."""
        return sum(each.pence for each in self.kinds)

    def pence(self, price: str) -> int:
        """Return the spend at prices of one provenance."""
        return sum(each.pence for each in self.kinds if each.price == price)

    def share(self, price: str) -> float:
        """Return the share of the spend at prices of one provenance, 0 where nothing is spent."""
        return self.pence(price) / self.spent_pence if self.spent_pence else 0.0

    @property
    def share_on_any_assumption(self) -> float:
        """The share of the spend whose price or take-up is an assumption, 0 where nothing is spent."""
        pence = sum(each.pence for each in self.kinds if ASSUMPTION in (each.price, each.take_up))
        return pence / self.spent_pence if self.spent_pence else 0.0

    @property
    def assumed(self) -> tuple[KindSpend, ...]:
        """The kinds whose price is an assumption, the costliest first."""
        return tuple(sorted((each for each in self.kinds if each.price == ASSUMPTION), key=lambda each: -each.pence))

    def to_json(self) -> dict:
        """Return the shares, and the kinds with where their price and take-up come from."""
        kinds = [
            {"kind": each.kind, "cost_pence": each.pence, "price": each.price, "take_up": each.take_up}
            for each in self.kinds
        ]
        return {
            "assumed_prices": round(self.share(ASSUMPTION), 6),
            "published_prices": round(self.share(PUBLISHED), 6),
            "own_prices": round(self.share(OWN), 6),
            "assumed_prices_or_take_up": round(self.share_on_any_assumption, 6),
            "kinds": kinds,
        }


def of_plan(plan: Plan) -> SpendBasis:
    """Return the spend of a plan by kind of support, with where price and take-up of each come from.

    Applicants have asked for help: their take-up is no assumption.
    """
    spent, catalogue = by_group.by_kind(plan)["cost_pence"], plan.catalogue
    kinds = []
    for kind in catalogue.kinds:
        if spent[kind.id]:
            take_up = OWN if plan.applicants is not None else provenance(catalogue.figures.figure(f"{kind.id}.take_up"))
            kinds.append(KindSpend(kind.id, kind.label, int(spent[kind.id]), price_of(kind, catalogue), take_up))
    twice = tuple(kind.label for kind in catalogue.kinds if spent[kind.id] and _is_paid_twice(kind, catalogue))
    return SpendBasis(tuple(kinds), twice)


def _is_paid_twice(kind: Kind, catalogue: Catalogue) -> bool:
    """Say whether a price a taker comes on top of what the vehicles cost, by their price or by the mile."""
    return services.is_bought(kind, catalogue) and catalogue.pence(kind, "price") > 0


def price_of(kind: Kind, catalogue: Catalogue) -> str:
    """Return where a kind's price comes from: the least sure of the figures that its cost is worked out from."""
    figures = catalogue.figures
    used = [f"{kind.id}.{name}" for name in PRICES if figures.get(f"{kind.id}.{name}", 0)]
    known = [provenance(figures.figure(name)) for name in used]
    return max(known, key=PROVENANCES.index, default=provenance(figures.figure(f"{kind.id}.price")))


def provenance(figure: Figure) -> str:
    """Return whether a figure is the council's own, published or an assumption."""
    return {COUNCIL: OWN, ASSUMPTION: ASSUMPTION}.get(figure.provenance, PUBLISHED)


def in_words(basis: SpendBasis) -> str:
    """Say what share of the spend is at assumed prices, and which; "" where nothing is spent."""
    if not basis.spent_pence:
        return ""
    twice = "".join(
        f" {label} is paid by the vehicle, and its price for each taker comes on top: if that price has the vehicle or "
        "its miles in it, set the price a vehicle and the price a mile to nought."
        for label in basis.paid_twice
    )
    if not basis.assumed:
        return f"None of the spend is at an assumed price.{twice}"
    labels = [each.label[:1].lower() + each.label[1:] for each in basis.assumed]
    return f"{share_in_words(basis).removesuffix('.')}: {listed(labels)}.{twice}"


def share_in_words(basis: SpendBasis) -> str:
    """Say what share of the spend is at assumed prices; "" where none is."""
    if not basis.assumed:
        return ""
    share, spend = _share(basis.share(ASSUMPTION)), rounded_pounds(basis.pence(ASSUMPTION))
    return f"{share} of the spend ({spend}) is at assumed prices."


def _share(share: float) -> str:
    """Return a share in words that are never "0%" or "100%" for what is more or less."""
    return "Less than 1%" if share < 0.005 else "All but 1%" if 0.995 <= share < 1 else percent(share)
