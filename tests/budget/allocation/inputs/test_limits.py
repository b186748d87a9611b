"""Limits: what may be written in TOML, what is refused, and the rows they become."""

from fractions import Fraction

import pytest

from budget.allocation.inputs.allocation_problem import AllocationProblem
from budget.allocation.inputs.limit_rows import limit_faults, limit_rows
from budget.allocation.inputs.limit_wording import limit_in_words, limit_name, result_in_words
from budget.allocation.inputs.limits import Limit, Limits, Share, limits_from, read_limits
from budget.allocation.inputs.tables import checked_tables
from data.faults import InputError
from tests.budget.allocation.allocations import offers_of, services_of

OFFERS = offers_of(
    {"cohort": "A", "option": "x", "cost_pence": 150, "access": 1.5, "district": "East", "decile": 1, "vehicles": 2},
    {"cohort": "B", "option": "x", "cost_pence": 250, "access": 2.0, "district": "West", "decile": 2, "vehicles": 0.5},
)
SERVICES = services_of({"service": "m", "unit_cost_pence": 700, "seats_per_unit": 8, "max_units": 2, "vehicles": 1.0})


def rows(*limits, services=None):
    tables = checked_tables(OFFERS, services)
    return [Dense(row, tables) for row in limit_rows(Limits(tuple(limits)), tables.offers, tables.services)]


class Dense:
    """A row with every coefficient, those of 0 too."""

    def __init__(self, row, tables):
        self.words, self.right, self.scale = row.words, row.right, row.scale
        self.on_offers, self.on_units = [0] * len(tables.offers), [0] * len(tables.services)
        for at, coefficients, dense in (
            (row.offers, row.on_offers, self.on_offers),
            (row.units, row.on_units, self.on_units),
        ):
            for position, coefficient in zip(at.tolist(), coefficients.tolist(), strict=True):
                dense[position] = coefficient


def test_the_example_of_the_design_is_read(tmp_path):
    path = tmp_path / "limits.toml"
    path.write_text(
        'must_fund = ["E01026092"]\n[[limit]]\nmeasure = "vehicles"\nat_most = 28\n'
        'where = { district = "East Lindsey" }\n[[limit]]\nmeasure = "spend"\nat_least = { share = 0.15 }\n'
        'each = "district"\n',
        encoding="utf-8",
    )
    assert read_limits(path) == Limits(
        (
            Limit("vehicles", at_most=Fraction(28), where={"district": ("East Lindsey",)}),
            Limit("spend", at_least=Share(Fraction(3, 20)), each="district"),
        ),
        ("E01026092",),
    )


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"limits": []}, "Unknown key limits"),
        ({"must_fund": "A"}, "list of cohorts"),
        ({"limit": {"measure": "x"}}, "own heading"),
        ({"limit": [{"at_most": 1}]}, "no measure"),
        ({"limit": [{"measure": "x"}]}, "at_most or at_least"),
        ({"limit": [{"measure": "x", "at_most": "many"}]}, "Write a number"),
        ({"limit": [{"measure": "x", "at_most": True}]}, "Write a number"),
        ({"limit": [{"measure": "x", "at_most": {"share": 15}}]}, "between 0 and 1"),
        ({"limit": [{"measure": "x", "share": 0.15}]}, "For a share write"),
        ({"limit": [{"measure": "x", "at_most": 1, "where": "East"}]}, "Write a table"),
        ({"limit": [{"measure": "x", "at_most": 1, "where": {"kind": []}}]}, "kind: an empty list"),
        ({"grant": 2 * [{"name": "bus", "amount": 1, "pays_for": {"kind": "bus_pass"}}]}, "a name of its own"),
    ],
)
def test_what_is_not_a_limit_is_refused(table, words):
    with pytest.raises(InputError, match=words):
        limits_from(table)


def test_every_fault_of_a_limits_file_is_listed_with_its_place():
    table = {
        "limit": [{"measure": 1, "at_most": "x", "wher": {}}, {"measure": "spend", "at_least": {"share": 2}}],
        "grant": [{"amount": -1}],
        "part_funding": {"parts": 0, "where": 3},
        "committed": [{"service": "m"}],
    }
    with pytest.raises(InputError) as error:
        limits_from(table)
    assert {fault.where for fault in error.value.faults} == {
        "limit 1", "limit 1, measure", "limit 1, at_most", "limit 2, at_least", "grant 1", "grant 1, amount",
        "part_funding, parts", "part_funding, where", "committed 1",
    }  # fmt: skip


def test_a_file_that_is_not_toml_names_the_line(tmp_path):
    (tmp_path / "limits.toml").write_text("must_fund = [ = ]")
    with pytest.raises(InputError, match="line 1"):
        read_limits(tmp_path / "limits.toml")


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits((Limit("mopeds", at_most=Fraction(1)),)), 'measure "mopeds" is not a column'),
        (Limits((Limit("district", at_most=Fraction(1)),)), "district of cohort A, option x is not a number"),
        (Limits((Limit("people", at_most=Fraction(1), each="ward"),)), 'no column "ward"'),
        (Limits(must_fund=("Z",)), 'Cohort "Z" has no offer'),
        (Limits((Limit("spend", at_most=Fraction(-5)),)), "at_most is -5, and nothing has less than 0 spend"),
        (Limits((Limit("access", at_most=Fraction(-1, 2)),)), "nothing has less than 0 access"),
    ],
)
def test_a_limit_on_what_is_not_there_is_refused(limits, words):
    tables = checked_tables(OFFERS)
    assert any(words in fault.problem for fault in limit_faults(limits, tables.offers, tables.services))


def test_a_limit_on_a_kind_that_the_table_does_not_hold_has_a_note():
    limits = Limits((Limit("people", at_most=Fraction(1), where={"district": ("Est",)}),))
    problem = AllocationProblem.checked(OFFERS, 1000, limits=limits)
    assert problem.tables.notes == (
        'Limit 1: no offer has "Est" in column district, so that it counts none. Did you mean "East"?',
    )


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("0.666666666666667", "2/3"),
        ("0.333333333333", "1/3"),
        ("0.03030303030303", "1/33"),
        ("0.9999999999999999", "1"),
    ],
)
def test_a_share_of_many_decimals_is_taken_as_a_near_fraction_and_said_to_be(written, taken):
    share = Share(Fraction(written))
    limits = Limits((Limit("spend", at_most=share, each="district"), Limit("spend", at_most=Share(Fraction("0.125")))))
    problem = AllocationProblem.checked(OFFERS, 1000, limits=limits)
    assert problem.limits.limits[0].at_most == Share(Fraction(taken))
    assert abs(Fraction(taken) - Fraction(written)) < Fraction(1, 10**9)
    assert problem.limits.limits[1] is not None and problem.limits.limits[1].at_most == Share(Fraction(1, 8))
    assert problem.tables.notes == (f"Limit 1: the share {written} is taken as {taken}.",)


def test_spend_is_in_pounds_and_counts_services():
    (row,) = rows(Limit("spend", at_most=Fraction("4.5")), services=SERVICES)
    assert (row.on_offers, row.on_units, row.right, row.scale) == ([150, 250], [700], 450, 100)
    assert row.words == "spend at most £4.50"


def test_a_resource_of_a_service_counts_and_one_in_a_group_it_has_not_does_not():
    everywhere, east = rows(
        Limit("vehicles", at_most=Fraction(3)),
        Limit("vehicles", at_most=Fraction(3), where={"district": ("East",)}),
        services=SERVICES,
    )
    assert (everywhere.on_offers, everywhere.on_units, everywhere.right) == ([20, 5], [10], 30)
    assert (east.on_offers, east.on_units) == ([20, 0], [0])


def test_each_makes_a_limit_for_every_value_and_numbers_read_as_they_are_written():
    found = rows(Limit("people", at_most=Fraction(1), each="decile"))
    assert [row.words for row in found] == ["people at most 1, decile 1", "people at most 1, decile 2"]


def test_a_share_is_of_the_plans_own_total():
    (row,) = rows(Limit("access", at_most=Share(Fraction(1, 4)), where={"district": ("East",)}))
    assert (row.on_offers, row.right) == ([15 * 3, -20], 0)


def test_a_cap_between_two_steps_is_rounded_to_what_it_allows():
    cap, floor_row = rows(Limit("access", at_most=Fraction("3.49")), Limit("access", at_least=Fraction("3.41")))
    assert (cap.right, floor_row.right) == (34, 35)


# ---- Limits in words ----


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (Limit("spend", at_most=Share(Fraction(3, 20))), "spend at most 15% of the plan's total"),
        (
            Limit("vehicles", Fraction(28), Fraction(3), each="district"),
            "vehicles at least 3 and at most 28, for each district",
        ),
        (
            Limit("spend", at_least=Fraction(50_000), where={"district": ("East", "West")}, name="the coast"),
            "the coast (spend at least £50,000, district East or West)",
        ),
    ],
)
def test_a_limit_is_put_into_words(limit, words):
    assert limit_in_words(limit) == words


def test_the_name_of_a_limit_in_results_keeps_its_form():
    limit = Limit("spend", at_most=Share(Fraction(3, 20)), name="ours")
    name = limit_name(limit, limit.at_most, "<=", {"district": ("East",)}, is_money=True)
    assert name == "ours (spend at most 0.15 of the plan's total, district East)"


PART = "if offers could be had in part"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            ("spend at most 0.5 of the plan's total", "spend", "<=", 10.5, 4.5, 0.001),
            f"£10.50, to spare £4.50; £1,000 more would add up to 1.000 to the access score {PART}",
        ),
        (
            ("vehicles at least 3", "vehicles", ">=", 2, -1, 0.0),
            f"2, missed by 1; one less would add nothing {PART}",
        ),
        (
            ("people at most 3", "people", "<=", 2, 1, float("nan")),
            "2, to spare 1; what one more would bring is not known",
        ),
    ],
)
def test_how_a_plan_keeps_a_limit_is_put_into_words(row, words):
    named = dict(zip(("limit", "measure", "sense", "value", "slack", "access_per_unit"), row, strict=True))
    assert result_in_words(named | {"met": named["slack"] >= 0}) == f"{row[0]}: {words}"
