"""The three layers of reasoning as data: conditions switch mechanisms on, mechanisms show themselves in findings.

Every number either names the sources that it was taken from, or is a judgement that its file gives a reason for
(`judged`). `psoas.reasoning` computes with them; docs/decisions/three-layers.md says why there are three.
"""

from __future__ import annotations

from psoas.records import Cited, Review, Strict

REGIONS = ("spine", "hip", "pelvis", "beyond")
SHOWN = ("cause", "consistent_with", "residual")
IMAGING = ("none", "radiograph", "ultrasound", "mri", "ct")
SEE = (
    "self_care",
    "pharmacist",
    "physiotherapist",
    "gp",
    "sports_medicine",
    "orthopaedics",
    "spinal",
    "rheumatology",
    "vascular",
    "gynaecology",
    "urgent_care",
    "emergency",
)


class Bin(Strict, frozen=True, kw_only=True):
    """One range of a number, or choices, with its share when the mechanism is present and when it is absent."""

    when: str
    present: float
    absent: float


class Observation(Strict, frozen=True, kw_only=True):
    """What one finding (or `when`, an expression over findings that hang together) says of its mechanism.

    present, absent: P(true | mechanism present), P(true | absent). Or `bins`: ranges that exclude each other, whose
    shares add up to one in each column. Without sources the numbers are the judgement of the file.
    """

    id: str
    when: str = ""
    present: float = 0.0
    absent: float = 0.0
    bins: list[Bin] = []
    sources: list[Cited] = []
    why: str = ""

    @property
    def tests(self) -> list[tuple[str, float, float]]:
        """(expression, P if present, P if absent) of each thing that can be seen, true side only."""
        if self.bins:
            return [(one.when, one.present, one.absent) for one in self.bins]
        return [(self.when or self.id, self.present, self.absent)]


class Mechanism(Strict, frozen=True, kw_only=True):
    """What is happening, as the field names it. leak: P(present) without any of the conditions that switch it on.

    carrier: one symptom of many causes, never shown as a mechanism. plain: for a person, fits after "to look for".
    """

    id: str
    name: str
    plain: str
    leak: float
    judged: str
    findings: list[Observation]
    carrier: bool = False
    means: str = ""
    sources: list[Cited] = []
    review: Review


class Cause(Strict, frozen=True, kw_only=True):
    """q: P(this condition alone switches the mechanism on)."""

    mechanism: str
    q: float
    sources: list[Cited] = []
    why: str = ""


class Prior(Strict, frozen=True, kw_only=True):
    """Share of people with hip or back pain who have the condition: percent by the age from which it holds.

    male, female: factors on it, one on the average. settings: factors on the odds, against primary care.
    """

    percent: dict[str, float]
    male: float = 1.0
    female: float = 1.0
    settings: dict[str, float] = {}
    sources: list[Cited] = []
    why: str = ""


class Next(Strict, frozen=True, kw_only=True):
    """What the condition would mean if it were the cause: for the stop rule, until a plan is made from it.

    imaging: none, radiograph, ultrasound, mri, ct. see: who should see it. plan: the family of the first measures.
    """

    imaging: str
    see: str
    plan: str


class Condition(Strict, frozen=True, kw_only=True):
    """A source of pain with a name that a clinician would write; several may coexist.

    plain: for a person. region: spine, hip, pelvis or beyond. shown: cause, consistent_with (no usable bedside test;
    `because` says so) or residual (no source found). serious: must not be missed. only_if: without it, impossible.
    """

    id: str
    name: str
    plain: str
    means: str
    icd10: list[str]
    group: str
    region: str
    prior: Prior
    causes: list[Cause]
    next: Next
    judged: str
    review: Review
    shown: str = "cause"
    because: str = ""
    serious: bool = False
    only_if: str = ""
    sources: list[Cited] = []


class Pair(Strict, frozen=True, kw_only=True):
    """Two conditions that are found together more often (factor above 1) or less often than chance would have it."""

    pair: list[str]
    factor: float
    why: str
    sources: list[Cited] = []


class Population(Strict, frozen=True, kw_only=True):
    """How many sources coexist in one person, and which; the reference is people who come with pain.

    coexisting: shares of people with one, two and three sources. residual: shares of what no condition explains.
    ages: shares of people at ages that stand for the rest, for when the age is not known (a judgement).
    """

    coexisting: list[float]
    residual: dict[str, dict[str, float]]
    pairs: list[Pair]
    ages: dict[str, float]
    judged: str
    sources: list[Cited] = []
    review: Review
