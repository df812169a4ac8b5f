"""An assessment -> two PDF reports: one for the person, one for the clinician.

The core says what there is to say; `report_person` and `report_clinician` lay it out as data, and the templates
in typst/ get it as one JSON value, so that no text of a person is ever read as Typst code. Both are tagged for a
screen reader (PDF/UA-1) and set in the fonts inside Typst: no network, no system font, no clock. What is private
never gets in, and what only a clinician may know gets into the clinician's alone.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec
import typst

from psoas.assessment import Assessment
from psoas.interview import Session
from psoas.library import Library
from psoas.web.printable import printable
from psoas.web.report_clinician import clinician_data
from psoas.web.report_parts import Data, Meta
from psoas.web.report_person import person_data

__all__ = ["Meta", "clinician_pdf", "person_pdf"]

TEMPLATES = Path(__file__).parent / "typst"


def person_pdf(library: Library, result: Assessment, meta: Meta) -> bytes:
    """The report for the person in pain. Raises ValueError when `result` holds what only others may see."""
    return typeset("person.typ", person_data(library, result, meta))


def clinician_pdf(library: Library, result: Assessment, session: Session, meta: Meta) -> bytes:
    """The letter for the clinician. Raises ValueError when `result` holds what may not leave the screen."""
    return typeset("clinician.typ", clinician_data(library, result, session, meta))


def typeset(template: str, data: Data) -> bytes:
    """The template filled with the data, as PDF/UA-1. Errors name no text: it may be a person's."""
    try:
        return typst.compile(
            TEMPLATES / template,
            root=TEMPLATES,
            font_paths=fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": msgspec.json.encode(printable(data)).decode()},
            pdf_standards=["ua-1"],
        )
    except typst.TypstError:
        raise RuntimeError(f"{template} could not be set; run tests/edges/test_report.py") from None


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)
