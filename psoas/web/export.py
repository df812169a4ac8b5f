"""Everything of an episode, to take away: JSON and CSV. What is private stays on the screen."""

from __future__ import annotations

import csv
import io
from typing import Any

import msgspec

from psoas.assessment import Assessment
from psoas.findings import Value
from psoas.library import Library
from psoas.web.store import Complaint, Episode, read_session

COLUMNS = ("complaint", "finding", "question", "answer", "unit")


def as_json(library: Library, episode: Episode, reports: list[Assessment]) -> bytes:
    """The episode with its answers, their history, and what Psoas says of each complaint (`reports`, shareable)."""
    data = {
        "started": episode.started.isoformat(),
        "country": episode.country,
        "library_version": library.version,
        "complaints": [
            complaint_out(library, complaint, report)
            for complaint, report in zip(episode.complaints, reports, strict=True)
        ],
    }
    return msgspec.json.format(msgspec.json.encode(data), indent=2)


def complaint_out(library: Library, complaint: Complaint, report: Assessment) -> dict[str, Any]:
    session = read_session(complaint)
    return {
        "number": complaint.number,
        "areas": [area for area in complaint.areas.split(",") if area],
        "answers": {key: value for key, value in session.answers.items() if is_open(library, key)},
        "given": [
            {"finding": answer.finding, "value": msgspec.json.decode(answer.value), "at": answer.given.isoformat()}
            for answer in complaint.answers
            if is_open(library, answer.finding)
        ],
        "assessment": report,
    }


def is_open(library: Library, finding: str) -> bool:
    return finding not in library.findings or not library.findings[finding].private


def as_csv(library: Library, episode: Episode) -> bytes:
    """A row an answer; every cell is a word of ours or a number, so none can be taken for a formula."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for complaint in episode.complaints:
        for key, value in read_session(complaint).answers.items():
            if is_open(library, key):
                finding = library.findings[key]
                rows.writerow([complaint.number, key, finding.question, said(value), finding.unit])
    return out.getvalue().encode("utf-8-sig")


def said(value: Value | None) -> str:
    if isinstance(value, bool) or value is None:
        return "not sure" if value is None else "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else value
