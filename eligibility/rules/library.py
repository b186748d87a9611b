"""The policies that come with Farebridge, and a council's own from a file."""

from pathlib import Path

from data.faults import InputError
from data.suggest import did_you_mean
from eligibility.rules.policy import Policy
from eligibility.rules.policy_file import load

FOLDER = Path(__file__).parents[1] / "policies"
DEFAULT_TARGETING, DEFAULT_ENTITLEMENT = "isolated-areas", "post16-default"
FIRST_TARGETING = "targeting-default"  # the default until November 2026: scenarios of then name it, or name none
NOTES = {
    FIRST_TARGETING: (
        "This scenario keeps the policy targeting-default, the default until November 2026: an area counts when it is "
        "isolated and also deprived, and 23% on a low income is deprived, by whatever measure. The default is now "
        "isolated-areas: an area counts when it is isolated, deprived or not. To take it, write "
        'policy = "isolated-areas" in the scenario. To ask for both as before, but by where a rate stands in England, '
        'write policy = "deprived-and-isolated-areas".'
    )
}


def shipped() -> tuple[Policy, ...]:
    """Return every policy in eligibility/policies, by name of file; raises InputError for one that has faults."""
    return tuple(load(path) for path in sorted(FOLDER.glob("*.toml")))


def note_on(policy: str) -> str:
    """Return what a user of this policy should know: that it is kept for older scenarios, and what changed; or ""."""
    return NOTES.get(policy, "")


def with_checksum(sha256: str) -> str:
    """Return the id of the shipped policy whose file has this checksum, "" where none has."""
    return next((policy.id for policy in shipped() if policy.sha256 == sha256), "")


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
