"""What every piece of knowledge has in common: strict keys, its sources, its review."""

from __future__ import annotations

import msgspec


class Strict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    pass


class Review(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Signed by a clinician, or a draft; always shown in full."""

    status: str = "draft"
    by: str | None = None
    on: str | None = None


class Cited(Strict, frozen=True):
    """A source, the place in it, what was read of it, and what it says there in our words."""

    id: str
    at: str
    read: str
    says: str
