"""The answer that comes with the example county, so that the app opens on a plan: `python -m budget.store.example`.

Run it again after a change of the rules, the prices, the example or the model: a test compares the file with a fresh
search, and until then the app solves the example like any other county.
"""

import datetime

import pydantic

from budget.allocation.answer import Answer, answer_of
from budget.planning import plan as plans
from budget.scenarios.scenario import Scenario
from data import bundle, example

FILE = example.FOLDER.parent / "answer.json"
_ANSWER = pydantic.TypeAdapter(Answer)


def answer() -> Answer:
    """Return the answer to the question that the app opens on: the example county under a plain scenario."""
    return _ANSWER.validate_json(FILE.read_bytes())


def solved(today: datetime.date) -> Answer:
    """Return the answer to that question from a search. Raises RuntimeError where the plan funds nothing."""
    plan = plans.make(bundle.load(example.FOLDER), Scenario(), today)
    found = answer_of(plan.problem, plan.allocation)
    if found is None:
        raise RuntimeError("The example's plan funds nothing: look at its rules, its prices and its budget.")
    return found


if __name__ == "__main__":
    FILE.write_bytes(_ANSWER.dump_json(solved(datetime.date.today()), indent=1) + b"\n")
