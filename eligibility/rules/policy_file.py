"""Read a policy file (TOML) and check it: every fault at once, in words that a policy officer can act on.

Each section is read on its own (unknown keys, missing keys, wrong kinds of value); then `policy_checks` follows the
names from one section to another.
"""

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

from data.faults import InputError
from data.opening.files import content_of
from data.opening.toml_text import parse_toml
from eligibility.rules import benefits, facts, terms_file
from eligibility.rules.basis import Basis, PolicySource
from eligibility.rules.criteria import GROUPS, TESTS, Verdict
from eligibility.rules.policy import TEXT, YES_OR_NO, Criterion, Dated, Fact, Parameter, Policy, value_problem
from eligibility.rules.policy_checks import check
from eligibility.rules.table_reader import ANY, BASIS, LIST, NUMBER, TableReader, joined

SCHEMA = 1
KINDS = ("targeting", "entitlement")
TOP = {"schema": (int,), "id": (str,), "title": (str,), "kind": (str,), "year": (str,), "summary": (str,)}
TOP |= {"result": (str,), "facts": (dict,), "criteria": (dict,)}
TOP_OPTIONAL = {"check_before_use": (str,), "parts": LIST, "sources": (dict,), "parameters": (dict,)}
TOP_OPTIONAL |= terms_file.SECTIONS
MOST_BYTES = 500_000  # thirty times the longest policy that comes with Farebridge
SECTIONS = ("sources", "facts", "parameters", "criteria")


def load(path: str | Path) -> Policy:
    """Read and check the file at `path`; raises InputError with every fault, OSError where it is not readable."""
    path = Path(path)
    return parse(content_of(path), path.name)


def parse(content: bytes, name: str) -> Policy:
    """Read and check what a policy file holds; `name` is what faults call it. Raises InputError with every fault."""
    data = parse_toml(content, name, most=MOST_BYTES)
    reader = _Reader()
    policy = reader.policy(data, hashlib.sha256(content).hexdigest())
    reader.faults += check(policy, reader.declared)
    if reader.faults:
        raise InputError(name, reader.faults)
    return policy.worded(date.max)


class _Reader(TableReader):
    """Turns parsed TOML into a policy and collects faults."""

    def policy(self, data: dict, sha256: str) -> Policy:
        own_facts = () if data.get("kind") == "entitlement" else ("facts",)  # others are in the register of facts
        needed = {key: kinds for key, kinds in TOP.items() if key != "facts" or own_facts}
        if not own_facts:
            needed["covers"] = (dict,)  # the days for which it was published: on others it decides nothing
        top = self.fields(data, "", needed, TOP | TOP_OPTIONAL)
        if top.get("schema", SCHEMA) != SCHEMA:
            self.fault("schema", f"is {top['schema']}; this version reads schema {SCHEMA}.")
        self.one_of("kind", top.get("kind"), KINDS)
        self.declared = {name: list(top.get(name, {})) for name in SECTIONS}
        self.sources = self.section(top, "sources", self.source)
        parts = top.get("parts", [])
        if not all(isinstance(part, str) for part in parts):
            self.fault("parts", f"is {parts!r}; a list of names of criteria is expected.")
        words = ("id", "title", "kind", "year", "summary", "check_before_use", "result")
        return Policy(
            **{key: top.get(key, "") for key in words},
            parts=tuple(part for part in parts if isinstance(part, str)),
            sources=self.sources,
            facts=self.section(top, "facts", self.fact) | self.registered(top),
            parameters=self.section(top, "parameters", self.parameter),
            criteria=self.section(top, "criteria", self.criterion),
            sha256=sha256,
            facts_sha256=facts.register_sha256() if top.get("kind") == "entitlement" else "",
            terms=terms_file.read(self, top),
        )

    def registered(self, top: dict) -> dict[str, Fact]:
        """Return the facts of the register that criteria name and the file does not describe."""
        criteria = [entry for entry in top.get("criteria", {}).values() if isinstance(entry, dict)]
        named: list[str] = [entry["fact"] for entry in criteria if isinstance(entry.get("fact"), str)]
        known = {name: facts.policy_fact(name) for name in named if name not in self.declared["facts"]}
        found = {name: fact for name, fact in known.items() if fact is not None and top.get("kind") == "entitlement"}
        self.declared["facts"] += found
        return found

    def section(self, top: dict, name: str, read: Any) -> dict[str, Any]:
        items = {key: read(key, value, f"{name}.{key}") for key, value in top.get(name, {}).items()}
        return {key: item for key, item in items.items() if item is not None}

    def source(self, name: str, data: Any, where: str) -> PolicySource | None:
        keys = {"title": (str,), "url": (str,), "checked": (date,)}
        found = self.fields(data, where, keys, {})
        if not found.get("url", "https://").startswith("https://"):
            self.fault(joined(where, "url"), f'"{found["url"]}" does not begin with https://. Give the secure address.')
        return PolicySource(name, **found) if keys.keys() == found.keys() else None

    def fact(self, name: str, data: Any, where: str) -> Fact | None:
        keys = {"label": (str,), "unit": (str,), "evidence": (str,)}
        found = self.fields(data, where, keys, {})
        return Fact(name, **found) if keys.keys() == found.keys() else None

    def parameter(self, name: str, data: Any, where: str) -> Parameter | None:
        keys = {"label": (str,), "unit": (str,), "values": LIST}
        optional = {"setting": (bool,), "lowest": NUMBER, "highest": NUMBER}
        found = self.fields(data, where, keys, optional)
        if not keys.keys() <= found.keys():
            return None
        limits = found.get("lowest"), found.get("highest")
        if found["unit"] == YES_OR_NO:
            self.fault(where, 'is in "yes or no". Tests "true" and "false" compare with nothing: remove it.')
            return None
        if found["unit"] == TEXT and limits != (None, None):
            self.fault(where, "has a lowest or a highest, and is text. Remove them.")
            return None
        numbered = enumerate(found["values"], 1)
        read = [self.dated(value, f"{where}.values[{i}]", found["unit"], limits) for i, value in numbered]
        if not read:
            self.fault(where, "has no values. Give at least one, with the day it holds from.")
        values = [dated for dated in read if dated is not None]
        if not values or len(values) < len(read):
            return None
        self.in_order(where, values)
        return Parameter(name, **(found | {"values": tuple(values)}))

    def dated(self, data: Any, where: str, unit: str, limits: tuple) -> Dated | None:
        before = len(self.faults)
        found = self.fields(data, where, {"from": (date,), "value": ANY}, {"until": (date,), **BASIS})
        basis = self.basis(found, where, needed=True)
        if "value" in found and (problem := value_problem(found["value"], unit, limits)):
            self.fault(joined(where, "value"), problem)
        if "from" in found and found.get("until", found["from"]) < found["from"]:
            self.fault(where, f"ends on {found['until']}, before it begins on {found['from']}.")
        if len(self.faults) > before or basis is None:
            return None
        value = tuple(found["value"]) if isinstance(found["value"], list) else found["value"]
        return Dated(found["from"], found.get("until"), value, basis)

    def in_order(self, where: str, values: list[Dated]) -> None:
        for earlier, later in zip(values, values[1:], strict=False):
            if later.start <= earlier.start:
                self.fault(where, f"lists {later.start} after {earlier.start}. Put the values in order of date.")
            elif earlier.until is not None and earlier.until >= later.start:
                self.fault(where, f"has two values on {later.start}: one ends on {earlier.until}. Let no two overlap.")

    def criterion(self, name: str, data: Any, where: str) -> Criterion | None:
        if isinstance(data, dict) and data.keys() & GROUPS.keys():
            return self.group(name, data, where)
        return self.test(name, data, where)

    def group(self, name: str, data: dict, where: str) -> Criterion | None:
        before = len(self.faults)
        words = [word for word in GROUPS if word in data]
        found = self.fields(data, where, {"label": (str,)}, {**dict.fromkeys(GROUPS, LIST), **BASIS})
        basis = self.basis(found, where, needed=False)
        if len(words) > 1:
            self.fault(where, f"is both {' and '.join(words)}. Make a criterion for each and join them.")
        members = found.get(words[0], [])
        if not members or not all(isinstance(member, str) for member in members):
            self.fault(joined(where, words[0]), f"is {members!r}; a list of names of criteria is expected.")
        if len(self.faults) > before:
            return None
        return Criterion(name, found["label"], words[0], members=tuple(members), basis=basis)

    def test(self, name: str, data: Any, where: str) -> Criterion | None:
        before = len(self.faults)
        keys = {"label": (str,), "fact": (str,), "is": (str,)}
        extra: dict[str, tuple] = dict.fromkeys(("parameter", "margin", "ended_source", "ended_note"), (str,))
        extra |= dict.fromkeys(("when_missing", "when_missing_source", "when_missing_at"), (str,)) | {"ended": (date,)}
        found = self.fields(data, where, keys, {**extra, **BASIS})
        basis = self.basis(found, where, needed=True)
        self.one_of(joined(where, "is"), found.get("is"), TESTS)
        missing, missing_basis = self.missing(found, where)
        ended_basis = self.ended(found, where)
        if (gone := benefits.ended().get(found.get("fact", ""))) and "ended" not in found:
            found["ended"], ended_basis = gone.day, gone.basis
        if len(self.faults) > before:
            return None
        names = ("label", "fact", "parameter", "margin", "ended")
        own: dict[str, Any] = {key: found[key] for key in names if key in found}
        own |= {"basis": basis, "missing_basis": missing_basis, "ended_basis": ended_basis}
        return Criterion(name, test=found["is"], when_missing=missing, **own)

    def ended(self, found: dict, where: str) -> Basis | None:
        """Read the source for the end of a criterion."""
        source = found.get("ended_source")
        self.one_of(joined(where, "ended_source"), source, self.declared["sources"])
        if ("ended" in found) != bool(source):
            self.fault(where, 'has one of "ended" and "ended_source" without the other. Give both.')
        return Basis("published", self.sources.get(source), note=found.get("ended_note", "")) if source else None

    def missing(self, found: dict, where: str) -> tuple[Verdict | None, Basis | None]:
        """Read how the policy itself settles a gap, and its source."""
        verdicts = {"fail": Verdict.FAIL, "pass": Verdict.PASS}
        word, source = found.get("when_missing"), found.get("when_missing_source")
        self.one_of(joined(where, "when_missing"), word, verdicts)
        self.one_of(joined(where, "when_missing_source"), source, self.declared["sources"])
        if word and not source:
            self.fault(where, 'settles a gap without "when_missing_source". Name the rule that says so.')
        if source and not word:
            self.fault(where, 'has "when_missing_source" but no "when_missing". Say "fail" or "pass".')
        if not (word in verdicts and source):
            return None, None
        return verdicts[word], Basis("published", self.sources.get(source), found.get("when_missing_at", ""))
