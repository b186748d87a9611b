"""Show the part of the screen Add a county about its official files: what is here, what is missing, how to add some."""

import datetime
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import streamlit as st

from data.download.files_here import FilesHere
from data.faults import Fault
from data.official.inventory import InventoryLine
from data.official.known import known_sources
from data.wording import counted
from screens import page
from screens.background import panel
from screens.places import county_jobs, official_files
from screens.places.county_jobs import FilesKept

FOLDER, FILES, WHOLE, LEAVE_OUT, INCOMING, KEPT, FETCH, REGIONS, ROUND = (
    f"county_{part}"
    for part in ("folder", "files", "whole", "leave_out", "incoming", "kept", "to_fetch", "regions", "round")
)
STATES = {"here": "Here", "second best": "Here, a better one exists", "missing": "Missing"}
BEST_IS_USED = "The one that covers the council best is used; leave out an older edition."
AGAIN = "Press *Download what is missing* again"
LOOKING, KEEPING, FETCHING = "county_looking", "county_keeping", "county_fetching"


def show() -> tuple[Path, tuple[str, ...], FilesHere] | None:
    """Show the files; return their folder, what of it is left out, and what is there. None while that is not known."""
    if incoming := st.session_state.get(INCOMING):
        _keep(incoming)
    if kept := st.session_state.get(KEPT):
        _say_kept(kept)
    folder = page.attempted("This folder cannot be read", _folder)
    _drop_in(folder, is_open=folder is None or not official_files.stamp_of(folder))
    if asked := st.session_state.get(FETCH):  # not in the box, which folds once there are files
        _say_fetched(asked)
    if folder is None or panel.is_job_running(FETCHING):  # files that are still coming are not looked at
        return None
    left_out = tuple(st.session_state.get(LEAVE_OUT, ()))
    stamp = official_files.stamp_of(folder)
    left_out = tuple(name for name in left_out if name in {each[0].replace("\\", "/") for each in stamp})
    identity = (str(folder), left_out, stamp)
    here = panel.job_result(
        LOOKING, "Looking at the files", county_jobs.look, folder, left_out, bool(stamp), identity=identity
    )
    if here is None:
        return None
    if here.faults:
        page.show_faults("These files cannot be used as they are", here.faults)
    if here.unrecognised:
        with st.expander(f"{counted(len(here.unrecognised), 'file')} not recognised"):
            st.markdown(page.bullets(here.unrecognised))
    return folder, left_out, here


def show_lines(here: FilesHere, council: str | None, left_out: Sequence[str]) -> None:
    """Show what a council can be built from, where to get what is missing, and what is left out."""
    lines = [line.of(council) for line in here.lines]
    _table(lines, council)
    _missing(lines)
    _leave_out(here, left_out)


def _folder() -> Path:
    name = st.selectbox(
        "Folder of official files",
        [official_files.OFFICIAL],
        key=FOLDER,
        accept_new_options=True,
        help="On the computer that runs the app; sub-folders count too. Files that you drop in go into it.",
    )
    return official_files.folder_of(name or official_files.OFFICIAL)


def _drop_in(folder: Path | None, *, is_open: bool) -> None:
    """Show where files are dropped in, beside those of a folder, or downloaded; unfolded where there are none."""
    place = official_files.place_for(folder or Path(official_files.OFFICIAL).resolve())
    number = st.session_state.setdefault(ROUND, 0)
    with st.expander("Add files: drop them in, or download them", is_open, icon=":material/upload_file:"):
        one, other = st.columns(2)
        files = one.file_uploader(
            "Files, or a zip of them",
            accept_multiple_files=True,
            key=f"{FILES}_{number}",
        )
        files += other.file_uploader(
            "Or a whole folder",
            accept_multiple_files="directory",
            key=f"{WHOLE}_{number}",
        )
        st.markdown(
            "They are known by what is in them, never by their names. Only official files are kept; anything else is "
            "removed at once."
        )
        if folder not in (None, place):
            st.markdown("This folder is only read: what you drop in goes into *official*, which is used in its place.")
        if files and st.button(f"Take in {counted(len(files), 'file')}", type="primary", key="county_take_in"):
            st.session_state[INCOMING] = official_files.put(files, place, datetime.datetime.now())
            st.session_state[ROUND] += 1  # empties both boxes
            panel.forget_job(KEEPING)
            st.rerun()
        _download()


def _keep(incoming: Path) -> None:
    job = panel.run_job(KEEPING, "Looking at what you dropped in", county_jobs.keep, incoming, incoming.parent)
    if job.status in ("running", "waiting"):
        return
    del st.session_state[INCOMING]
    if job.is_done:
        st.session_state[KEPT] = job.result
        older = [path for path in job.result.older if path not in st.session_state.get(LEAVE_OUT, ())]
        st.session_state[LEAVE_OUT] = [*st.session_state.get(LEAVE_OUT, ()), *older]
        if incoming.parent == Path(official_files.OFFICIAL).resolve():
            st.session_state[FOLDER] = official_files.OFFICIAL
        st.rerun()
    county_jobs.remove(incoming)
    page.show_faults("Nothing was kept", job.faults or [Fault("", "It was stopped. Drop the files in again.")])


def _say_kept(kept: FilesKept) -> None:
    lines = [f"{counted(len(kept.kept), 'file')} kept."]
    if kept.older:
        lines.append(f"Left out, as a file of the same source came in: {', '.join(kept.older)}.")
    lines += [f"Not kept: {each.name}: {each.why}" for each in kept.refused]
    st.success(page.bullets(lines))


def _download() -> None:
    """Show what may be downloaded, each file from its publisher, and the button that does it."""
    regions = [region for source in known_sources().values() for region in source.regions]
    chosen = st.multiselect(
        "Bus timetables of",
        regions,
        key=REGIONS,
        format_func=lambda region: region.replace("_", " ").capitalize(),
        placeholder="No region",
        help="Each region is a large file of its own.",
    )
    if st.button("Download what is missing", key="county_fetch", help="Into the folder official, beside the app."):
        panel.forget_job(FETCHING)
        st.session_state[FETCH] = (tuple(chosen), datetime.datetime.now())


def _say_fetched(asked: tuple) -> None:
    """Show how far the download is; once it is over, what came and what did not."""
    folder, day = Path(official_files.OFFICIAL).resolve(), datetime.date.today()
    work = (county_jobs.fetch, folder, asked[0], day)
    job = panel.run_job(FETCHING, "Downloading official files", *work, identity=asked)
    if job.is_done:
        st.success(f"{counted(job.result, 'file')} are there.")
    elif job.faults:
        page.show_faults("These files could not be downloaded", job.faults)
        st.markdown(f"The others are kept. {AGAIN}, or get what is missing yourself and drop it in.")
    elif job.is_stopped:
        st.markdown(f"The download is stopped. What came is kept. {AGAIN}: it goes on from there.")


def _table(lines: Sequence[InventoryLine], council: str | None) -> None:
    missing = [line for line in lines if line.state != "here"]
    st.markdown(f"{len(lines) - len(missing)} of {len(lines)} kinds of files are here in the best form.")
    rows = {
        "What it is": [page.plain(line.need.title) for line in lines],
        "State": [STATES[line.state] + (" (needed)" if line.need.needed and not line.files else "") for line in lines],
        "Vintage": [page.plain("; ".join(dict.fromkeys(file.vintage for file in line.files))) for line in lines],
        "What the missing or better file would change": [page.plain(line.effect) for line in lines],
    }
    if council:
        rows[f"Covers {page.plain(council)}"] = [page.plain(_covers(line, council)) for line in lines]
    page.show_table(rows, "What a county is built from: what is here, of which vintage, and what is missing.")


def _covers(line: InventoryLine, council: str) -> str:
    """Say whether the files of a line cover a council, each by its name where they differ."""
    each = dict.fromkeys((PurePosixPath(file.path).name, file.covers(council)) for file in line.files)
    words = {covers for _, covers in each}
    return words.pop() if len(words) == 1 else "; ".join(f"{name}: {covers}" for name, covers in each)


def _leave_out(here: FilesHere, left_out: Sequence[str]) -> None:
    """Show which files are left out, and of what there are several."""
    for title, paths in here.editions.items():
        words = f"Several files of “{title}”: {', '.join(paths)}. {BEST_IS_USED}"
        st.markdown(f":material/warning: {page.plain(words)}")
    paths = sorted({file.path for line in here.lines for file in line.files} | set(left_out))
    if paths:
        st.session_state[LEAVE_OUT] = list(left_out)
        st.multiselect("Files to leave out", paths, key=LEAVE_OUT, placeholder="None")


def _missing(lines: Sequence[InventoryLine]) -> None:
    wanted = [(line, title, address) for line in lines for title, address in line.get]
    if wanted:
        with st.expander("Where to get what is missing"):
            rows = {
                "What it is": [page.plain(line.need.title) for line, _, _ in wanted],
                "File": [page.plain(title) for _, title, _ in wanted],
                "Address": [address or "search for its title" for _, _, address in wanted],
            }
            page.show_rows(rows, "The files that would make the county better, with their addresses.")
