"""The one shape of an error: where, what was found, what would fit, what to do."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class PsoasError(Exception):
    """Something that a person can put right.

    where: place in the input ("answers.age_years", "knowledge/red_flags/x.yaml, line 3, `when`").
    found: what is wrong. fits: what would fit, or "". do: what to do next, or "".
    """

    def __init__(self, where: str, found: str, fits: str = "", do: str = "") -> None:
        super().__init__(where, found, fits, do)
        self.where, self.found, self.fits, self.do = where, found, fits, do

    def __str__(self) -> str:
        lines = [f"{self.where}:", f"  {self.found}"]
        lines += [f"  {line}" for line in (self.fits, self.do) if line]
        return "\n".join(lines)

    def as_dict(self) -> dict[str, str]:
        """The same four parts for a program; empty parts are left out."""
        parts = {"where": self.where, "found": self.found, "fits": self.fits, "do": self.do}
        return {name: text for name, text in parts.items() if text}


class InputError(PsoasError):
    """Answers, a file or a line from outside that does not fit."""


class ContradictionError(InputError):
    """Answers that cannot all be right. meanwhile: the urgency of what was said, until that is settled."""

    def __init__(self, where: str, found: str, fits: str = "", do: str = "", *, meanwhile: str) -> None:
        super().__init__(where, found, fits, do)
        self.meanwhile = meanwhile

    def as_dict(self) -> dict[str, str]:
        return {**super().as_dict(), "meanwhile": self.meanwhile}


class KnowledgeError(PsoasError):
    """A knowledge file that does not fit."""


def nearest(word: str, known: Iterable[str]) -> str:
    """A sentence that offers the closest known word, or "" when none is close."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'Did you mean "{close[0]}"?' if close else ""
