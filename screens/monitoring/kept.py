"""The actuals on the page: those kept with a saved scenario, how a change of them is kept, and what is said of it.

Each change is kept at once in the library of scenarios, so that a page that was refreshed, a second tab and a colleague
come back to it. Where the library cannot be opened, the actuals stay in the session, and that is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

import streamlit as st

from budget.monitoring.actuals_file import Actuals
from budget.monitoring.lines import OwnForecast
from budget.store import actuals as store_actuals
from budget.store.actuals import ActualsConflict, ActualsSave, MonitoringSettings, SavedActuals
from budget.store.entries import moment
from data.faults import Fault, InputError
from screens import page
from screens.scenario import saved

WHO, HELD, REFUSED, SAID = "monitoring_who", "monitoring_held", "monitoring_refused", "monitoring_said"
FILE, LINES = "file", "lines"  # where on the page it is said what came of a change


@dataclass(frozen=True, slots=True)
class Held:
    """Actuals on the page, with what was chosen and typed of them, and the save they are of where they are kept."""

    actuals: Actuals
    settings: MonitoringSettings
    version: int
    kept: SavedActuals | None = None
    turn: int = 0  # told from the others by it; in the names of boxes, so that they begin anew with each save


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody does to actuals: another file, other settings, what is typed of a line, another version."""

    words: str  # what was done, for the audit log and to say it
    actuals: Actuals | None = None
    settings: Mapping[str, object] = field(default_factory=dict)  # fields of MonitoringSettings
    year: str = ""  # the financial year that the entries are of
    entries: Mapping[str, OwnForecast | None] = field(default_factory=dict)  # by the key of a line; None takes one away
    version: int | None = None

    @property
    def place(self) -> str:
        """Return where on the page it was made, and what came of it is said."""
        return LINES if self.entries and self.actuals is None else FILE

    def of(self, now: Held | None, version: int) -> Held:
        """Return the actuals with this change made to them; `version` is the one where there are none yet."""
        settings = replace(now.settings if now else MonitoringSettings(), **self.settings)
        if self.entries:
            lines = {**settings.entries.get(self.year, {}), **self.entries}
            typed = {key: entry for key, entry in lines.items() if entry is not None}
            settings = replace(settings, entries={**settings.entries, self.year: typed})
        if now is None:
            return Held(self.actuals, settings, self.version or version, turn=1)
        return Held(self.actuals or now.actuals, settings, self.version or now.version, turn=now.turn + 1)


def held(id: str) -> Held | None:
    """Return the actuals of a saved scenario ("" for the plan on the screen) as they are on this page.

    Raises InputError where they are not on the page yet and the library cannot be read.
    """
    all_held = st.session_state.setdefault(HELD, {})
    if id and all_held.get(id) is None and (kept := store_actuals.latest(saved.library(), id)):
        all_held[id] = _of(kept)
    return all_held.get(id)


def _of(kept: SavedActuals) -> Held:
    return Held(kept.actuals, kept.settings, kept.version, kept, kept.number)


def begin_anew(id: str) -> None:
    """Show what is kept, in place of what is on the page."""
    st.session_state.get(HELD, {}).pop(id, None)
    st.session_state.pop(REFUSED, None)


def change(id: str, version: int, asked: Change, after: SavedActuals | None = None) -> None:
    """Make a change and keep it. What was refused is kept in hand, with the reason.

    `after` is the save of another that this is to follow.
    """
    state = st.session_state
    state.pop(REFUSED, None)
    state.pop(SAID, None)
    now = _of(after) if after else state.get(HELD, {}).get(id)
    made = asked.of(now, version)
    if not id:
        state.setdefault(HELD, {})[id] = made
        state[SAID] = (asked.place, f"{asked.words}. It stays in this session alone.")
        return
    who = state[saved.WHO] = state.get(WHO, "").strip()
    try:
        if not who:
            raise InputError("Your name", ["is empty. Write it into its box under Actuals."])
        kept = store_actuals.save(
            saved.library(),
            id,
            version=made.version,
            actuals=made.actuals,
            settings=made.settings,
            author=who,
            after=now and now.kept,
            did={"did": asked.words},
        )
    except InputError as error:
        state[REFUSED] = (id, version, asked, error)
        return
    state[HELD][id] = _of(kept)
    state[SAID] = (asked.place, f"{asked.words}. Kept as save {kept.number}.")


def done(id: str) -> dict[int, str]:
    """Return what was done with each save, by its number, as the audit log has it; nothing where it cannot be read."""
    try:
        actions = [action for action in saved.library().audit(id) if action.action == store_actuals.ACTION]
    except InputError as error:
        page.show_faults("The library of scenarios cannot be opened", error.faults)
        return {}
    return {action.details["save"]: action.details.get("did", "") for action in actions}


def carry_over(id: str, version: int) -> None:
    """Keep with a plan that has just been saved what was given of it while the library could not be opened."""
    mine = st.session_state.get(HELD, {}).pop("", None)
    if mine is not None:
        change(id, version, Change(f"File {mine.actuals.name}, given before", mine.actuals, _fields(mine.settings)))


def restore(id: str, number: int) -> None:
    """Keep an older save once more, as the latest."""
    try:
        old = store_actuals.get(saved.library(), id, number)
    except InputError as error:
        st.session_state[REFUSED] = (id, 0, None, error)
        return
    asked = Change(f"Save {number} once more", old.actuals, _fields(old.settings), version=old.version)
    change(id, old.version, asked)


def _fields(settings: MonitoringSettings) -> dict:
    return {item.name: getattr(settings, item.name) for item in fields(MonitoringSettings)}


def show_said(id: str, place: str) -> None:
    """Say what came of a change made here; of one that another outran, what theirs is and what can be done."""
    state = st.session_state
    if SAID in state and state[SAID][0] == place:
        st.success(page.plain(state.pop(SAID)[1]))
    for_whom, version, asked, error = state.get(REFUSED, (None,) * 4)
    if for_whom != id or (asked.place if asked else FILE) != place:
        return
    if not isinstance(error, ActualsConflict) or error.there is None:
        page.show_faults("Not kept", as_faults(error))
        if asked is not None:
            st.button("Try again", key="monitoring_again", on_click=change, args=(id, version, asked))
        return
    theirs = "\n".join(f"- {page.plain(line)}" for line in _theirs(state[HELD].get(id), error.there))
    st.error(f"**Not kept: {page.plain(asked.words)}**\n\n{page.plain(error.problem)}\n\nTheirs:\n\n{theirs}")
    with st.container(horizontal=True):
        st.button(
            "Keep mine after theirs", key="monitoring_mine", on_click=change, args=(id, version, asked, error.there)
        )
        st.button("See theirs, let go of mine", key="monitoring_theirs", on_click=begin_anew, args=(id,))


def _theirs(mine: Held | None, there: SavedActuals) -> list[str]:
    """Return what another kept that differs from what this page began from."""
    lines = []
    before = mine.settings if mine else MonitoringSettings()
    if mine is None or mine.actuals != there.actuals:
        lines.append(f"the file {there.file}, with {len(there.actuals.postings):,} rows")
    if there.settings.year != before.year or there.settings.closed != before.closed:
        closed = "the last with an actual" if there.settings.closed is None else there.settings.closed
        lines.append(f"financial year {there.settings.year or 'that of most rows'}, last closed period {closed}")
    if there.settings.thresholds != before.thresholds:
        lines.append("other limits of amber and red")
    for year, entries in there.settings.entries.items():
        known = before.entries.get(year, {})
        lines += [_typed(key, entry) for key, entry in entries.items() if entry != known.get(key)]
        lines += [f"{key}: what was typed is taken away" for key in known if key not in entries]
    if mine is not None and mine.version != there.version:
        lines.append(f"held against version {there.version} of the scenario")
    return lines or ["the same as on your page"]


def _typed(key: str, entry: OwnForecast) -> str:
    own = "" if entry.forecast_pence is None else f", forecast {page.exact_pounds(entry.forecast_pence)}"
    return f"{key}: {entry.reason or 'no reason'}{own}"


def show_newer(id: str, saves: tuple[ActualsSave, ...]) -> None:
    """Say that another has kept something since."""
    now = st.session_state.get(HELD, {}).get(id)
    if now is None or now.kept is None or not saves or saves[0].number <= now.kept.number:
        return
    latest = saves[0]
    st.warning(
        f"{page.plain(latest.author)} kept save {latest.number} {moment(latest.saved_at)}. Here is still save "
        f"{now.kept.number}."
    )
    st.button("Show the latest", key="monitoring_latest", on_click=begin_anew, args=(id,))


def ask_who() -> None:
    """Ask for the name of whoever keeps something."""
    if WHO not in st.session_state:
        st.session_state[WHO] = saved.who()
    st.text_input(
        "Your name, for the record of who did what",
        key=WHO,
        disabled=bool(getattr(st.user, "is_logged_in", False)),
        persist_state="session",
    )


def as_faults(error: InputError) -> list[Fault]:
    """Return the faults of a file with its name where they name no place."""
    return [replace(fault, where=fault.where or error.subject) for fault in error.faults]
