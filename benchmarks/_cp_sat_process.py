"""A model in whole numbers solved by CP-SAT, as a program of its own: OR-Tools must not meet highspy in one process.

From standard input comes one model in JSON (`told` in `benchmarks.county`), to standard output go its status, the value
of its plan and its bound in JSON. One worker and a minute, as HiGHS has beside it.
"""

import json
import sys

from ortools.sat.python import cp_model

SECONDS = 60.0


def main() -> None:
    told, model = json.load(sys.stdin), cp_model.CpModel()
    funded = [model.new_bool_var("") for _ in told["value"]]
    units = [model.new_int_var(0, most, "") for most in told["max_units"]]
    by_cohort: dict[int, list] = {}
    for x, cohort in zip(funded, told["cohort"], strict=True):
        by_cohort.setdefault(cohort, []).append(x)
    for cohort, own in by_cohort.items():
        model.add_exactly_one(own) if cohort in told["must_fund"] else model.add_at_most_one(own)
    for row in told["rows"]:
        offers = [funded[i] for i in row["offers"]]
        used = cp_model.LinearExpr.weighted_sum(offers, row["on_offers"])
        used += cp_model.LinearExpr.weighted_sum([units[s] for s in row["units"]], row["on_units"])
        model.add(used <= row["right"]) if row["sense"] == "<=" else model.add(used >= row["right"])
    goal = cp_model.LinearExpr.weighted_sum(funded, told["value"])
    model.maximize(goal + cp_model.LinearExpr.weighted_sum(units, told["unit_value"]))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.random_seed = 1, 1
    solver.parameters.relative_gap_limit, solver.parameters.max_time_in_seconds = 1e-4, SECONDS
    status = solver.status_name(solver.solve(model))
    print(json.dumps({"status": status, "value": solver.objective_value, "bound": solver.best_objective_bound}))


if __name__ == "__main__":
    main()
