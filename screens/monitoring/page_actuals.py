"""The actuals on the page: read them from the library, save each change of them, and show the result.

Each change is saved at once with the scenario, so that a refreshed page, a second tab and a colleague see it. Where the
library cannot be opened, the actuals stay in the session, and the page says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import streamlit as st

from budget.monitoring.lines import OwnForecast
from budget.monitoring.posting import CONFIRMED, Actuals
from budget.store import actuals as store_actuals
from budget.store.actuals import ActualsConflict, ActualsSave, MonitoringSettings, SavedActuals
from budget.store.entries import moment
from data.faults import Fault, InputError
from data.wording import exact_pounds
from screens import page
from screens.scenario import saved

WHO, ON_PAGE = "monitoring_who", "monitoring_on_page"
REFUSED, RESULT = "monitoring_refused", "monitoring_result"
FILE, LINES = "file", "lines"  # where on the page the result of a change is shown


@dataclass(frozen=True, slots=True)
class PageActuals:
    """Actuals on the page with their settings, and the save that they are from where they are saved."""

    actuals: Actuals
    settings: MonitoringSettings
    version: int
    save: SavedActuals | None = None
    turn: int = 0  # in the keys of boxes, so that they are new ones after each save


@dataclass(frozen=True, slots=True)
class ActualsChange:
    """A change of actuals: another file, other settings, a reason typed for a line, another version."""

    words: str  # for the audit log and the page
    actuals: Actuals | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)  # fields of MonitoringSettings
    year: str = ""  # the financial year that the entries are of
    entries: Mapping[str, OwnForecast | None] = field(default_factory=dict)  # by the key of a line; None removes one
    version: int | None = None

    @property
    def place(self) -> str:
        """Return where on the page its result is shown."""
        return LINES if self.entries and self.actuals is None else FILE

    def applied_to(self, now: PageActuals | None, version: int) -> PageActuals:
        """Return the actuals with this change; `version` is the scenario's where there are none yet."""
        settings = replace(now.settings if now else MonitoringSettings(), **dict(self.settings))
        if self.entries:
            lines = {**settings.entries.get(self.year, {}), **self.entries}
            typed = {key: entry for key, entry in lines.items() if entry is not None}
            settings = replace(settings, entries={**settings.entries, self.year: typed})
        if now is not None:
            return PageActuals(self.actuals or now.actuals, settings, self.version or now.version, turn=now.turn + 1)
        assert self.actuals is not None  # the first change is a file
        return PageActuals(self.actuals, settings, self.version or version, turn=1)


def on_page(id: str) -> PageActuals | None:
    """Return the actuals of a saved scenario ("" for the plan on the screen) as they are on this page.

    Raises InputError where they are not on the page yet and the library cannot be read.
    """
    by_id = st.session_state.setdefault(ON_PAGE, {})
    if id and by_id.get(id) is None and (save := store_actuals.latest(saved.library(), id)):
        by_id[id] = _from_save(save)
    return by_id.get(id)


def _from_save(save: SavedActuals) -> PageActuals:
    return PageActuals(save.actuals, save.settings, save.version, save, save.number)


def show_saved(id: str) -> None:
    """Show the saved actuals in place of those on the page."""
    st.session_state.get(ON_PAGE, {}).pop(id, None)
    st.session_state.pop(REFUSED, None)


def save_change(id: str, version: int, change: ActualsChange, after: SavedActuals | None = None) -> None:
    """Make a change and save it; store a change that is refused in the session, with the reason.

    `after` is somebody else's save that this one is to follow.
    """
    state = st.session_state
    state.pop(REFUSED, None)
    state.pop(RESULT, None)
    now = _from_save(after) if after else state.get(ON_PAGE, {}).get(id)
    changed = change.applied_to(now, version)
    if not id:
        state.setdefault(ON_PAGE, {})[id] = changed
        state[RESULT] = (change.place, f"{change.words}. It stays in this session alone.")
        return
    who = state[page.WHO] = state.get(WHO, "").strip()
    try:
        if not who:
            raise InputError("Your name", ["is empty. Write it into its box under Actuals."])
        save = store_actuals.save(
            saved.library(),
            id,
            version=changed.version,
            actuals=changed.actuals,
            settings=changed.settings,
            author=who,
            after=now.save if now else None,
            did={"did": change.words},
        )
    except InputError as error:
        state[REFUSED] = (id, version, change, error)
        return
    state[ON_PAGE][id] = _from_save(save)
    state[RESULT] = (change.place, f"{change.words}. Kept as save {save.number}.")


def change_words(id: str) -> dict[int, str]:
    """Return what each save changed, by its number, from the audit log; nothing where it cannot be read."""
    return page.attempted(saved.NOT_OPEN, lambda: store_actuals.changes(saved.library(), id)) or {}


def carry_over(id: str, version: int) -> None:
    """Save with a plan that has just been saved the actuals given while the library could not be opened."""
    if mine := st.session_state.get(ON_PAGE, {}).pop("", None):
        change = ActualsChange(f"File {mine.actuals.name}, given before", mine.actuals, _fields(mine.settings))
        save_change(id, version, change)


def restore(id: str, number: int) -> None:
    """Save an older save again, as the latest."""
    try:
        old = store_actuals.get(saved.library(), id, number)
    except InputError as error:
        st.session_state[REFUSED] = (id, 0, None, error)
        return
    change = ActualsChange(f"Save {number} once more", old.actuals, _fields(old.settings), version=old.version)
    save_change(id, old.version, change)


def _fields(settings: MonitoringSettings) -> dict:
    return {item.name: getattr(settings, item.name) for item in fields(MonitoringSettings)}


def show_result(id: str, place: str) -> None:
    """Show the result of a change made here; if somebody else saved first, their changes and what can be done."""
    state = st.session_state
    if RESULT in state and state[RESULT][0] == place:
        st.success(page.plain(state.pop(RESULT)[1]))
    refused_id, version, change, error = state.get(REFUSED, (None,) * 4)
    if refused_id != id or (change.place if change else FILE) != place:
        return
    if not isinstance(error, ActualsConflict) or error.there is None:
        page.show_faults("Not kept", as_faults(error))
        if change is not None:
            st.button("Try again", key="monitoring_again", on_click=save_change, args=(id, version, change))
        return
    theirs = page.bullets(_theirs(state[ON_PAGE].get(id), error.there))
    st.error(f"**Not kept: {page.plain(change.words)}**\n\n{page.plain(error.problem)}\n\nTheirs:\n\n{theirs}")
    with st.container(horizontal=True):
        mine = (id, version, change, error.there)
        st.button("Keep mine after theirs", key="monitoring_mine", on_click=save_change, args=mine)
        st.button("See theirs, discard mine", key="monitoring_theirs", on_click=show_saved, args=(id,))


def _theirs(mine: PageActuals | None, there: SavedActuals) -> list[str]:
    """Return how somebody else's save differs from the one that this page began from."""
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
        lines += [f"{key}: what was typed is removed" for key in known if key not in entries]
    if mine is not None and mine.version != there.version:
        lines.append(f"compared with version {there.version} of the scenario")
    return lines or ["the same as on your page"]


def _typed(key: str, entry: OwnForecast) -> str:
    return f"{key}: {entry.reason or 'no reason'}{beside_reason(entry)}"


def beside_reason(entry: OwnForecast) -> str:
    """Return the forecast and what confirms the saving, to follow a reason: ", forecast £10.00, price changed"."""
    own = "" if entry.forecast_pence is None else f", forecast {exact_pounds(entry.forecast_pence)}"
    return own + (f", {CONFIRMED[entry.confirmed]}" if entry.confirmed else "")


def show_newer(id: str, saves: tuple[ActualsSave, ...]) -> None:
    """Show that somebody else has saved since."""
    now = st.session_state.get(ON_PAGE, {}).get(id)
    if now is None or now.save is None or not saves or saves[0].number <= now.save.number:
        return
    latest = saves[0]
    st.warning(
        f"{page.plain(latest.author)} kept save {latest.number} {moment(latest.saved_at)}. This is save "
        f"{now.save.number}."
    )
    st.button("Show the latest", key="monitoring_latest", on_click=show_saved, args=(id,))


def as_faults(error: InputError) -> list[Fault]:
    """Return the faults of a file, with the file's name where a fault has no place."""
    return [replace(fault, where=fault.where or error.subject) for fault in error.faults]
