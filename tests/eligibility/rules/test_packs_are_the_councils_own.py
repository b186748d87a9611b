"""Each pack says whose it is, where they live, for which days, where to appeal, and rests on no copy of a page."""

from urllib.parse import urlsplit

import pytest

from eligibility.rules import benefits, library
from eligibility.rules.basis import Basis
from eligibility.rules.facts import RESIDENT, register
from eligibility.rules.policy import Policy
from eligibility.rules.policy_checks import reach
from eligibility.rules.residence import TO_FILL_IN

PACKS = [policy for policy in library.shipped() if policy.kind == "entitlement"]
OF_COUNCILS = [policy for policy in PACKS if policy.terms.council]
# The law, its department and the Ombudsman. No council's page is another council's source.
LAW = ("legislation.gov.uk", "gov.uk", "www.gov.uk", "www.legislation.gov.uk", "www.lgo.org.uk")
ADVICE = ("askcpag.org.uk", "revenuebenefits.org.uk", "schoolsweek.co.uk")  # on benefits, of no council
COPIES = ("staging", "docslib", "invdev", "paperzz", "readkong", "mirror", "sch.uk")  # words in addresses of copies

each_pack = pytest.mark.parametrize("policy", PACKS, ids=lambda policy: policy.id)
of_a_council = pytest.mark.parametrize("policy", OF_COUNCILS, ids=lambda policy: policy.id)


def rules_rest_on(policy: Policy) -> list[Basis]:
    """Return what the criteria, their numbers and the terms of a policy rest on, and not the ends of benefits."""
    values = [dated.basis for parameter in policy.parameters.values() for dated in parameter.values]
    own = [criterion.basis for criterion in policy.criteria.values()]
    terms = policy.terms
    texts = [text.basis for part in (terms.contribution, terms.provision, terms.note, terms.refer) for text in part]
    return [basis for basis in [*values, *own, *texts, *(stage.basis for stage in terms.appeal)] if basis]


@each_pack
def test_where_the_home_is_comes_first(policy: Policy):
    asking = [name for name, criterion in policy.criteria.items() if criterion.fact == RESIDENT]
    assert asking and policy.criteria[policy.result].members[0] in asking
    assert set(asking) <= set(reach(policy.criteria, [policy.result]))


@each_pack
def test_a_pack_says_for_which_days_it_was_published(policy: Policy):
    first, last = policy.terms.covers
    assert 300 < (last - first).days < 800
    assert policy.terms.is_out_of_date(last.replace(year=last.year + 1)) and not policy.terms.is_out_of_date(first)


@of_a_council
def test_a_council_has_an_appeal_address_of_its_own_or_a_blank_that_the_pack_owns_up_to(policy: Policy):
    council = policy.terms.council
    told = any("appeals" in line for line in policy.terms.not_seen)
    assert council.owns(council.appeals) or (council.appeals == TO_FILL_IN and told)
    assert council.owns(council.appeals) or not policy.terms.covers[1].year > 2026


@of_a_council
def test_no_rule_of_a_council_rests_on_another_bodys_page(policy: Policy):
    pages = {basis.address for basis in rules_rest_on(policy) if basis.address}
    others = {url for url in pages if not policy.terms.council.owns(url)}
    assert [url for url in others if urlsplit(url).netloc not in (*LAW, *ADVICE)] == []


@each_pack
def test_no_source_is_a_copy_of_a_page(policy: Policy):
    assert [source.url for source in policy.sources.values() if any(word in source.url for word in COPIES)] == []


@of_a_council
def test_a_rule_that_was_found_only_on_a_copy_is_for_the_council_to_confirm_and_the_officer_is_told(policy: Policy):
    copied = any("copy" in basis.note for basis in rules_rest_on(policy))
    assert copied == any("found on a copy" in line for line in policy.terms.not_seen)


def test_no_district_is_two_councils():
    districts = [code for policy in OF_COUNCILS for code in policy.terms.council.districts]
    assert len(districts) == len(set(districts)) and "E06000035" not in districts  # Medway, which Kent does not pay


def test_every_benefit_that_has_ended_is_a_fact_of_the_register_with_a_day_and_a_source():
    assert set(benefits.ended()) <= set(register())
    assert all(end.basis.address.startswith("https://") and end.basis.note for end in benefits.ended().values())


@each_pack
def test_every_pack_takes_the_end_of_a_benefit_from_the_register(policy: Policy):
    ended = benefits.ended()
    named = [criterion for criterion in policy.criteria.values() if criterion.fact in ended]
    assert [criterion.ended for criterion in named] == [ended[criterion.fact].day for criterion in named]


@each_pack
def test_a_plan_is_a_route_of_its_own_in_every_pack(policy: Policy):
    assert any(criterion.fact == "ehcp" for criterion in policy.criteria.values())
