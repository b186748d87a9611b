"""What a letter tells a parent: the decision first, the fewest documents, the council's own words, no research."""

import io
import re
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import docx
import pandas as pd
import pytest
import textstat

from data.faults import InputError
from eligibility.deciding.decide import ELIGIBLE as IS_ELIGIBLE
from eligibility.deciding.decide import NOT_ON_CRITERIA, OUTCOMES, REFER
from eligibility.deciding.decision import Decision, decide_one
from eligibility.deciding.one_person import check
from eligibility.letters import evidence, text
from eligibility.letters.answers import COST, MONEY_TOO
from eligibility.letters.contact import BY_THE_REST, IF_MISSED, IF_MISSED_AND_OURS, LATER, NOT_SEEN, STAYS
from eligibility.letters.draft import HEADER
from eligibility.letters.fields import FIELDS
from eligibility.letters.help import help_of
from eligibility.letters.letters import letter
from eligibility.letters.plain import Plain
from eligibility.letters.reader import NO_BREAK
from eligibility.letters.refusals import ASK_WHICH, NO_BENEFIT
from eligibility.letters.text import OFFICERS_PAGE
from eligibility.letters.words import words
from eligibility.rules import library, policy_file, worked_cases
from eligibility.rules.criteria import Verdict
from eligibility.rules.policy import YES_OR_NO, Rules
from eligibility.rules.terms import PolicyCheck
from tests import draws
from tests.eligibility.deciding import random_people
from tests.eligibility.example_people import DAY, ELIGIBLE, county, rules
from tests.eligibility.letters.checked import as_checked
from tests.eligibility.rules.small_policy import source

ENTITLEMENT = [policy for policy in library.shipped() if policy.kind == "entitlement"]
PACKS = draws.some(ENTITLEMENT)
each_pack = pytest.mark.parametrize("policy", PACKS, ids=lambda policy: policy.id)
TO = text.Recipient("TR/117", "Zoe Bloggs")
RESEARCH = re.compile(
    r"not found|was found|not seen|was seen|we saw it|read in|looked current|library of documents|a copy|staging|"
    r"does not say|for the council to|checksum|assumption|The council fills in",
    re.IGNORECASE,
)
MEASURED = {"measured_by": "A. Officer", "measured_on": "20 August 2026", "measured_how": "council's walking tool"}
HERE = {"postcode": "XM1 1AA", "destination": "XM1 1AA"}
NEAR = {"measured_walk_miles": "1.2", "measured_journey_minutes": "20", "need_prevents_travel": "no"}
NOBODY_KNOWS = {"uc_award": "", "uc_earnings_1": "", "income_support": "", "looked_after": ""}
TWELVE = {  # what is told of a person beside ELIGIBLE -> the outcome, and how the letter says it, why, and what to do
    "far away and on a low income": (
        {}, IS_ELIGIBLE, "Yes, once we have seen proof", "Universal Credit", "next to start the help"),
    "measured by an officer": (
        MEASURED | {"measured_walk_miles": "30.5"},
        IS_ELIGIBLE, "Yes, once we have seen proof", "30.5 miles", "How to pay"),
    "a care leaver pays nothing": (
        {"care_leaver": "yes"}, IS_ELIGIBLE, "Yes. We can help", "You pay nothing", "next to start the help"),
    "an apprentice": ({"paid_apprentice": "yes"}, NOT_ON_CRITERIA, "No. We are sorry", "paid apprentice", "tell us"),
    "too old": (
        {"date_of_birth": "31/01/2007"}, NOT_ON_CRITERIA, "No. We are sorry",
        "You were 19 when the course began. Under the rules for 16 to 18 year olds, we can",
        "proof of the date of birth"),
    "too near": (
        HERE | MEASURED | NEAR,
        NOT_ON_CRITERIA, "No. We are sorry", "It must be more than 3 miles, or take more than 75 minutes.",
        "tell us, and we will check"),
    "income not told": (
        NOBODY_KNOWS, REFER, "We need more from you", "proof of your household's benefits or pay", "any one of these:"),
    "course not told": (
        {"course_start": ""}, REFER, "We need more from you", "We need proof of the course",
        "The offer or enrolment letter, to"),
    "a benefit that has ended": (
        {"income_support": "yes"}, REFER, "We would like to check one thing before we decide",
        "ended on 31 March 2026", "which benefits"),
    "a plan": ({"ehcp": "yes"}, REFER, "You do not need to send us anything", "care plan", "An officer will look"),
    "lives elsewhere": (
        {"council_responsible": "no"}, REFER, "Another council may be the one", "own area", "council tax to us"),
    "a reason of their own": (
        {"exceptional_circumstances": "yes", "paid_apprentice": "yes"}, REFER, "We have not decided yet",
        "by itself", "Send anything that shows"),
}  # fmt: skip


def decided(pack: Rules | None = None, **facts: str) -> Decision:
    given = {name: value for name, value in (ELIGIBLE | facts).items() if value}
    return check(given, pack or rules(), county(), decided_on=DAY)[0]


def paragraphs(decision: Decision, pack: Rules, to: text.Recipient = TO) -> list[docx.text.paragraph.Paragraph]:
    return docx.Document(io.BytesIO(letter(decision, pack, to))).paragraphs


def told(decision: Decision, pack: Rules) -> list[str]:
    """Return what a letter says from its first line to its signature, without headings."""
    found = paragraphs(decision, pack)
    texts = [p.text.replace(NO_BREAK, " ") for p in found]
    first, last = next(n for n, line in enumerate(texts) if line.startswith("Dear ")), texts.index("Yours sincerely")
    inside = zip(texts[first + 1 : last], found[first + 1 : last], strict=True)
    return [line for line, p in inside if not p.style.name.startswith("Heading")]


@cache
def the_twelve() -> dict[str, Decision]:
    return {name: decided(**facts) for name, (facts, *_) in TWELVE.items()}


@cache
def pack_of(id: str) -> Rules:
    return library.find(id).on(worked_cases.read(id).cases[0].day)


@cache
def random_decisions(id: str) -> list[Decision]:
    people = random_people.people(pack_of(id), 16, 11)
    return [decide_one(person, pack_of(id), decided_on=DAY) for _, person in people.iterrows()]


@cache
def random_letters(id: str) -> list[tuple[Decision, list[str], list[str]]]:
    """Return some of them with the lines of their letters before the page for officers, and all cells of tables."""
    found = []
    for decision in random_decisions(id)[:8]:
        document = docx.Document(io.BytesIO(letter(decision, pack_of(id), TO)))
        lines = [paragraph.text for paragraph in document.paragraphs]
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        found.append((decision, lines[: lines.index(OFFICERS_PAGE)], cells))
    return found


@pytest.mark.parametrize("name", TWELVE)
def test_the_first_line_is_the_decision_and_the_reason_and_the_next_step_follow(name: str):
    _, outcome, first, reason, step = TWELVE[name]
    decision = the_twelve()[name]
    lines = told(decision, rules())
    assert decision.outcome == outcome
    assert first in lines[0]
    assert reason in "\n".join(lines) and step in "\n".join(lines)


@pytest.mark.parametrize("name", TWELVE)
def test_a_child_of_twelve_can_read_every_letter(name: str):
    body = " ".join(
        line if line.rstrip().endswith((".", ":")) else f"{line}." for line in told(the_twelve()[name], rules())
    )
    plain = re.sub(r"https?://\S+|www\.\S+", "", body)
    assert 5 + textstat.automated_readability_index(plain) <= 12  # a grade of the United States, as an age


@each_pack
def test_no_note_of_our_research_reaches_a_parent(policy):
    for _, lines, cells in random_letters(policy.id):
        for line in {*lines, *cells}:
            said = re.sub(r"\[[^\]]*\]", "", line)  # a blank is for the officer to fill in
            assert not RESEARCH.search(said), said


def test_every_fact_of_every_policy_has_plain_words():
    used = {fact.name: fact for policy in ENTITLEMENT for fact in policy.facts.values()}
    bare = {
        name
        for name, fact in used.items()
        if name not in words()
        or not (words()[name].yes and words()[name].no if fact.unit == YES_OR_NO else words()[name].number)
    }
    assert bare == set()


def test_any_one_of_several_documents_is_asked_for_and_one_document_once():
    found = evidence.wanted(decided(course_start="", full_time="", **NOBODY_KNOWS), rules(), "Zoe")
    assert found.must == ("The offer or enrolment letter, to show: First day of the course; The course is full time",)
    (any_of,) = found.any_of
    assert "Universal Credit: the last statement from your Universal Credit account" in any_of
    assert not [line for line in any_of if "last two" in line]  # one statement could settle it


def test_what_the_council_holds_is_never_asked_of_the_family():
    found = evidence.wanted(decided(**NOBODY_KNOWS, care_leaver="", young_carer=""), rules(), "Zoe")
    asked = " ".join([*found.must, *(line for lines in found.any_of for line in lines), *found.perhaps])
    assert "record" not in asked and "register" not in asked
    assert "whether Zoe is in our care" in found.ours


def test_a_letter_about_a_need_is_not_asked_for_where_measuring_the_way_could_settle_it():
    found = evidence.wanted(decided(**HERE), rules(), "Zoe")
    assert not found.is_asked and found.perhaps and "how far it is on foot" in found.ours


@each_pack
def test_every_fact_that_is_needed_is_asked_for_once_or_found_out_or_has_a_shorter_way(policy):
    for decision in random_decisions(policy.id):
        found = evidence.wanted(decision, pack_of(policy.id), "Zoe")
        asked = [*found.must, *(line for lines in found.any_of for line in lines), *found.perhaps, *found.for_charge]
        assert len(set(asked)) == len(asked)
        theirs = [fact for fact in decision.needed if not evidence.is_ours(fact)]
        opened = decision.explanation.verdict == Verdict.UNKNOWN
        assert bool(asked or found.ours) >= bool(opened)
        assert len(found.ours) <= len({*decision.needed, *decision.contribution_needed})
        assert not found.is_asked or theirs


def test_of_two_ways_the_one_that_needs_more_documents_is_left_out():
    ways = [{"a": ("x",), "b": ("y",)}, {"a": ("x",)}, {"b": ("y",), "c": ("z",)}]
    assert evidence.minimal(ways) == [ways[1], ways[2]]


def header_of(pack: Rules) -> docx.section._Header:
    return docx.Document(io.BytesIO(letter(decided(), pack, TO))).sections[0].header


def test_a_letter_is_a_draft_on_every_page_until_the_policy_says_who_checked_it():
    assert header_of(rules()).paragraphs[0].text == HEADER
    assert 'string="DRAFT"' in header_of(rules())._element.xml
    sound = as_checked(rules())
    assert header_of(sound).is_linked_to_previous and text.why_draft(sound) == ""
    officer = "\n".join(p.text for p in paragraphs(decided(), sound))
    assert "The policy was checked by B. Officer on 1 June 2026 against https://www.example.org/policy." in officer


def test_a_policy_changed_since_it_was_checked_or_of_another_year_makes_drafts():
    changed = as_checked(rules(), council_values={"charge": 800})
    later = as_checked(rules().policy.on(date(2030, 9, 1)))
    assert text.why_draft(changed) == text.CHANGED and text.why_draft(later) == text.OUTDATED


CHECKED = '[checked]\nby = "B. Officer"\non = 2026-06-01\nagainst = "https://www.example.org/policy"\n\n'


def test_a_policy_file_says_who_checked_it_and_has_words_of_its_own_for_letters():
    words_of_own = '[letters]\nhow_to_pay = "by direct debit"\n\n'
    terms = policy_file.parse((source() + "\n" + CHECKED + words_of_own).encode(), "small").terms
    assert terms.checked == PolicyCheck("B. Officer", date(2026, 6, 1), "https://www.example.org/policy")
    assert terms.letters == {"how_to_pay": "by direct debit"}


@pytest.mark.parametrize(
    ("wrong", "words_of_fault"),
    [
        (CHECKED.replace("https:", "http:"), "is not an https address"),
        (CHECKED.replace('by = "B. Officer"\n', ""), 'lacks "by"'),
        ('[letters]\nhow_to_pya = "x"\n', "how_to_pay"),
        ('[letters]\nrecipient_name = "Zoe"\n', "recipient_name"),
    ],
)
def test_what_is_wrong_with_a_check_or_with_words_for_letters_is_said(wrong: str, words_of_fault: str):
    with pytest.raises(InputError, match=words_of_fault):
        policy_file.parse((source() + "\n" + wrong).encode(), "small")


def test_what_is_charged_once_or_for_the_rest_of_a_year_is_not_told_as_a_sum_a_year():
    pack = library.find("shropshire-2024").on(date(2024, 11, 4))
    case = next(c for c in worked_cases.read(pack.policy.id).cases if c.sentence.startswith("An application of 4 Nov"))
    person = worked_cases.table([case]).iloc[0]
    lines = told(decide_one(person, pack, decided_on=date(2024, 11, 4)), pack)
    assert "You pay £777.50." in lines


def test_words_given_once_in_the_policy_stand_in_every_letter_and_the_command_comes_first():
    pack = rules()
    own = replace(pack.policy.terms, letters={"how_to_pay": "by direct debit", "email": "a@example.org"})
    pack = replace(pack, policy=replace(pack.policy, terms=own))
    content = letter(decided(), pack, TO, {"how_to_pay": "by card"})
    lines = [p.text for p in docx.Document(io.BytesIO(content)).paragraphs]
    assert "How to pay: by card. To set this up: [" in "\n".join(lines)
    assert not any("[how and when to pay]" in line for line in lines)


def test_the_appeal_of_another_council_is_never_given_and_what_is_usual_is_marked():
    pack = rules()
    content = letter(decided(), pack, TO)
    found = docx.Document(io.BytesIO(content)).paragraphs
    step = next(p for p in found if "A panel of people" in p.text)
    assert all(run.font.highlight_color for run in step.runs)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_no_letter_promises_what_is_not_so(outcome: str):
    for name, decision in the_twelve().items():
        if decision.outcome == outcome:
            whole = "\n".join(told(decision, rules()))
            told_of_money = "You pay" in whole or "You would pay" in whole
            assert told_of_money <= (outcome != NOT_ON_CRITERIA and name not in ("a plan", "lives elsewhere"))
            assert "never decides" not in whole and "Nothing else could change" not in whole


def test_a_made_up_name_that_is_missing_is_the_young_person():
    lines = [p.text for p in paragraphs(decided(care_leaver="yes"), rules(), text.Recipient("A2"))]
    assert "Yes. We can help the young person with travel to Harrowmere College." in lines
    assert pd.notna(lines[0])


def under(decision: Decision, heading: str, pack: Rules | None = None) -> list[str]:
    """Return the paragraphs of a letter between a heading and the next."""
    found, inside = [], False
    for paragraph in paragraphs(decision, pack or rules()):
        if paragraph.style.name.startswith("Heading"):
            inside = paragraph.text == heading
        elif inside:
            found.append(paragraph.text.replace(NO_BREAK, " "))
    return found


def test_who_pays_nothing_is_told_by_which_group():
    assert under(the_twelve()["a care leaver pays nothing"], "What it costs") == [
        "You pay nothing, because Zoe Bloggs is a care leaver (in care at 16 or later)."
    ]


def test_help_that_is_free_for_everybody_says_so_and_not_twice_that_nothing_is_charged():
    pack = library.find("plan-16-to-18").on(DAY)
    free = next(c for c in worked_cases.read("plan-16-to-18").cases if c.outcome == IS_ELIGIBLE)
    decision = decide_one(worked_cases.table([free]).iloc[0], pack, decided_on=DAY)
    assert under(decision, "What it costs", pack) == [
        "You pay nothing, because this help is free for everybody who can have it under our rules."
    ]


def test_a_charge_that_is_not_settled_says_on_what_it_depends():
    pay, *lines = under(the_twelve()["income not told"], COST)
    assert pay == "You would pay £0 or £450 a year. It depends on which of these is true:"
    assert lines[0].startswith("£0: nothing is charged to young people in care")
    assert lines[1] == "£450 a year: half the usual charge, because of a low income."


@pytest.mark.parametrize(
    ("words_of_policy", "told_as"),
    [
        ("A quarter less, on a low income.", "This is already a quarter less than usual, because of a low income."),
        (
            "Half the charge, with a benefit.",
            "This is already half the usual charge of £900 a year, because of a benefit.",
        ),
        ("The charge on a low income.", "This is already the lower charge. The charge on a low income."),
    ],
)
def test_a_lower_charge_is_never_told_as_if_a_share_were_still_to_be_taken(words_of_policy: str, told_as: str):
    decision = decided()
    assert decision.contribution
    (rate,) = decision.contribution.rates
    charge = replace(decision.contribution, rates=(replace(rate, text=words_of_policy),))
    assert under(replace(decision, contribution=charge), "What it costs")[0] == f"You pay £450 a year. {told_as}"


def test_a_benefit_that_has_ended_beside_another_says_that_the_form_names_both_and_why_it_is_asked_all_the_same():
    why = "\n".join(under(the_twelve()["a benefit that has ended"], "Why we have not decided yet"))
    assert "Your form also says that your household gets Universal Credit. We ask all the same" in why
    alone = decided(income_support="yes", uc_award="", uc_earnings_1="")
    assert "Your form also says" not in "\n".join(told(alone, rules()))


def test_a_home_elsewhere_is_told_to_apply_there_today_and_to_write_only_if_we_are_wrong():
    there = replace(the_twelve()["lives elsewhere"], home_place="Rutland (ONS code E06000017), in England")
    apply, find, tell, how = under(replace(there, home_authority="Rutland County Council"), "What to do now")
    assert apply == "Apply to Rutland County Council for help with travel today. Do not wait for us."
    assert "gov.uk/find-local-council" in find and tell.startswith("Tell us only if we are wrong")
    assert how.endswith("by [date by which to reply]. If we hear nothing by then, we will have to say no.")
    nameless = replace(there, home_place="the district with the ONS code S12000036, in Scotland")
    assert under(nameless, "What to do now")[0].startswith("Apply to your own council for help")


@pytest.mark.parametrize("name", TWELVE)
def test_how_to_reach_the_council_and_what_a_missed_day_brings_stand_beside_whatever_is_asked(name: str):
    given = {"email": "a@example.org", "reply_by": "21 September 2026"}
    found = docx.Document(io.BytesIO(letter(the_twelve()[name], rules(), TO, given))).paragraphs
    sections, heading = {"": ""}, ""
    for paragraph in found:
        if paragraph.style.name.startswith("Heading"):
            heading = paragraph.text
        sections[heading] = f"{sections.get(heading, '')}\n{paragraph.text}"
    asked = "change this|to send us|to tell us|to do now|to do next|we must see first"
    for heading in [each for each in sections if re.fullmatch(f"What (would )?({asked})", each)]:
        assert "a@example.org" in sections[heading]
        assert any(word in sections[heading] for word in ("have to say no", BY_THE_REST, STAYS, " later.", NOT_SEEN))
    once = "\n".join(sections.values()).count("To tell us, e-mail a@example.org") == 1
    assert once and "There is no last day for this." in sections["Exceptional circumstances"]


@each_pack
def test_no_riddle_and_no_figure_of_ours_reaches_a_parent(policy):
    for decision, lines, cells in random_letters(policy.id):
        whole = "\n".join([*lines, *cells])
        assert not re.search(
            r"comes to be so|need be known|nobody can meet|count from the step|km, to|bundle|"
            r"assessment period|[Cc]riterion|detour",
            whole,
        )
        assert ("We are sorry" in whole) == (decision.outcome == NOT_ON_CRITERIA)


NEXT_STEP = FIELDS["next_step"]
CHANGE = "What would change this"
NOT_NEAREST = {"nearest_suitable": "no", "catchment_school": "no"}
LIST = re.compile(r"^(if |Nearer|There is another)")


def test_a_no_because_of_a_nearer_place_names_it_with_its_distance_or_says_that_one_may_ask():
    why = under(decided(**NOT_NEAREST), "Why")
    assert why == [
        "There is a school or college that is nearer than Harrowmere College and has a suitable course and a place. "
        "Harrowmere College is not the catchment school for your home.",
        "A nearer college with a suitable course and a place is the reason. Nearer to your home, in a straight line: "
        "Cobbleford Institute of Further Education (9.3 miles). The one on the form is 21.2 miles away.",
    ]
    assert under(replace(decided(**NOT_NEAREST), nearer_places=""), "Why")[-1].endswith(ASK_WHICH)
    assert "Nearer to your home" not in "\n".join(told(the_twelve()["too old"], rules()))


NO_INCOME = dict.fromkeys(("income_support", "asylum_support", "pension_credit_guarantee", "fsm_old_test"), "no")
PAY = {"uc_earnings_1": "900", "uc_earnings_2": "1800", "uc_earnings_3": "2700"}


def test_pay_over_the_limit_is_the_one_reason_given_and_told_once():
    assert under(decided(**NO_INCOME, **PAY), "Why") == [
        "Your household's pay is too high. Your household's take-home pay on the last Universal Credit statement was "
        "£900; it must be at most £616.67."
    ]


@pytest.mark.parametrize("facts", [NOT_NEAREST, NO_INCOME | PAY, HERE | MEASURED | NEAR], ids=["place", "pay", "near"])
def test_what_would_have_to_be_true_is_never_told_as_if_it_were_so(facts: dict[str, str]):
    change = under(decided(**facts), "What would change this")
    assert change[0] == "We could help if one of these were true. As far as we know, none is:"
    *conditions, again, how = change[1:]
    assert len(conditions) > 1 and all(line.startswith("if ") and line.endswith(")") for line in conditions)
    assert again.startswith("If one is true, tell us") and how.endswith(STAYS)


@each_pack
def test_no_reason_of_any_no_is_a_condition_or_a_label(policy):
    for decision in [found for found in random_decisions(policy.id) if found.outcome == NOT_ON_CRITERIA][:4]:
        (first, *_) = under(decision, "Why", pack_of(policy.id))
        assert "what is not met" not in first and not first.lower().startswith("if ")


def test_pay_in_two_months_or_three_stands_beside_pay_in_one_with_what_to_send():
    (line,) = [line for line in under(decided(**NO_INCOME, **PAY), "What would change this") if "pay" in line]
    assert "at most £616.67, or £1,233.34 on the last two together, or £1,850 on the last three together" in line
    assert line.endswith("(send the last statement from your Universal Credit account or as many as show this)")


def test_what_a_plan_says_is_no_further_reason_where_there_is_no_plan():
    pack = rules("plan-16-to-18")
    person = {name: ELIGIBLE[name] for name in ("date_of_birth", "postcode", "destination", "course_start")}
    decision = check(person | {"ehcp": "no", "named_in_plan": "no"}, pack, county(), decided_on=DAY)[0]
    why = under(decision, "Why", pack)
    assert why[0].startswith("Zoe Bloggs has no education, health and care plan.") and "names" not in " ".join(why)


def test_who_has_none_of_the_benefits_is_told_so_before_what_they_are():
    assert under(decided(**NO_INCOME, uc_award="no", uc_earnings_1=""), "Why") == [NO_BENEFIT]


def test_silence_is_told_to_end_in_a_no_only_where_nothing_else_is_open():
    other = decided(**NOBODY_KNOWS, exceptional_circumstances="yes")
    assert {"evidence", "individual"} <= set(other.refer_names)
    assert BY_THE_REST in "\n".join(under(other, "What to send us"))
    assert IF_MISSED not in "\n".join(told(other, rules()))


def test_a_benefit_that_helps_only_with_low_pay_is_never_told_as_if_it_helped_by_itself():
    without = decided(**NO_INCOME, uc_award="no", uc_earnings_1="")
    change = under(without, "What would change this")
    (line,) = [line for line in change if line.startswith("if your household gets Universal Credit")]
    assert " and your household's take-home pay on the last Universal Credit statement was at most £616.67" in line


def test_a_letter_that_asks_for_more_says_the_limit_and_what_silence_and_nothing_to_send_bring():
    decision = the_twelve()["income not told"]
    assert under(decision, "Why we have not decided yet")[0] == "We need proof of your household's benefits or pay."
    send = "\n".join(under(decision, "What to send us"))
    assert "Universal Credit counts only if your household's take-home pay" in send and "at most £616.67" in send
    assert "Send as many statements as show it." in send and "One is enough" not in send
    assert (
        "If you have none of these, tell us. We will then have to say no, unless" in send and IF_MISSED_AND_OURS in send
    )


def test_the_school_and_the_first_day_of_the_course_stand_at_the_top():
    lines = [p.text.replace(NO_BREAK, " ") for p in paragraphs(decided(), rules())]
    head = "\n".join(lines[: next(n for n, line in enumerate(lines) if line.startswith("Dear "))])
    assert "School or college: Harrowmere College\nCourse starts: 7 September 2026" in head
    bare = replace(decided(), place_name="", course_start=None)
    assert "travel to school, college or training" in told(bare, rules())[0]


def test_an_adult_is_written_to_and_pointed_to_the_duty_to_adults_and_not_to_the_bursary():
    lines = [p.text for p in paragraphs(the_twelve()["too old"], rules())]
    whole = "\n".join(lines)
    assert "Dear Zoe Bloggs," in lines and "we cannot help you with travel" in whole
    assert "Do you have an education, health and care plan? Adults up to 25" in whole
    assert "Ask the school or college about" not in whole
    young = "\n".join(p.text for p in paragraphs(decided(paid_apprentice="yes"), rules()))
    assert "16 to 19 Bursary Fund" in young and "Adults up to 25" not in young and "Dear Zoe" not in young


def plan_letter(step: str = "Send us a photograph by 1 October 2026", **facts: str) -> str:
    given = {"ehcp": "yes", "named_in_plan": "yes"} | facts
    pack = rules("plan-16-to-18")
    person = {name: ELIGIBLE[name] for name in ("date_of_birth", "postcode", "destination", "course_start")}
    decision = check(person | given, pack, county(), decided_on=DAY)[0]
    assert decision.outcome == IS_ELIGIBLE
    content = letter(decision, pack, TO, {"next_step": step, "kind_told_by": "by 5 September"})
    return "\n".join(p.text.replace(NO_BREAK, " ") for p in docx.Document(io.BytesIO(content)).paragraphs)


def test_who_cannot_use_a_bus_is_offered_no_pass_and_asked_for_no_photograph():
    whole = plan_letter(need_prevents_travel="yes")
    assert "One of these: money for travel, or a vehicle, with somebody to go along where that is needed. " in whole
    assert "We will tell you which by 5 September." in whole
    assert "Send us a photograph" not in whole
    assert "\nYou do not need to do anything: we will write to you by 5 September.\n" in whole


def test_a_photograph_is_asked_for_only_if_the_help_is_a_pass_and_a_late_one_delays_only_the_pass():
    content = letter(decided(), rules(), TO, {"next_step": "Send us a photograph by 1 October 2026"})
    lines = [p.text.replace(NO_BREAK, " ") for p in docx.Document(io.BytesIO(content)).paragraphs]
    late = LATER.format("we get it", "the pass")
    assert f"If the help is a pass: send us a photograph by 1 October 2026. {late}" in lines
    assert [line for line in lines if line.endswith("We will tell you which before the help starts.")]


def test_who_is_offered_no_pass_has_nothing_to_do_unless_the_council_says_so():
    assert "You do not need to do anything: we will write to you" in plan_letter("", need_prevents_travel="yes")
    own = plan_letter("Phone us by 1 October 2026", need_prevents_travel="yes")
    assert f"Phone us by 1 October 2026. {LATER.format('you do this', 'the help')}" in own
    assert "do not need to do anything" not in own and "[what the family does next" in plan_letter("")


def test_whoever_pays_is_told_to_set_it_up_among_the_next_steps_and_never_that_there_is_nothing_to_do():
    no_pass = replace(decided().may_provide[0], letter="Money for travel.")
    steps = under(replace(decided(), may_provide=(no_pass,)), "What to do next")
    assert steps[0] == "Set up how you pay: [where to set this up: a form, a link or a telephone number]."
    assert steps[1].startswith("You do not need to do anything else:")
    assert not [line for line in under(the_twelve()["a care leaver pays nothing"], "What to do next") if "pay:" in line]


def test_what_the_council_finds_out_can_help_only_where_it_would_do_in_the_place_of_what_is_asked():
    with_ours = told(the_twelve()["income not told"], rules())
    assert with_ours[0].endswith(", unless what we find out ourselves helps.")
    without = "\n".join(told(the_twelve()["course not told"], rules()))
    assert IF_MISSED in without and "unless what we find out" not in without


def test_documents_are_asked_for_with_a_no_only_where_one_is_named():
    assert "If one is true, tell us. Then we will decide again." in under(decided(**NOT_NEAREST), CHANGE)
    assert "If one is true, tell us, and send what we ask for beside it. Then" in "".join(
        under(the_twelve()["too near"], CHANGE)
    )


def test_the_last_day_to_appeal_is_the_one_that_a_reader_counts_to():
    first = decided().appeal[0]
    days = [DAY + timedelta(days=number) for number in range(1, 60)]  # no bank holiday is among them
    assert first.by == [day for day in days if day.weekday() < 5][first.working_days - 1]
    assert "The first working day after the date of this letter is day 1" in "\n".join(
        told(the_twelve()["too old"], rules())
    )


def test_changes_of_money_are_asked_for_only_where_money_was_a_reason():
    assert MONEY_TOO in told(decided(), rules())
    assert MONEY_TOO not in told(the_twelve()["a care leaver pays nothing"], rules())


def test_the_reason_for_paying_nothing_is_among_the_reasons_for_the_help():
    why = under(the_twelve()["a care leaver pays nothing"], "Why")
    assert "Zoe Bloggs is a care leaver (in care at 16 or later)." in why
    assert not [line for line in why if "pay" in line]


def test_the_sum_of_each_part_and_the_whole_charge_are_told():
    assert under(decided(), "What it costs")[0].endswith(
        "This is already half the usual charge of £900 a year, because of a low income. "
        "It is paid in three parts, one a term, of £150 each."
    )


def test_dates_and_telephone_numbers_are_not_broken_over_lines():
    content = letter(decided(), rules(), TO, {"telephone": "01000 555 0123", "help_from": "14 September 2026"})
    whole = "\n".join(p.text for p in docx.Document(io.BytesIO(content)).paragraphs)
    for kept in ("01000 555 0123", "14 September", "0300 061 0614"):
        assert kept.replace(" ", NO_BREAK) in whole and kept not in whole.partition("Annex")[0]


def test_a_letter_that_decides_nothing_does_not_say_in_its_annex_what_it_decided():
    for name in ("lives elsewhere", "a benefit that has ended"):
        (table,) = docx.Document(io.BytesIO(letter(the_twelve()[name], rules(), TO))).tables[:1]
        rows = {row.cells[0].text: row.cells[3].text for row in table.rows}
        expected = "not decided yet" if name == "lives elsewhere" else "one thing to check"
        assert rows["Eligible for help with travel"] == expected
        assert (rows["Lives in the area of the council that adopts this policy"] == "met") == (name[0] == "a")


@each_pack
def test_who_is_offered_no_pass_is_told_what_to_do_by_every_pack(policy):
    for decision, lines, _ in random_letters(policy.id):
        kinds = "\n".join(help_of(decision, plain_of(decision, pack_of(policy.id))))
        if decision.outcome == IS_ELIGIBLE and kinds and "pass" not in kinds:
            assert NEXT_STEP not in "\n".join(lines)


def plain_of(decision: Decision, pack: Rules) -> Plain:
    return Plain(pack, TO.name, {step.criterion: step for step in decision.explanation.steps})


@each_pack
def test_no_page_of_another_council_and_no_number_of_a_file_reaches_a_parent(policy):
    own = policy.terms.council.name if policy.terms.council else "no council"
    for _, lines, cells in random_letters(policy.id):
        listed = [line for line in lines if line.startswith(("Source ", "What you would pay:"))]
        others = [line for line in listed if re.search(r": [^,:]*Council,", line) and own not in line]
        assert not others
        assert not re.search(r"\(file [0-9a-f]{12}", "\n".join([*lines, *cells]))
