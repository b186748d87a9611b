"""Every name that a package hands on in `__all__` exists."""

import importlib
import pkgutil

import pytest


def _packages() -> list[str]:
    tops = [importlib.import_module(name) for name in ("data", "eligibility", "budget", "screens")]
    inner = [
        found.name for top in tops for found in pkgutil.walk_packages(top.__path__, f"{top.__name__}.") if found.ispkg
    ]
    return [*(top.__name__ for top in tops), *inner]


@pytest.mark.parametrize("package", _packages())
def test_every_public_name_of_a_package_exists(package):
    module = importlib.import_module(package)
    names = getattr(module, "__all__", [])
    assert [name for name in names if not hasattr(module, name)] == []
    assert len(names) == len(set(names))


def test_the_allocation_hands_on_its_names():
    module = importlib.import_module("budget.allocation")
    assert {"allocate", "AllocationProblem", "explain", "price_of_fairness", "read_limits", "trace"} <= set(
        module.__all__
    )
    assert callable(module.allocate) and callable(module.price_of_fairness)
