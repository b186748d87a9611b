"""Run HiGHS on a model given as arrays: in this process, or as a program of its own that a parent can kill.

HiGHS looks at its time limit between steps, and some steps have been seen to take minutes (docs/decisions/0006).
So a large model is solved in a child process, which sends its parent every better plan and bound as it finds them. At
the time limit the parent kills the child, and still has the best of both.

This file is run by its path, not as part of the package, and imports nothing but numpy and highspy, so that a child
starts in a tenth of a second and never runs a Streamlit script a second time as `multiprocessing` would.
"""

import os
import pickle
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import highspy
import numpy as np

WORDS = {  # of HiGHS's statuses
    **dict.fromkeys(("kOptimal", "kModelEmpty"), "optimal"),
    **dict.fromkeys(("kInfeasible", "kUnboundedOrInfeasible"), "infeasible"),  # every variable of ours is bounded
    **dict.fromkeys(("kTimeLimit", "kSolutionLimit", "kIterationLimit", "kMemoryLimit"), "limit"),
    **dict.fromkeys(("kInterrupt", "kHighsInterrupt", "kObjectiveTarget"), "limit"),
}
INTEGER, CONTINUOUS = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous


@dataclass(frozen=True, slots=True)
class Arrays:
    """A linear or integer model by rows: `row_lower ≤ A x ≤ row_upper`, `lower ≤ x ≤ upper`."""

    maximise: bool
    offset: float
    cost: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    integer: np.ndarray
    row_lower: np.ndarray
    row_upper: np.ndarray
    starts: np.ndarray
    columns: np.ndarray
    coefficients: np.ndarray


@dataclass(frozen=True, slots=True)
class SolverAnswer:
    """What the solver says. Nothing of it is relied on until it has been checked.

    `status` is "optimal", "limit" (time, memory or nodes ran out), "infeasible" or "failed". `values` is None where
    there is no solution. `bound` is the solver's bound on the objective, infinite where it has none.
    `row_duals` are the change of the objective for one more on the right-hand side, and only for a model without
    integers: a mixed-integer model has no duals, and None says so. `iterations` are those of the simplex method.
    """

    status: str
    values: np.ndarray | None
    objective: float
    bound: float
    row_duals: np.ndarray | None = None
    iterations: int = 0


Report = Callable[[str, Any], None]
Options = dict[str, Any]  # of HiGHS, by their names


def run_highs(
    arrays: Arrays, options: Options, start: np.ndarray | None = None, report: Report | None = None
) -> SolverAnswer:
    """Solve one model with HiGHS; `report` hears of each better solution and each better bound while it runs."""
    highs = highs_with(arrays, options)
    if start is not None:
        highs.setSolution(len(start), np.arange(len(start), dtype=np.int32), np.asarray(start, dtype=float))
    if report is not None:
        _listen(highs, report)
    highs.run()
    return answer_of(highs, arrays)


def highs_with(arrays: Arrays, options: Options) -> highspy.Highs:
    """Return a HiGHS that holds a model and has not solved it yet."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy has no types
    highs.setOptionValue("output_flag", False)
    for name, value in options.items():
        if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise ValueError(f"HiGHS {highs.version()} does not know the setting {name} = {value!r}.")
    if highs.passModel(_model(arrays)) == highspy.HighsStatus.kError:
        raise ValueError("HiGHS refused the model.")
    return highs


def _model(arrays: Arrays) -> highspy.HighsLp:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(arrays.cost), len(arrays.row_lower)
    model.sense_ = highspy.ObjSense.kMaximize if arrays.maximise else highspy.ObjSense.kMinimize
    model.offset_ = arrays.offset
    model.col_cost_, model.col_lower_, model.col_upper_ = arrays.cost, arrays.lower, arrays.upper
    model.row_lower_, model.row_upper_ = arrays.row_lower, arrays.row_upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.num_col_, model.a_matrix_.num_row_ = model.num_col_, model.num_row_
    model.a_matrix_.start_, model.a_matrix_.index_ = arrays.starts, arrays.columns
    model.a_matrix_.value_ = arrays.coefficients
    if arrays.integer.any():
        model.integrality_ = [INTEGER if whole else CONTINUOUS for whole in arrays.integer.tolist()]
    return model


def _listen(highs: highspy.Highs, report: Report) -> None:
    highs.cbMipImprovingSolution += lambda event: report("solution", np.array(event.data_out.mip_solution))
    highs.cbMipInterrupt += lambda event: report("bound", event.data_out.mip_dual_bound)


def answer_of(highs: highspy.Highs, arrays: Arrays) -> SolverAnswer:
    """Return what HiGHS has found, in our words."""
    status, information, solution = highs.getModelStatus(), highs.getInfo(), highs.getSolution()
    is_integer = bool(arrays.integer.any())
    word = WORDS.get(status.name, "failed")
    has_values = solution.value_valid and (word == "optimal" or (word == "limit" and is_integer))
    unknown = np.inf if arrays.maximise else -np.inf
    if is_integer:
        bound = information.mip_dual_bound if np.isfinite(information.mip_dual_bound) else unknown
    else:
        bound = information.objective_function_value if word == "optimal" else unknown
    return SolverAnswer(
        status=word,
        values=np.array(solution.col_value) if has_values else None,
        objective=information.objective_function_value,
        bound=bound,
        row_duals=np.array(solution.row_dual) if word == "optimal" and not is_integer else None,
        iterations=int(information.simplex_iteration_count),
    )


def main() -> None:
    """Read one model from standard input, solve it, and write what happens to standard output as pickles."""
    events = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not disturb what the parent reads
    arrays, options, start = pickle.load(sys.stdin.buffer)  # noqa: S301 - of the process that started this one
    arrays = Arrays(**arrays)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    best = [np.inf if arrays.maximise else -np.inf]

    def report(kind: str, value: Any) -> None:
        if kind == "bound":
            if (value >= best[0]) if arrays.maximise else (value <= best[0]):
                return
            best[0] = value
        pickle.dump((kind, value), events)
        events.flush()

    answer = run_highs(arrays, options, start, report)
    report("answer", {field.name: getattr(answer, field.name) for field in fields(SolverAnswer)})


def _end_with_the_parent() -> None:
    """Wait for the parent to go (it keeps our standard input open) and go too, whatever the solver is doing."""
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
