"""The queue is fair: long work holds nobody up, and nobody who asks for much comes before those who ask for little."""

import threading

import pytest

from screens.background import turns
from screens.background.turns import Turn, Turns

PATIENCE = 600  # seconds, after which a test has hung


class Queue:
    """Turns of two at once with a clock of the test's; `begun` has who began, in order."""

    def __init__(self):
        self.now, self.begun = 0.0, list[str]()
        self.turns = Turns(2, lambda: self.now)
        self.threads = dict[str, threading.Thread]()

    def ask(self, name: str, *who: str) -> Turn:
        """Ask for work of this name for these sessions (else for one of its own); it begins when it may."""
        turn = Turn(lambda: set(who or (name,)))
        self.turns.join(turn)
        self.threads[name] = threading.Thread(target=self._begin, args=(name, turn), daemon=True)
        return turn

    def _begin(self, name: str, turn: Turn) -> None:
        if self.turns.take(turn):
            self.begun.append(name)

    def let(self, *names: str) -> None:
        """Let these try, and wait until each has begun."""
        for name in names:
            self.threads[name].start()
        for name in names:
            self.threads[name].join(PATIENCE)
        assert not any(self.threads[name].is_alive() for name in names)


@pytest.fixture
def queue(monkeypatch):
    monkeypatch.setattr(turns, "LOOK_SECONDS", 0.01)
    return Queue()


def test_two_plans_for_all_of_england_do_not_stop_twenty_for_counties(queue):
    for name in ("England", "England again"):
        queue.ask(name)
        queue.let(name)
    queue.now += turns.LONG_SECONDS
    counties = [(f"county {number}", queue.ask(f"county {number}")) for number in range(20)]
    for name, turn in counties:
        queue.let(name)
        queue.turns.give_back(turn)
    assert queue.begun[2:] == [name for name, _ in counties]


def test_there_are_never_more_processes_than_twice_those_at_once(queue):
    for number in range(4):
        queue.ask(f"England {number}")
        queue.let(f"England {number}")
        queue.now += turns.LONG_SECONDS
    turn = queue.ask("county")
    assert not queue.turns._may_begin(turn)


def test_whoever_asks_for_much_comes_after_those_who_ask_for_little(queue):
    queue.ask("first of many", "greedy")
    queue.let("first of many")
    second, third = (queue.ask(name, "greedy") for name in ("second of many", "third of many"))
    little = queue.ask("one of somebody else")
    gone = Turn(set)  # no page looks at it any more
    queue.turns.join(gone)
    assert [queue.turns.before(turn) for turn in (little, second, third, gone)] == [0, 1, 2, 3]


def test_work_that_is_given_up_leaves_the_queue_and_never_begins(queue):
    first, second = queue.ask("first"), queue.ask("second")
    queue.turns.give_up(first)
    assert queue.turns.before(second) == 0
    queue.let("first", "second")
    assert queue.begun == ["second"]
