"""The allocation as an independent model in CP-SAT, written from the tables alone; run as a program of its own.

OR-Tools carries a HiGHS that must not meet highspy in one process. From standard input comes a list of cases in JSON,
to standard output goes the best value of each: thousandths of access, pence, or the worst-off district's share in
parts of a million; null where there is no plan.
"""

import json
import sys

from ortools.sat.python import cp_model

PARTS = 1_000_000  # of a share
SCALE = {"spend": 100, "people": 100, "access": 1000}  # of a limit's unit: pence, hundredths, thousandths
DISTRICTS = ("North", "South", "East")


class Independent:
    """The allocation in CP-SAT: pence, thousandths of access, hundredths of people and seats."""

    def __init__(self, rows: list[dict], fleet: list[dict], limits: list[dict], budget_pence: int):
        self.model = cp_model.CpModel()
        self.rows, self.fleet = rows, fleet
        self.funded = [self.model.new_bool_var("") for _ in self.rows]
        self.units = [self.model.new_int_var(0, int(each["max_units"]), "") for each in self.fleet]
        for cohort in {row["cohort"] for row in self.rows}:
            self.model.add(
                sum(x for x, row in zip(self.funded, self.rows, strict=True) if row["cohort"] == cohort) <= 1
            )
        for units, each in zip(self.units, self.fleet, strict=True):
            riders = zip(self.funded, self.rows, strict=True)
            seats = sum(x * round(row["seats"] * 100) for x, row in riders if row["service"] == each["service"])
            self.model.add(seats <= units * int(each["seats_per_unit"]) * 100)
        self.model.add(self.total("spend") <= budget_pence)
        for limit in limits:
            self._limit(limit)

    def total(self, measure: str, column: str = "", values: tuple[str, ...] = ()):
        """Return the sum of a measure over all, or over what has one of some values in a column."""
        name, scale = {"spend": "cost_pence"}.get(measure, measure), 1 if measure == "spend" else SCALE[measure]
        of = zip(self.funded, self.rows, strict=True)
        inside = [x * round(row[name] * scale) for x, row in of if not column or row[column] in values]
        if measure == "spend":
            fleet = zip(self.units, self.fleet, strict=True)
            inside += [u * int(each["unit_cost_pence"]) for u, each in fleet if not column or each[column] in values]
        return sum(inside)

    def _limit(self, limit: dict) -> None:
        measure = limit["measure"]
        groups = [(column, tuple(values)) for column, values in limit["where"].items()]
        if limit["each"]:
            groups = [(limit["each"], (value,)) for value in sorted({row[limit["each"]] for row in self.rows})]
        for group in groups:
            inside, everything = self.total(measure, *group), self.total(measure)
            parts, whole = limit["figure"]
            allowed = parts * everything if limit["is_share"] else parts * SCALE[measure]
            self.model.add(limit["sign"] * whole * inside <= limit["sign"] * allowed)

    def solved(self, goal, *, maximise: bool) -> int | None:
        """Return the best value of a goal, None where there is no plan."""
        (self.model.maximize if maximise else self.model.minimize)(goal)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers, solver.parameters.random_seed = 1, 1
        status = solver.solve(self.model)
        assert status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
        return None if status == cp_model.INFEASIBLE else round(solver.objective_value)

    def fairest(self) -> int | None:
        """Return the worst-off district's share of the most it could have, in parts of a million."""
        share = self.model.new_int_var(0, PARTS, "")
        for district in DISTRICTS:
            most: dict[str, int] = {}
            for row in self.rows:
                if row["district"] == district:
                    most[row["cohort"]] = max(most.get(row["cohort"], 0), round(row["access"] * SCALE["access"]))
            self.model.add(PARTS * self.total("access", "district", (district,)) >= share * sum(most.values()))
        return self.solved(share, maximise=True)


def best_of(case: dict) -> int | None:
    """Return the best value of a case."""
    model = Independent(case["rows"], case["fleet"], case["limits"], case["budget_pence"])
    if case["aim"] == "most_access":
        return model.solved(model.total("access"), maximise=True)
    if case["aim"] == "least_cost":
        model.model.add(model.total("access") >= case["access"] * SCALE["access"])
        return model.solved(model.total("spend"), maximise=False)
    return model.fairest()


if __name__ == "__main__":
    print(json.dumps([best_of(case) for case in json.load(sys.stdin)]))
