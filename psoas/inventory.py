"""What the knowledge holds, how well it was read, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec

from psoas.errors import InputError, nearest
from psoas.findings import shown
from psoas.library import Library
from psoas.rules import needs

READ = ("full-text", "abstract", "secondary", "memory", "judgement")


def take(library: Library) -> dict[str, Any]:
    """counts, numbers by what was read of them, left_out ids with reasons, planned ids, defects."""
    knowledge = library.knowledge
    return {
        "library_version": library.version,
        "counts": {
            "findings": len(knowledge.findings),
            "red_flags": len(knowledge.red_flags),
            "hazards": len(knowledge.hazards),
            "mechanisms": len(knowledge.mechanisms),
            "conditions": len(knowledge.conditions),
            "sources": len(knowledge.sources),
            "countries": len(knowledge.countries),
            "people": len(knowledge.people),
        },
        "numbers": reading_levels(library),
        "parameters": parameters(library),
        "left_out": aliases_with(library, "left_out"),
        "planned": len(aliases_with(library, "planned")),
        "awaiting_review": awaiting(library),
        "defects": defects(library),
    }


def reading_levels(library: Library) -> dict[str, int]:
    """How many sourced statements rest on a full text, an abstract, a second hand, memory or our judgement."""
    found = Counter(item.read for flag in library.red_flags.values() for item in flag.sources)
    for source in library.knowledge.sources.values():
        found.update(claim.read or source.read for claim in source.claims)
    return {level: found.get(level, 0) for level in READ}


def parameters(library: Library) -> dict[str, int]:
    """How many numbers of the reasoning name a source, and how many are a judgement."""
    mechanisms, conditions = library.mechanisms.values(), library.conditions.values()
    sourced = [bool(item.sources) for one in mechanisms for item in one.findings]
    sourced += [bool(cause.sources) for one in conditions for cause in one.causes]
    sourced += [bool(one.prior.sources) for one in conditions] + [bool(one.sources) for one in mechanisms]
    return {"sourced": sum(sourced), "judged": len(sourced) - sum(sourced)}


def aliases_with(library: Library, key: str) -> dict[str, str]:
    return {
        f"{section}.{name}": str(entry[key])
        for section, entries in library.knowledge.aliases.items()
        for name, entry in entries.items()
        if isinstance(entry, dict) and key in entry
    }


def awaiting(library: Library) -> int:
    """Files that no clinician has signed yet."""
    reviews = [item.review for item in library.red_flags.values()]
    reviews += [item.review for item in library.knowledge.hazards.values()]
    reviews += [item.review for item in library.conditions.values()]
    reviews += [item.review for item in library.mechanisms.values()]
    return sum(review.status != "signed" for review in reviews)


def defects(library: Library) -> list[str]:
    """What loads but is not right: a danger question that nothing reads, an unused source, memory as fact."""
    read = {name for flag in library.flags for name in needs(library.expression(flag.when))}
    read |= {name for gate in library.gates.values() for name in needs(gate)}
    found = [
        f"finding {name}: asked on a danger page, and no red flag reads it"
        for name in library.must_ask
        if name not in read
    ]
    found += [
        f"source {source.id}: read from memory only"
        for source in library.knowledge.sources.values()
        if source.read == "memory"
    ]
    hazardous = {
        name
        for h in library.knowledge.hazards.values()
        for t in h.tiers
        for name in needs(library.expression(t.trigger))
    }
    parents = {
        name
        for one in library.mechanisms.values()
        for item in one.findings
        for text, _, _ in item.tests
        for name in needs(library.expression(text))
    }
    found += [
        f"finding {name}: asked to find the source, and hangs on no mechanism"
        for page in library.pages
        if page.asks == "source"
        for name in page.items
        if name not in parents
    ]
    found += [
        f"finding {name}: a hazard needs it, and it is on no page"
        for name in sorted(hazardous - library.page_of.keys())
    ]
    return found


def as_text(found: dict[str, Any]) -> str:
    lines = [f"knowledge {found['library_version']}"]
    lines += [f"  {name:12} {count}" for name, count in found["counts"].items()]
    lines.append("statements by what was read of them")
    lines += [f"  {name:12} {count}" for name, count in found["numbers"].items()]
    lines.append("numbers of the reasoning: {sourced} with a source, {judged} judged".format(**found["parameters"]))
    lines.append(f"left out with a reason: {len(found['left_out'])}; planned: {found['planned']}")
    lines.append(f"files that wait for a clinician: {found['awaiting_review']}")
    lines += [f"DEFECT {defect}" for defect in found["defects"]] or ["no defects"]
    return "\n".join(lines)


def kinds_of(library: Library) -> dict[str, Mapping[str, Any]]:
    """kind -> id -> piece: everything that can be looked at."""
    return {
        "findings": library.findings,
        "red_flags": library.red_flags,
        "hazards": library.knowledge.hazards,
        "conditions": library.conditions,
        "mechanisms": library.mechanisms,
        "contradictions": {clash.id: clash for clash in library.knowledge.contradictions},
        "sources": library.knowledge.sources,
        "countries": library.countries,
        "pages": {page.id: page for page in library.pages},
        "words": library.words,
    }


def ids_of(library: Library, kind: str) -> list[str]:
    """The ids of a kind. Raises InputError on a kind that there is not."""
    kinds = kinds_of(library)
    if kind not in kinds:
        raise InputError("kind", f"there is no kind {shown(kind)}.", f"One of {', '.join(kinds)}.")
    return sorted(kinds[kind])


def find(library: Library, name: str, only: str = "") -> Any:
    """One piece of knowledge by id, or the ids of a kind. only: the kind to look in.

    An id that several kinds have gives the first of them, and the others under `also_in`. `kind` is the kind of
    the piece, but for a finding, whose own `kind` says what its answers are.
    Raises InputError with the nearest id.
    """
    kinds = kinds_of(library)
    if only:
        ids_of(library, only)
        kinds = {only: kinds[only]}
    elif name in kinds:
        return ids_of(library, name)
    having = [kind for kind, items in kinds.items() if name in items]
    if not having:
        known = [*kinds, *(item for items in kinds.values() for item in items)]
        place = f" among the {only}" if only else ""
        do = f"`psoas knowledge show {only or 'KIND'}` lists the ids. Kinds: {', '.join(kinds_of(library))}."
        raise InputError("ID", f"nothing{place} is called {shown(name)}.", nearest(name, known), do)
    also = {"also_in": having[1:]} if having[1:] else {}
    return {"kind": having[0], **also, **piece(kinds[having[0]][name])}


def piece(item: Any) -> dict[str, Any]:
    """A piece as plain data; a bare text stands under `text`."""
    plain = msgspec.to_builtins(item)
    return plain if isinstance(plain, dict) else {"text": plain}
