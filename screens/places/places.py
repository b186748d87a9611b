"""Show the screen Sites and journeys: the colleges that stand at one site, and what a council adds of its own."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from data import own_files
from data.bundle import AbsentChoice, County
from data.faults import Fault, InputError
from data.official import sites
from data.wording import counted
from screens import page
from screens.background.plan_cache import choose_county, county_folder, load_county
from screens.places import new_bundle, own_places, rests_on, timetables
from screens.places.own_places import OwnFile

ROWS, SITES_FILE, MATRIX, ABSENT, NAME = (
    f"places_{part}" for part in ("rows", "sites_file", "matrix", "absent", "name")
)
TWO = "and journeys by timetable cannot both be used. Take one of the two away."
SAVED = "places_saved"
ABSENT_IN_WORDS: dict[AbsentChoice, str] = {
    "estimate": "Nobody asked for it: keep the estimate",
    "asked": "There is no journey, where both places are in the matrix",
    "unreachable": "There is no journey",
}


def show() -> None:
    """Show the screen."""
    st.title("Rules and data: sites and journeys", anchor=False)
    st.markdown(
        "Official lists place a college at its main site, and no official journey times are younger than 2019. Add the "
        "sites that the lists do not have, and journeys that you measured; then plan with the new county."
    )
    try:
        county = load_county(county_folder())
    except InputError as error:
        page.show_faults("This county cannot be opened", error.faults)
        return
    st.subheader("What the data of this county mean for a plan", anchor=False)
    rests_on.show(county)
    _elsewhere(county)
    _show_colleges(county)
    files, faults = _sites(county)
    given, by_timetable = _matrix(), timetables.choose(county, () if faults else files)
    kept = timetables.dropped(county)
    if faults:
        page.show_faults("These sites cannot be added yet", faults)
    elif given and by_timetable:
        page.show_faults("There are two matrices", [Fault("Journeys that you measured", TWO)])
    elif files or given or by_timetable or kept is not county:
        _together(kept, files, given or by_timetable)


def _elsewhere(county: County) -> None:
    """Show the way to a plan for the county, and where the rules and the prices are."""
    with st.container(horizontal=True):
        page.link_to("plan", f"Plan for {page.plain(county.manifest.name)}", icon=":material/arrow_forward:")
        page.link_to("areas", "Rules for areas", icon=":material/tune:")
        page.link_to("policy", "Rules for young people", icon=":material/rule:")
        page.link_to("plan", "Prices: on Plan, under Your prices", icon=":material/payments:")


def _show_colleges(county: County) -> None:
    st.subheader("Colleges that stand at one site", anchor=False)
    alone = sites.at_one_site(county.destinations)
    if alone.empty:
        st.markdown("None: each college within reach has a second site, or is known to have none.")
    else:
        st.markdown(
            "Ask each where else it teaches 16 to 18 year olds. Whoever lives beside a site that is missing counts as "
            "far from college."
        )
        students = ["not known" if pd.isna(size) else f"{size:,.0f}" for size in alone["size"]]
        table = {"College": [page.plain(name) for name in alone["name"]], "Students aged 16 to 18": students}
        page.show_table(table, "The colleges within reach that stand at one site in the official lists.")


def _sites(county: County) -> tuple[list[OwnFile], Sequence[Fault]]:
    """Show where sites are typed or given as a file; return them as files, with the faults of what was typed."""
    st.subheader("Sites to add", anchor=False)
    colleges = sorted(county.destinations.loc[county.destinations["kind"] == "college", "name"].astype(str))
    empty = pd.DataFrame({"College": [None], "Site": [""], "Postcode": [""], "Students": [None]})
    typed = page.edit_table(
        empty.astype({"College": "object", "Students": "float64"}),
        key=ROWS,
        num_rows="dynamic",
        column_config={
            "College": st.column_config.SelectboxColumn(options=colleges, help="Whose site it is; may stay empty."),
            "Site": st.column_config.TextColumn(help="What it is called."),
            "Students": st.column_config.NumberColumn(help="Aged 16 to 18; may stay empty.", min_value=0, step=1),
        },
        alt="Sites to add: a row for each, with its college, name, postcode and number of students.",
    )
    given = st.file_uploader(
        "Or a file of sites", type=["csv"], key=SITES_FILE,
        help=f"CSV with the columns {own_files.SHAPE}. A row of the kind closed takes a place away.",
    )  # fmt: skip
    files = [OwnFile(given.name, given.getvalue())] if given else []
    try:
        text = own_places.as_csv(typed.to_dict("records"))
    except InputError as error:
        return files, error.faults
    if text.count("\n") > 1:
        page.download("Download these sites as a file", text, "sites.csv", "text/csv")
        files.insert(0, OwnFile("the sites above", text.encode()))
    return files, ()


def _matrix() -> OwnFile | None:
    st.subheader("Journeys that you measured", anchor=False)
    given = st.file_uploader(
        "A travel matrix: a file of journeys, as a routing engine writes it", type=["csv", "parquet"], key=MATRIX,
        help="from_id, to_id, mode, minutes and source; distance_km, fare_pence and as_of may be absent.",
    )  # fmt: skip
    absent = st.radio(
        "Where the file has no minutes between two places",
        list(ABSENT_IN_WORDS),
        key=ABSENT,
        format_func=ABSENT_IN_WORDS.get,
        help="r5py and r5r leave out pairs that they find no journey for, or leave their minutes empty.",
    )
    return OwnFile(given.name, given.getvalue(), absent) if given else None


def _together(county: County, files: Sequence[OwnFile], matrix: OwnFile | None) -> None:
    """Show what the county is with these files, and save it under a name."""
    try:
        made = own_places.together(county, files, matrix)
    except InputError as error:
        page.show_faults("These files cannot be used yet", error.faults)
        return
    st.subheader("The county with them", anchor=False)
    added = len(made.destinations.index.difference(county.destinations.index))
    lines = [f"{counted(added, 'place')} added."] if files else []
    if made.journeys is not None and matrix:
        lines.append(f"{counted(len(made.journeys), 'journey')} measured.")
    before = set(own_files.told(county))
    page.show_notes([*lines, *(line for line in own_files.told(made) if line not in before)])
    free = new_bundle.free_name(f"{county.manifest.name} with own places")
    name = st.text_input("Name of the new county", free, key=NAME)
    if st.button("Save as a new county", type="primary", key="places_save"):
        try:
            label = new_bundle.save(made, name.strip())
        except InputError as error:
            page.show_faults("It was not saved", error.faults)
        except OSError as error:
            page.show_faults("It was not saved", [Fault(name, f"cannot be written ({error.strerror}).")])
        else:
            st.session_state[SAVED] = label
            st.rerun()  # so that the list on top has it
    if saved := st.session_state.get(SAVED):
        st.success(f"Saved as {page.plain(saved)}.")
        if st.button("Plan for it", key="places_plan", on_click=choose_county, args=(saved,)):
            page.open_page("plan")
