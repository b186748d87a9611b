"""The results of a plan that are saved with its scenario: totals and the offers funded, never anything about a person.

A plan for applicants is refused, as its cohorts are people. The cohorts of a plan for areas are published area codes.
Results that are read from a file are checked in the same way.
"""

import gzip
import re
from collections.abc import Mapping
from typing import Annotated, Literal, Self, TypeVar, cast

import pandas as pd
import pydantic
from pydantic import ConfigDict, Field

from budget.allocation.answer import Answer, answer_of
from budget.allocation.inputs.limits import Limits
from budget.planning import by_group, reasons, within_reach
from budget.planning.plan import Plan
from budget.planning.within_reach import AT_LEAST_ONE
from budget.scenarios.differences import fingerprint
from budget.scenarios.scenario import Scenario
from data.documents.sheet_text import csv_cell
from data.faults import Fault, InputError

APPLICANT = re.compile(r"row \d+")  # how budget/offers/applicants.py names a cohort that is one person
MOST_FAULTS = 50
EMPTY = "Vehicles that nobody rides on"  # as a limit may promise them; no district has them
IMPORTED = "Not proved here: the plan is solved anew when it is opened. The file that was imported says:"
NEAR = 0.01  # of a person or of the access score; totals are of figures to six decimals
COLUMNS = ("cohort", "area", "district", "option", "people", "cost_pence", "access", "within_reach")

Status = Literal["optimal", "time_limit", "infeasible"]
MOST_TEXT = 100_000  # characters
Text = Annotated[str, Field(max_length=MOST_TEXT)]
Pence = Annotated[int, Field(ge=0, le=10**15)]
Number = Annotated[float, Field(ge=0, le=1e12)]
Count = Annotated[int, Field(ge=0, le=10**9)]


class _Strict(pydantic.BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)


Model = TypeVar("Model", bound=pydantic.BaseModel)


class FundedOffer(_Strict):
    """An offer that the plan funds."""

    cohort: Text
    area: Text
    district: Text
    option: Text
    people: Number
    cost_pence: Pence
    access: Number
    within_reach: Number | None = None  # of at least one purpose; not known of results that an earlier version saved


class FundedService(_Strict):
    """Units of a shared service that the plan pays for."""

    service: Text
    units: Count
    cost_pence: Pence


class GroupTotals(_Strict):
    """The totals of one kind of support or one district, with its share of vehicles."""

    name: Text
    cohorts: Count
    people: Number
    cost_pence: Pence
    access: Number
    within_reach: Number | None = None


class Results(_Strict):
    """The results of one plan for areas. Money in pence; `fingerprint` is of the scenario that made it."""

    format: Literal[1] = 1
    fingerprint: Text
    county: Text
    bundle: Text
    day: Text
    status: Status
    aim: Text
    access: Number
    within_reach: Mapping[str, Number] | None = None  # by `within_reach.COUNTS`
    bound: Number
    gap: Number
    spent_pence: Pence
    budget_pence: Pence
    people: Number
    areas_in_target: Count
    proof: Text
    conflicts: tuple[Text, ...]
    kinds: tuple[GroupTotals, ...]
    districts: tuple[GroupTotals, ...]
    chosen: tuple[FundedOffer, ...]
    services: tuple[FundedService, ...]
    answer: Answer | None = None  # with which the plan is shown again without a search

    @pydantic.model_validator(mode="after")
    def _adds_up(self) -> Self:
        """Refuse totals that are not the sum of their parts, and cohorts that are people."""
        parts: dict[str, tuple[FundedOffer | FundedService | GroupTotals, ...]] = {
            "chosen and services": (*self.chosen, *self.services), "kinds": self.kinds, "districts": self.districts,
        }  # fmt: skip
        sums = {name: sum(row.cost_pence for row in rows) for name, rows in parts.items()}
        wrong = [f"{name} come to {pence} pence" for name, pence in sums.items() if pence != self.spent_pence]
        if wrong:
            raise ValueError(f"spent_pence is {self.spent_pence}, but {' and '.join(wrong)}")
        named = [row.cohort for row in self.chosen] + [
            cohort for cohort, *_ in (self.answer.chosen if self.answer else ())
        ]
        people = [cohort for cohort in named if APPLICANT.fullmatch(cohort)]
        if people:
            raise ValueError(
                f"{len(people)} cohorts are applicants ({people[0]}, …): nothing about a person is saved here"
            )
        return self

    def summary(self) -> dict:
        """Return the totals, for a list of many scenarios."""
        totals = self.model_dump(include={"county", "day", "status", "access", "gap", "spent_pence", "budget_pence"})
        reach = (self.within_reach or {}).get(AT_LEAST_ONE)
        return totals | {
            "within_reach": reach,
            "people": self.people,
            "cohorts": len(self.chosen),
            "areas_in_target": self.areas_in_target,
        }

    def to_json(self) -> bytes:
        """Return the results as JSON; `from_json` reads it back."""
        return self.model_dump_json().encode()

    def packed(self) -> bytes:
        """Return the JSON compressed, as the database stores it."""
        return gzip.compress(self.to_json(), compresslevel=6, mtime=0)

    def to_csv(self) -> bytes:
        """Return what was chosen as CSV for a spreadsheet; what could become a formula begins with an apostrophe."""
        table = pd.DataFrame([row.model_dump() for row in self.chosen], columns=COLUMNS, dtype=object)
        return table.map(csv_cell).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def results_of(plan: Plan) -> Results:
    """Return the results of a plan for areas. Raises InputError for a plan for applicants, which is about people."""
    if plan.applicants is not None:
        problem = (
            "This plan is for applicants: its offers are about single people, and nothing about a person is saved in "
            "the library of scenarios. Save the scenario without results, and keep the workbook with the case files."
        )
        raise InputError("results", [problem])
    allocation, manifest, names = plan.allocation, plan.county.manifest, plan.county.areas["area_name"]
    types = {"district": str, "people": float, "cost_pence": int, "access": float, "within_reach": float}
    chosen = allocation.chosen.reset_index().astype(types)
    chosen["area"] = [str(names.get(cohort, "")) for cohort in chosen["cohort"]]
    return Results(
        fingerprint=fingerprint(plan.scenario),
        county=manifest.name,
        bundle=manifest.checksum,
        day=plan.day.isoformat(),
        status=cast(Status, allocation.status),
        aim=allocation.aim,
        access=float(allocation.access),
        within_reach={name: count.people for name, count in within_reach.counts(plan).items()},
        bound=float(allocation.bound),
        gap=float(allocation.gap),
        spent_pence=int(allocation.spent_pence),
        budget_pence=int(allocation.budget_pence),
        people=float(allocation.people),
        areas_in_target=len(plan.targeting.in_target),
        proof=reasons.proof(plan),
        conflicts=tuple(allocation.conflicts),
        kinds=_rows(GroupTotals, by_group.by_kind(plan).rename(columns={"label": "name"})),
        districts=_districts(plan),
        chosen=_rows(FundedOffer, chosen),
        services=_rows(FundedService, allocation.services.reset_index()),
        answer=answer_of(plan.problem, allocation),
    )


def _districts(plan: Plan) -> tuple[GroupTotals, ...]:
    """Return the totals by district, and vehicles that nobody rides on as a row of their own."""
    rows = _rows(GroupTotals, by_group.by_district(plan).rename_axis("name").reset_index())
    if not (pence := int(by_group.empty_vehicles(plan).sum())):
        return rows
    return (*rows, GroupTotals(name=EMPTY, cohorts=0, people=0.0, cost_pence=pence, access=0.0, within_reach=0.0))


def _rows(model: type[Model], table: pd.DataFrame) -> tuple[Model, ...]:
    """Return the rows of a table as a model, from the columns that are its fields."""
    return tuple(model.model_validate(row) for row in table[list(model.model_fields)].to_dict("records"))


def that_cannot_be(results: Results, scenario: Scenario) -> list[Fault]:
    """Return a fault for each figure that no plan of the scenario can have.

    These are a total that is not the sum of its parts, a budget that is another, a spend above it, an access score
    above its bound, a gap too wide for its status, and more people within reach than are supported.
    """
    supported = sum(row.people for row in results.chosen)
    parts = {
        "people": (results.people, supported),
        "access": (results.access, sum(row.access for row in results.chosen)),
        "people by kind": (sum(row.people for row in results.kinds), supported),
        "people by district": (sum(row.people for row in results.districts), supported),
    }
    faults = [
        Fault(name, f"is {said:,.2f}, and the offers chosen come to {total:,.2f}.")
        for name, (said, total) in parts.items()
        if abs(said - total) > NEAR
    ]
    if results.budget_pence != scenario.budget_pence:
        faults.append(Fault("budget_pence", f"is {results.budget_pence}, the scenario's {scenario.budget_pence}."))
    if results.spent_pence > results.budget_pence:
        faults.append(Fault("spent_pence", "is above the budget."))
    if results.aim == "most_access" and results.access > results.bound + NEAR:
        faults.append(Fault("access", f"is above its bound, {results.bound:,.2f}."))
    reach = {name: people for name, people in (results.within_reach or {}).items() if people > supported + NEAR}
    faults += [
        Fault(f"within_reach, {name}", f"is {people:,.2f}, and {supported:,.2f} people are supported.")
        for name, people in reach.items()
    ]
    if results.status == "optimal" and results.gap > scenario.gap:
        faults.append(Fault("gap", f"is {results.gap:g}, too wide for a plan that is proved best."))
    return faults


def from_json(content: bytes, subject: str = "results") -> Results:
    """Read results. Raises InputError with every fault: what is missing, of the wrong kind, or does not add up."""
    return validated(Results, content, subject)


def validated(model: type[Model], content: bytes, subject: str) -> Model:
    """Read a model from JSON. Raises InputError with what pydantic says is wrong, the first fifty faults."""
    try:
        return model.model_validate_json(content)
    except pydantic.ValidationError as error:
        errors = error.errors(include_url=False, include_context=False, include_input=False)
    faults = [Fault(", ".join(map(str, one["loc"])), f"{one['msg']}.") for one in errors[:MOST_FAULTS]]
    if len(errors) > MOST_FAULTS:
        faults.append(Fault("", f"and {len(errors) - MOST_FAULTS} more faults like these."))
    raise InputError(subject, faults)


def unpacked(content: bytes) -> Results:
    """Return results from the compressed JSON of the database."""
    return from_json(gzip.decompress(content))


def applicants_in(limits: Limits) -> list[str]:
    """Return the cohorts of a scenario's limits that are single applicants."""
    named = [*limits.must_fund, *(cohort for cohort, _ in limits.committed)]
    named += [value for limit in limits.limits for values in limit.where.values() for value in values]
    return sorted({str(name) for name in named if APPLICANT.fullmatch(str(name))})
