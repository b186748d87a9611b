"""The policies that come with Farebridge, and a council's own from a file."""

from pathlib import Path

from data.faults import InputError
from data.suggest import did_you_mean
from eligibility.rules.policy import Policy
from eligibility.rules.policy_file import load

FOLDER = Path(__file__).parents[1] / "policies"
DEFAULT_TARGETING, DEFAULT_ENTITLEMENT = "targeting-default", "post16-default"


def shipped() -> tuple[Policy, ...]:
    """Return every policy in eligibility/policies, by name of file; raises InputError for one that has faults."""
    return tuple(load(path) for path in sorted(FOLDER.glob("*.toml")))


def find(policy: str) -> Policy:
    """Return the policy with this id, or that in the TOML file at this path; raises InputError where there is none."""
    if policy.endswith(".toml"):
        path = Path(policy)
        if not path.is_file():
            raise InputError(policy, ["is not a file. Give the id of a policy or the path of a policy file (.toml)."])
        return load(path)
    ids = [path.stem for path in FOLDER.glob("*.toml")]
    if policy not in ids:
        raise InputError(
            f'policy "{policy}"', [f"is not a policy that comes with Farebridge. {did_you_mean(policy, ids)}"]
        )
    return load(FOLDER / f"{policy}.toml")
