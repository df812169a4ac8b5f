"""Conditions, mechanisms and the population, checked against the rest when the library is built."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from psoas.causes import IMAGING, REGIONS, SEE, SHOWN, Condition, Mechanism, Observation, Population
from psoas.errors import nearest
from psoas.priors import REFERENCE, SETTINGS, marginals, repulsion, solve
from psoas.rules import Expr, needs
from psoas.sheets import Sheet

if TYPE_CHECKING:
    from psoas.building import Builder

GATED = ("age_years", "sex_at_birth", "pregnancy_weeks")


class Causes:
    """Reads the three layers of one Builder. Raises KnowledgeError with file, line and what would fit."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        self.taken: dict[str, str] = {}  # finding -> the observation that has it

    # mechanisms ---------------------------------------------------------------

    def mechanisms(self) -> dict[str, Mechanism]:
        found = self.builder.one_each("mechanisms", Mechanism)
        for mechanism in found.values():
            sheet = self.builder.sheet("mechanisms", mechanism.id)
            share(sheet, ("leak",), mechanism.leak)
            self.builder.check_sources(mechanism.sources, sheet)
            if mechanism.carrier and len(mechanism.findings) != 1:
                raise sheet.error(("findings",), f"a carrier has one finding, this one {len(mechanism.findings)}.")
            for at, item in enumerate(mechanism.findings):
                self.observation(item, sheet, at)
        return found

    def observation(self, item: Observation, sheet: Sheet, at: int) -> None:
        self.builder.check_sources(item.sources, sheet)
        if bool(item.bins) == bool(item.present or item.absent):
            raise sheet.error(("findings", at), "needs `present` and `absent`, or `bins`.")
        read: set[str] = set()
        for text, present, absent in item.tests:
            share(sheet, ("findings", at), present)
            share(sheet, ("findings", at), absent)
            read |= set(needs(self.builder.parse(text, sheet, "findings", at)))
        for name in sorted(read):
            if self.builder.findings[name].private:
                raise sheet.error(("findings", at), f'"{name}" is private and must tell nothing of the source.')
            if name in self.taken:
                raise sheet.error(
                    ("findings", at),
                    f'"{name}" already hangs on {self.taken[name]}: a finding has one parent and counts once.',
                )
            self.taken[name] = f"{sheet.name} ({item.id})"
        for column in ("present", "absent"):
            total = sum(getattr(one, column) for one in item.bins)
            if item.bins and abs(total - 1) > 1e-6:
                raise sheet.error(("findings", at, "bins"), f"`{column}` adds up to {total:g}.", "1, over all bins.")

    # conditions ---------------------------------------------------------------

    def conditions(self, mechanisms: Iterable[str]) -> dict[str, Condition]:
        known = set(mechanisms)
        found = self.builder.one_each("conditions", Condition)
        for condition in found.values():
            self.condition(condition, self.builder.sheet("conditions", condition.id), known)
        return found

    def condition(self, condition: Condition, sheet: Sheet, mechanisms: set[str]) -> None:
        self.words(condition, sheet)
        self.prior(condition, sheet)
        self.builder.check_sources(condition.sources, sheet)
        if condition.only_if:
            gate = self.builder.parse(condition.only_if, sheet, "only_if")
            self.fit_gate(sheet, gate)
        for at, cause in enumerate(condition.causes):
            share(sheet, ("causes", at, "q"), cause.q)
            self.builder.check_sources(cause.sources, sheet)
            if cause.mechanism not in mechanisms:
                raise sheet.error(
                    ("causes", at), f'no mechanism is called "{cause.mechanism}".', nearest(cause.mechanism, mechanisms)
                )
        named = [cause.mechanism for cause in condition.causes]
        for name in named:
            if named.count(name) > 1:
                raise sheet.error(("causes",), f'"{name}" stands twice.')

    def fit_gate(self, sheet: Sheet, gate: Expr) -> None:
        """A gate reads something, and nothing private: what follows from it is seen by others."""
        if not needs(gate):
            raise sheet.error(("only_if",), "reads no finding.", f"{', '.join(GATED)}, or the places of pain.")
        for name in needs(gate):
            if self.builder.findings[name].private:
                raise sheet.error(("only_if",), f'"{name}" is private and must tell nothing of the source.')

    def words(self, condition: Condition, sheet: Sheet) -> None:
        for field, value, fits in (
            ("region", condition.region, REGIONS),
            ("shown", condition.shown, SHOWN),
            ("imaging", condition.next.imaging, IMAGING),
            ("see", condition.next.see, SEE),
        ):
            if value not in fits:
                raise sheet.error((field,), f'"{value}" does not fit.', f"One of {', '.join(fits)}.")
        if condition.shown == "consistent_with" and not condition.because:
            raise sheet.error(("shown",), "needs `because`: why nothing at the bedside can find it.")

    def prior(self, condition: Condition, sheet: Sheet) -> None:
        prior = condition.prior
        self.builder.check_sources(prior.sources, sheet)
        for age, percent in prior.percent.items():
            if not age.isdigit() or not 0 <= percent <= 100:
                raise sheet.error(("prior", "percent"), f"{age}: {percent} does not fit.", '"45": 9 (from 45 on, 9%)')
        if "0" not in prior.percent and condition.shown != "residual":
            raise sheet.error(("prior", "percent"), "does not say from what age 0 on.", '{"0": 0.1, "18": 2}')
        if min(prior.male, prior.female) < 0 or abs(prior.male + prior.female - 2) > 1e-6:
            raise sheet.error(("prior",), "`male` and `female` must average one.", "male: 0.8, female: 1.2")
        for setting, factor in prior.settings.items():
            if setting not in SETTINGS or factor <= 0:
                raise sheet.error(("prior", "settings"), f"{setting}: {factor} does not fit.", ", ".join(SETTINGS))

    # population ---------------------------------------------------------------

    def population(self, conditions: dict[str, Condition]) -> Population:
        sheet = self.builder.sheets["population"][0]
        found = sheet.read_as(Population)
        self.builder.check_sources(found.sources, sheet)
        if len(found.coexisting) != 3 or abs(sum(found.coexisting) - 1) > 1e-6:
            raise sheet.error(("coexisting",), "is not three shares that add up to one.", "[0.805, 0.17, 0.025]")
        for at, pair in enumerate(found.pairs):
            for name in pair.pair:
                if name not in conditions:
                    raise sheet.error(("pairs", at), f'no condition is called "{name}".', nearest(name, conditions))
            if len(set(pair.pair)) != 2 or pair.factor < 0:
                raise sheet.error(("pairs", at), "needs two conditions and a factor of 0 or more.")
        residual = {name for name, condition in conditions.items() if condition.shown == "residual"}
        for age, shares in found.residual.items():
            if set(shares) != residual or abs(sum(shares.values()) - 1) > 1e-6 or not age.isdigit():
                raise sheet.error(
                    ("residual", age), f"must share one among {', '.join(sorted(residual))}.", '"0": {a: 0.6, b: 0.4}'
                )
        self.solvable(conditions, found)
        return found

    def solvable(self, conditions: dict[str, Condition], population: Population) -> None:
        """The shares of every age and sex leave room for the residual, and odds exist that give them back."""
        everyone = list(conditions.values())
        gates = {one.id: self.builder.expressions[one.only_if] for one in everyone if one.only_if}
        factors = repulsion(everyone, population)
        for age in sorted({float(age) for one in everyone for age in one.prior.percent}):
            for sex in ("female", "male"):
                shares = marginals(everyone, gates, population, age=age, sex=sex, setting=REFERENCE)
                solve(shares, population.coexisting, factors)


def share(sheet: Sheet, path: tuple[str | int, ...], value: float) -> None:
    """Certainty would make some answers impossible: 0 and 1 are refused."""
    if not 0 < value < 1:
        raise sheet.error(path, f"{value:g} is not a share between 0 and 1.", "0 and 1 themselves are never sure.")
