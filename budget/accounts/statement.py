"""A plan in whole pence and millionths of a person: the rows that the workbook and the report share."""

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
import pandas as pd

from budget.accounts.ledger import Ledger, make_ledger
from budget.offers.mileage import half_up
from budget.offers.needs import is_known
from budget.planning import within_reach
from budget.planning.by_group import with_vehicle_share
from budget.planning.plan import Plan
from budget.planning.reasons import not_funded
from budget.risk.robust_plan import RobustPlan
from data.wording import exact_pounds

OFFICIAL_CODE = re.compile(r"[A-Z]\d{8}")  # of a district or area; SUMIFS matches any other by a key of our own


@dataclass(frozen=True)
class Content:
    """A plan's offers, services, districts and ledger, with their money in whole pence."""

    plan: Plan
    funded: pd.DataFrame  # one row a chosen offer, in the plan's order
    services: pd.DataFrame  # one row a service bought
    district_keys: pd.Series  # by area or applicant
    districts: pd.DataFrame  # index key; one row a district with a cohort in target
    ledger: Ledger
    robust: RobustPlan | None = None  # how the plan was made safe against uncertain costs, where it was

    @cached_property
    def not_funded(self) -> pd.DataFrame:
        """One row a cohort in target without an offer; worked out for who asks, as monitoring never does."""
        table = not_funded(self.plan).reset_index()
        table["district_key"] = self.district_keys.reindex(table["cohort"]).to_numpy()
        return table

    @property
    def spend_pence(self) -> int:
        """The cost of offers and vehicles, with those that run empty."""
        return int(self.funded["cost_pence"].sum()) + int(self.services["cost_pence"].sum())

    @property
    def empty_pence(self) -> int:
        """The cost of vehicles that nobody in the plan rides on; it belongs to no district."""
        return int(self.services.loc[self.services["filled_micro"] == 0, "cost_pence"].sum())

    @property
    def people(self) -> float:
        """Expected takers, to six decimals."""
        return int(self.funded["people_micro"].sum()) / within_reach.MICRO

    @property
    def has_parts(self) -> bool:
        """Whether cohorts may be funded in part."""
        return "of_parts" in self.funded

    @property
    def has_choice(self) -> bool:
        """Whether the bundle says what colleges offer, so that a choice of study can be told."""
        return is_known(self.plan.county.destinations) and self.plan.applicants is None

    @property
    def within_reach(self) -> dict[str, float]:
        """The young people brought within reach, by `within_reach.COUNTS` and CHOICES, to six decimals."""
        return within_reach.of_offers(self.funded)

    @property
    def access(self) -> float:
        """The access score, to six decimals."""
        millionths = np.rint(self.funded["access"].to_numpy(dtype=float) * 1e6)
        return int(millionths.astype("int64").sum()) / 1e6  # exact: binary sums of millionths are not


def pounds(pence: int) -> float:
    """Return pence as the double nearest to the amount in pounds."""
    return int(pence) / 100


def money_width(pence: int) -> float:
    """Return a column's width, in characters, that an amount of money fits, whatever font stands in for Calibri."""
    return max(len(exact_pounds(pence)) * 1.12 + 1, 12.0)


def ratio(part: float, whole: float) -> float:
    """Return part / whole, 0 where there is no whole: as IF(whole=0,0,part/whole) has it."""
    return part / whole if whole else 0.0


def each(spend: float, people: float) -> float:
    """Return pounds a person, to the penny, halves up; 0 where there is nobody."""
    return math.floor(round(ratio(spend, people) * 100, 6) + 0.5) / 100


def draw_up(plan: Plan, robust: RobustPlan | None = None) -> Content:
    """Return a plan's statement. Raises ValueError where its rows do not add up to the spend that the model says."""
    keys = district_keys(plan)
    services = _services(plan)
    funded = _funded(plan, keys, services)
    ledger = make_ledger(plan, funded, services)
    content = Content(plan, funded, services, keys, _districts(plan, keys), ledger, robust)
    if content.spend_pence != plan.allocation.spent_pence:
        raise ValueError(
            f"the plan's offers and vehicles come to {content.spend_pence} pence; the model says "
            f"{plan.allocation.spent_pence}"
        )
    return content


def district_keys(plan: Plan) -> pd.Series:
    """Return the district of each area or applicant as SUMIFS matches it: its official code, or D001 and so on."""
    codes = plan.county.areas["district_code"].astype(object).fillna("").astype(str)
    own = {
        code: code if OFFICIAL_CODE.fullmatch(code) else f"D{number:03d}"
        for number, code in enumerate(sorted(set(codes)), start=1)
    }
    keys, cohorts = codes.map(own), plan.choices.cohorts
    return keys if plan.applicants is None else keys.loc[cohorts["area_code"]].set_axis(cohorts.index)


def _funded(plan: Plan, keys: pd.Series, services: pd.DataFrame) -> pd.DataFrame:
    table = with_vehicle_share(plan).reset_index()
    cohorts = plan.choices.cohorts.reindex(table["cohort"])
    table["area_name"] = cohorts["area_name"].to_numpy()
    table["low_income_people"] = cohorts["people"].to_numpy(dtype=float)
    table["weight"] = cohorts["weight"].to_numpy(dtype=float)
    table["most_deprived"] = (cohorts["priority"] == "most deprived").to_numpy(dtype=bool)
    table["district_key"] = keys.reindex(table["cohort"]).to_numpy()
    table["people_micro"] = _micro(table["people"])
    price = table["unit_price_pence"].astype("int64")
    table["cost_pence"] = table["cost_pence"].astype("int64")
    whole = plan.choices.offers.reindex(pd.MultiIndex.from_frame(table[["cohort", "option"]]))
    table["whole_people_100"] = (whole["people"].to_numpy(dtype=float) * 100).round().astype("int64")
    table["gross_pence"] = half_up(table["whole_people_100"] * price)
    if (part_funding := plan.scenario.limits.part_funding) and "part" in table:
        table["of_parts"] = part_funding.parts
        table["parts_funded"] = (table["part"] * table["of_parts"]).round().astype("int64")
        table["gross_pence"] = -(-table["gross_pence"] * table["parts_funded"] // table["of_parts"])
    table["income_pence"] = table["gross_pence"] - table["cost_pence"]
    table["vehicle_pence"] = table["whole_cost_pence"] - table["cost_pence"]
    measured = (whole["measured_access"].astype(float) / whole["access"].astype(float)).to_numpy()
    table["estimated_share"] = (1 - measured).round(6) if len(table) else measured
    if len(services):
        table["service_key"] = table["service"].map(services["key"])
        table["riders_micro"] = table.groupby("service_key", dropna=True)["people_micro"].cumsum()
    else:
        table["service_key"] = table["riders_micro"] = None
    return table


def _micro(people: pd.Series) -> pd.Series:
    """Return people in whole millionths: a part of a cohort has six decimals."""
    return (people.astype(float) * within_reach.MICRO).round().astype("int64")


def _services(plan: Plan) -> pd.DataFrame:
    bought = plan.allocation.services
    known = plan.choices.services.reindex(bought.index)
    chosen = plan.allocation.chosen
    table = pd.DataFrame(index=bought.index)
    table["key"] = [f"S{number}" for number in range(1, len(bought) + 1)]
    table["label"] = known["label"].astype(object)
    riding = plan.choices.offers[["service", "kind"]].dropna().drop_duplicates("service")
    table["kind"] = riding.set_index("service")["kind"].reindex(bought.index)
    table["units"] = bought["units"].astype("int64")
    table["seats_each"] = known["seats_per_unit"].astype("int64")
    table["most"] = known["max_units"].astype("int64")
    table["price_pence"] = known["unit_cost_pence"].astype("int64")
    table["miles"] = known["miles"].astype(float)
    table["cost_pence"] = bought["cost_pence"].astype("int64")
    riders = _micro(chosen["people"]).groupby(chosen["service"]).sum()
    table["filled_micro"] = riders.reindex(bought.index).fillna(0).astype("int64")
    return table


def _districts(plan: Plan, keys: pd.Series) -> pd.DataFrame:
    cohorts = plan.choices.cohorts
    key = keys.reindex(cohorts.index).rename("key")
    groups = cohorts.groupby(key)
    people_100 = (cohorts["people"].astype(float) * 100).round().astype("int64")
    return pd.DataFrame(
        {"district": groups["district"].first(), "cohorts": groups.size(), "people_100": people_100.groupby(key).sum()}
    ).sort_index()


def four_decimals(share: float) -> float:
    """Return a share to four decimals, as the model uses it (budget.offers.offers)."""
    return float(Decimal(round(share * 10_000)) / 10_000)
