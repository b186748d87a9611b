"""What a council says in every letter, as fields: how to pay, whom to reach, and its own stages of appeal."""

from collections.abc import Sequence

import streamlit as st

from data.faults import Fault, InputError
from eligibility.rules import policy_edit
from eligibility.rules.policy import Policy
from eligibility.rules.terms import LETTER_FIELDS, OF_ONE_PERSON, AppealStage
from screens import page

WORDS, STAGE = "policy_letter_", "policy_stage_"  # begin the keys of the fields
FAULTS = "policy_letter_faults"
MORE = 2  # empty stages beneath those that there are


def show(policy: Policy, key: str) -> None:
    """Show the fields of one policy; a button puts them into the text that the session holds under `key`."""
    names = [name for name in LETTER_FIELDS if name not in OF_ONE_PERSON]
    stages: Sequence[AppealStage | None] = [*policy.terms.appeal, *[None] * MORE]
    with (
        st.expander("What every letter says: contact, payment, appeals"),
        st.form(f"letters_{policy.id}", border=False),
    ):
        st.caption("What is left empty stands in square brackets in each letter, for the officer to fill in.")
        place = st.grid(2, min_column_width=260)
        for name in names:
            place.text_input(
                page.plain(f"{LETTER_FIELDS[name][:1].upper()}{LETTER_FIELDS[name][1:]}"),
                value=policy.terms.letters.get(name, ""),
                key=f"{WORDS}{policy.id}_{name}",
            )
        st.markdown("**Stages of an appeal**, in order. Empty the name of one to take it out.")
        for number, stage in enumerate(stages):
            _stage(policy.id, number, stage)
        st.form_submit_button(
            "Put these words into the text", on_click=_put, args=(policy, key, names, len(stages)), key="put_letters"
        )
    if st.session_state.get(FAULTS):
        page.show_faults("These words cannot be put into the text", st.session_state[FAULTS])


def _stage(policy_id: str, number: int, stage: AppealStage | None) -> None:
    key = f"{STAGE}{policy_id}_{number}"
    first, second, third = st.columns([2, 4, 1.2])
    first.text_input(f"Stage {number + 1}", value=stage.stage if stage else "", key=f"{key}_name")
    second.text_input(f"What happens at stage {number + 1}", value=stage.text if stage else "", key=f"{key}_text")
    days = str(stage.working_days or "") if stage else ""
    third.text_input(f"Working days of {number + 1}", value=days, key=f"{key}_days")


def _put(policy: Policy, key: str, names: Sequence[str], count: int) -> None:
    st.session_state[FAULTS] = ()
    stages: list[tuple[str, str, int | None]] = []
    faults = []
    for number in range(count):
        name, said, days = (
            str(st.session_state.get(f"{STAGE}{policy.id}_{number}_{part}", "")).strip()
            for part in ("name", "text", "days")
        )
        if not name:
            continue
        if not said:
            faults.append(Fault(f"Stage {number + 1}", "does not say what happens. Fill it in, or empty the name."))
        if days and not (days.isascii() and days.isdigit() and int(days)):
            faults.append(Fault(f"Stage {number + 1}, working days", "is not a whole number above 0."))
        elif not faults:
            stages.append((name, said, int(days) if days else None))
    if faults:
        st.session_state[FAULTS] = tuple(faults)
        return
    words = {name: st.session_state.get(f"{WORDS}{policy.id}_{name}", "") for name in names}
    try:
        text = policy_edit.with_letters(st.session_state[key], words)
        st.session_state[key] = policy_edit.with_appeal(text, stages)
    except InputError as error:
        st.session_state[FAULTS] = error.faults
