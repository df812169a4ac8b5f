"""The files of knowledge/ -> Knowledge, or a clear refusal. Strict: what does not fit stops the load."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

import psoas.library as lib
from psoas.bracket import Reading, in_order, truth
from psoas.building_causes import Causes
from psoas.errors import InputError, KnowledgeError, nearest
from psoas.findings import CONVERSIONS, THEN, Case, Finding, read_answers
from psoas.library import Hazard, Knowledge, Page, RedFlag, Source, Strict, Urgency, files, hours
from psoas.parsing import Vocabulary, negative_tests
from psoas.rules import Expr, holds
from psoas.sheets import Sheet, read_sheet

T = TypeVar("T", bound=Any)
VERSION = "0.1.0"
READ_LEVELS = ("full-text", "abstract", "secondary", "judgement")
DISCLOSE = ("everywhere", "screen", "clinician")
FORMS = ("single", "rows", "list")
ASKS = ("start", "danger", "pattern", "source", "clinician")


class Contradictions(Strict, frozen=True):
    contradictions: list[lib.Contradiction]


class People(Strict, frozen=True):
    about: str
    people: list[lib.WorkedPerson]


class Builder:
    """Reads one knowledge folder; collects the parsed expressions on the way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.expressions: dict[str, Expr] = {}
        self.sheets: dict[str, list[Sheet]] = {}
        self.digest = hashlib.blake2b(digest_size=4)
        for path in files(folder):
            name = path.relative_to(folder).as_posix()
            self.digest.update(path.read_bytes())
            self.sheets.setdefault(name.rpartition("/")[0] or path.stem, []).append(
                read_sheet(path, f"knowledge/{name}")
            )

    def one_each(self, section: str, kind: type[T]) -> dict[str, T]:
        """The files of a folder by id; the id must be the file's name."""
        found = {}
        for sheet in self.sheets.get(section, []):
            item = sheet.read_as(kind)
            stem = Path(sheet.name).stem
            if item.id != stem:
                raise sheet.error(("id",), f'the id "{item.id}" is not the file\'s name "{stem}".')
            found[item.id] = item
        return found

    def sheets_ids(self, section: str) -> list[str]:
        return [Path(sheet.name).stem for sheet in self.sheets.get(section, [])]

    def sheet(self, section: str, name: str) -> Sheet:
        return next(sheet for sheet in self.sheets[section] if Path(sheet.name).stem == name)

    def parse(self, text: str, sheet: Sheet, *path: str | int) -> Expr:
        if text not in self.expressions:
            self.expressions[text] = self.vocabulary.parse(text, sheet.where(*path))
        return self.expressions[text]

    def build(self) -> Knowledge:
        """Everything, checked against everything else."""
        self.sources = self.one_each("sources", Source)
        self.findings = self.read_findings()
        self.gates = self.read_gates()
        hazards = self.read_hazards()
        self.check_aliases(hazards)
        causes = Causes(self)
        mechanisms = causes.mechanisms()
        conditions = causes.conditions(mechanisms)
        return Knowledge(
            format=lib.FORMAT,
            version=f"{VERSION}+{self.digest.hexdigest()}",
            findings=self.findings,
            pages=self.read_pages(),
            red_flags=self.read_red_flags(),
            hazards=hazards,
            people=self.read_people(),
            contradictions=self.read_contradictions(),
            sources=self.sources,
            countries=self.read_countries(),
            words=self.one_file("words"),
            areas=self.read_areas(),
            aliases=self.one_file("aliases"),
            mechanisms=mechanisms,
            conditions=conditions,
            population=causes.population(conditions),
            expressions=self.expressions,
        )

    def check_aliases(self, hazards: dict[str, Hazard]) -> None:
        """Every name of the dossiers leads to a finding that exists, a planned id, or a reason to leave it out."""
        for sheet in self.sheets.get("aliases", []):
            for section, entries in sheet.data.items():
                for name, entry in entries.items():
                    self.check_alias(sheet, (section, name), entry)
            known = {name for entries in sheet.data.values() for name in entries}
            for hazard in hazards.values():
                for miss in hazard.misses:
                    if slug(miss) not in known:
                        path = self.sheet("hazards", hazard.id)
                        raise path.error(
                            ("misses",), f'"{slug(miss)}" is not in aliases.yaml.', nearest(slug(miss), known)
                        )

    def check_alias(self, sheet: Sheet, path: tuple[str | int, ...], entry: Any) -> None:
        parts = entry if isinstance(entry, dict) else {"to": entry}
        if unknown := set(parts) - {"to", "as", "planned", "left_out", "also"}:
            raise sheet.error(path, f"unknown key {sorted(unknown)[0]}.", "to, as, planned, left_out or also.")
        section = str(path[0])
        known = self.findings if section == "findings" else self.sheets_ids(section)
        targets = parts.get("to", [])
        for target in [targets] if isinstance(targets, str) else targets:
            if target not in known:
                raise sheet.error(path, f'no {section[:-1]} is called "{target}".', nearest(target, known))
        if "as" in parts and "planned" not in parts:
            self.vocabulary.parse(parts["as"], sheet.where(*path))

    def one_file(self, name: str) -> dict[str, Any]:
        sheets = self.sheets.get(name, [])
        return sheets[0].data if sheets else {}

    # findings -----------------------------------------------------------------

    def read_findings(self) -> dict[str, Finding]:
        findings = self.one_each("findings", Finding)
        for finding in findings.values():
            self.check_finding(finding, self.sheet("findings", finding.id))
        self.findings, self.vocabulary = findings, Vocabulary(findings)
        for finding in findings.values():
            self.check_cases(self.vocabulary.derived.get(finding.id), finding.cases, self.sheet("findings", finding.id))
        return findings

    def check_finding(self, finding: Finding, sheet: Sheet) -> None:
        wants = {"number": ("unit", "range", "question"), "choice": ("choices", "question"), "derived": ("is",)}
        for field in wants.get(finding.kind, ("question",)):
            if not getattr(finding, "is_" if field == "is" else field):
                raise sheet.error(("id",), f"a {finding.kind} finding needs `{field}`.")
        known = {own for _, own in CONVERSIONS}
        if finding.unit and finding.unit not in known:
            raise sheet.error(
                ("unit",), f'the unit "{finding.unit}" is not known.', f"One of {', '.join(sorted(known))}."
            )

    def read_gates(self) -> dict[str, Expr]:
        gates = {}
        for finding in self.findings.values():
            if finding.ask_if:
                gates[finding.id] = self.parse(finding.ask_if, self.sheet("findings", finding.id), "ask_if")
        try:
            in_order(gates)
        except ValueError as circle:
            raise KnowledgeError("knowledge/findings", f"`ask_if` goes in a circle: {circle}.") from None
        return gates

    # pages --------------------------------------------------------------------

    def read_pages(self) -> list[Page]:
        pages = sorted(self.one_each("pages", Page).values(), key=lambda page: page.position)
        placed: dict[str, str] = {}
        for page in pages:
            sheet = self.sheet("pages", page.id)
            check_word(sheet, ("asks",), page.asks, ASKS)
            for at, group in enumerate(page.groups):
                check_word(sheet, ("groups", at, "form"), group.form, FORMS)
                for item in group.items:
                    self.check_item(sheet, at, item, placed)
                    placed[item] = page.id
            for item in set(page.recap) - set(page.items):
                raise sheet.error(("recap",), f'"{item}" is not on this page.')
        for finding in self.findings.values():
            if finding.kind != "derived" and finding.id not in placed:
                where = self.sheet("findings", finding.id).where("id")
                raise KnowledgeError(where, "is on no page, so nobody could ask it.", "", "Add it to a file of pages/.")
        return pages

    def check_item(self, sheet: Sheet, at: int, item: str, placed: dict[str, str]) -> None:
        finding = self.findings.get(item)
        if finding is None or finding.kind == "derived":
            raise sheet.error(
                ("groups", at, "items"), f'no finding to ask is called "{item}".', nearest(item, self.findings)
            )
        if item in placed:
            raise sheet.error(("groups", at, "items"), f'"{item}" already stands on page {placed[item]}.')

    # red flags ----------------------------------------------------------------

    def read_red_flags(self) -> dict[str, RedFlag]:
        flags = self.one_each("red_flags", RedFlag)
        for flag in flags.values():
            sheet = self.sheet("red_flags", flag.id)
            self.check_level(flag, sheet)
            self.check_sources(flag.sources, sheet)
            expr = self.parse(flag.when, sheet, "when")
            for name in negative_tests(expr):
                raise sheet.error(("when",), f"{name} stands under NOT: a flag enters positively.")
            self.check_cases(expr, flag.cases, sheet)
        return flags

    def check_level(self, flag: RedFlag, sheet: Sheet) -> None:
        levels = [level.name for level in Urgency if level > Urgency.self_care]
        check_word(sheet, ("urgency",), flag.urgency, levels)
        check_word(sheet, ("disclose",), flag.disclose, DISCLOSE)
        try:
            late = hours(flag.act_within) > lib.LONGEST[flag.level]
        except (ValueError, KeyError):
            raise sheet.error(
                ("act_within",), f'"{flag.act_within}" is no time.', "now, 4 h, 24 h, 7 d, 12 w"
            ) from None
        if late:
            raise sheet.error(("act_within",), f"{flag.act_within} is longer than {flag.urgency} allows.")
        for field in ("counts_as", "by_proxy"):
            chosen = getattr(flag.dont_know, field)
            if chosen is not None:
                check_word(sheet, ("dont_know", field), chosen, ["none", *levels])
                if lib.level_of(chosen) > flag.level:
                    raise sheet.error(("dont_know", field), f"{chosen} is above the flag's own {flag.urgency}.")
        if not 1 <= flag.precedence <= 99:
            raise sheet.error(("precedence",), f"{flag.precedence} is not from 1 to 99.")

    def check_sources(self, cited: Iterable[lib.Cited], sheet: Sheet) -> None:
        for at, item in enumerate(cited):
            check_word(sheet, ("sources", at, "read"), item.read, READ_LEVELS)
            if item.id not in self.sources:
                near = nearest(item.id, self.sources)
                raise sheet.error(
                    ("sources", at, "id"), f'no source is called "{item.id}".', near, "Add it to sources/."
                )

    def check_cases(self, expr: Expr | None, cases: list[Case], sheet: Sheet) -> None:
        for at, case in enumerate(cases):
            given = self.answers(case.given, sheet, ("cases", at, "given"))
            if case.then not in THEN:
                raise sheet.error(("cases", at, "then"), f"{case.then!r} does not fit.", "true, false or unknown.")
            if expr is None:
                raise sheet.error(("cases",), "only a derived finding has cases.")
            if (got := holds(expr, given)) != THEN[case.then]:
                raise sheet.error(
                    ("cases", at, "then"), f'the case "{case.name}" says {case.then}, the rule says {got}.'
                )

    def answers(self, raw: object, sheet: Sheet, path: tuple[str | int, ...]) -> dict[str, lib.Value | None]:
        try:
            return read_answers(self.findings, raw, "answers")
        except InputError as error:
            key = error.where.partition(".")[2]
            raise sheet.error((*path, key) if key else path, error.found, error.fits, error.do) from None

    # hazards, contradictions, countries ---------------------------------------

    def read_hazards(self) -> dict[str, Hazard]:
        hazards = self.one_each("hazards", Hazard)
        claims = {claim.id for source in self.sources.values() for claim in source.claims}
        for hazard in hazards.values():
            sheet = self.sheet("hazards", hazard.id)
            for item in hazard.basis:
                kind, _, name = item.partition(":")
                if name not in (self.sources if kind == "source" else claims):
                    raise sheet.error(
                        ("basis",),
                        f'no {kind} is called "{name}".',
                        nearest(name, self.sources if kind == "source" else claims),
                    )
            for at, tier in enumerate(hazard.tiers):
                self.check_tier(tier, sheet, at)
        return hazards

    def check_tier(self, tier: lib.Tier, sheet: Sheet, at: int) -> None:
        check_word(sheet, ("tiers", at, "urgency"), tier.urgency, [level.name for level in Urgency])
        expr = self.parse(tier.trigger, sheet, "tiers", at, "trigger")
        reading = Reading([expr], self.gates)
        for side, person in (("positive", tier.positive), ("negative", tier.negative)):
            given = self.answers(person.answers, sheet, ("tiers", at, side, "answers"))
            if side == "positive" and truth(reading(given)[0]) is not True:
                raise sheet.error(("tiers", at, side), f"the trigger is not true for: {person.who}.")
            if side == "negative" and truth(reading(self.all_else_no(given))[0]) is not False:
                raise sheet.error(("tiers", at, side), f"the trigger is not false for: {person.who}.")

    def all_else_no(self, given: dict[str, lib.Value | None]) -> dict[str, lib.Value | None]:
        """The answers, with every yes/no finding that is not among them answered no."""
        return {f.id: False for f in self.findings.values() if f.kind == "boolean"} | given

    def read_people(self) -> list[lib.WorkedPerson]:
        found = []
        for sheet in self.sheets.get("people", []):
            for at, person in enumerate(sheet.read_as(People).people):
                given = self.answers(person.answers, sheet, ("people", at, "answers"))
                check_word(sheet, ("people", at, "gets"), person.gets, ["none", *(level.name for level in Urgency)])
                for flag in person.raises:
                    check_word(sheet, ("people", at, "raises"), flag, self.sheets_ids("red_flags"))
                check_word(sheet, ("people", at, "everything_else"), person.everything_else, ["no", "unasked"])
                found.append(msgspec.structs.replace(person, answers=given))
        return found

    def read_contradictions(self) -> list[lib.Contradiction]:
        found = []
        for sheet in self.sheets.get("contradictions", []):
            found = sheet.read_as(Contradictions).contradictions
            for at, item in enumerate(found):
                expr = self.parse(item.when, sheet, "contradictions", at, "when")
                self.check_cases(expr, item.cases, sheet)
        return found

    def read_areas(self) -> dict[str, Any]:
        """The body chart: every area means a finding that exists."""
        for sheet in self.sheets.get("areas", []):
            for at, area in enumerate(sheet.data["areas"]):
                check_word(sheet, ("areas", at, "finding"), area.get("finding", ""), self.findings)
            return dict(sheet.data)
        return {}

    def read_countries(self) -> dict[str, dict[str, Any]]:
        countries = {}
        keys: set[str] | None = None
        for sheet in self.sheets.get("countries", []):
            data = sheet.data
            keys = keys or set(data)
            if set(data) != keys:
                raise sheet.error((), f"has other keys than the other countries: {sorted(set(data) ^ keys)}.")
            self.check_sources([lib.Cited(**item) for item in data["sources"]], sheet)
            countries[data["id"]] = data
        return countries


def slug(words: str) -> str:
    """A danger given in words, as one id."""
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")


def check_word(sheet: Sheet, path: tuple[str | int, ...], word: str, fits: Iterable[str]) -> None:
    options = list(fits)
    if word not in options:
        raise sheet.error(path, f'"{word}" does not fit.', f"One of {', '.join(options)}.")


def build(folder: Path) -> Knowledge:
    """The knowledge of a folder. Raises KnowledgeError with file, line and nearest name."""
    return Builder(folder).build()
