"""Headers, size and rate limits, and the proof that a form came from our own page."""

from __future__ import annotations

import hmac
import re
import secrets
import time
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

COOKIE = "psoas"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^\s:\[\]/]+))(?::\d{1,5})?")
Next = Callable[[Request], Awaitable[Response]]


class Limits:
    """At most so many requests a minute from one address, by a bucket that refills steadily.

    A refused request takes nothing, so that whoever waits is served again, however often they knocked meanwhile.
    """

    def __init__(self, per_minute: int) -> None:
        self.rate = per_minute / 60
        self.size = float(per_minute)
        self.buckets: dict[str, tuple[float, float]] = {}

    def allow(self, client: str, now: float) -> bool:
        level, before = self.buckets.get(client, (self.size, now))
        level = min(self.size, level + (now - before) * self.rate)
        if len(self.buckets) > 10_000:
            self.buckets.clear()
        allowed = level >= 1
        self.buckets[client] = (level - 1 if allowed else level, now)
        return allowed


def guard(hosts: tuple[str, ...], max_body: int, limits: Limits) -> Callable[[Request, Next], Awaitable[Response]]:
    """The middleware: refuses what does not fit, and puts the strict headers on everything."""

    known = frozenset(map(str.lower, hosts))

    async def check(request: Request, proceed: Next) -> Response:
        refused = refusal(request, known, max_body, limits)
        response = refused or await proceed(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not request.url.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return check


def host_of(header: str) -> str:
    """The name in a Host header, in lower case, without port and brackets; "" when it is none.

    >>> host_of("LocalHost:8765"), host_of("[::1]:8765"), host_of("::1"), host_of("a:b")
    ('localhost', '::1', '', '')
    """
    match = HOST.fullmatch(header.strip().lower())
    return (match[1] or match[2]) if match else ""


def refusal(request: Request, hosts: frozenset[str], max_body: int, limits: Limits) -> Response | None:
    """Why the request is not served, or None. hosts: in lower case, IPv6 without brackets."""
    if host_of(request.headers.get("host", "")) not in hosts:
        return PlainTextResponse("This address is not known here.", 421)
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > max_body:
        return PlainTextResponse(f"That is longer than {max_body:,} bytes.", 413)
    if request.method not in ("GET", "HEAD") and "content-length" not in request.headers:
        return PlainTextResponse("The length of the body is missing.", 411)
    client = request.client.host if request.client else ""
    if not limits.allow(client, time.monotonic()):
        return PlainTextResponse("Too many requests. Please wait a minute.", 429, {"Retry-After": "60"})
    return None


def csrf_token(request: Request) -> str:
    """The token of this browser; a new one when it has none yet."""
    return request.cookies.get(COOKIE) or secrets.token_urlsafe(24)


def set_cookie(request: Request, response: Response, token: str) -> None:
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure, path="/")


def is_own_form(request: Request, token: str) -> bool:
    """The form carries the token of the cookie, and comes from this very origin when the browser says so."""
    origin = request.headers.get("origin")
    if origin and origin.partition("://")[2] != request.headers.get("host"):
        return False
    cookie = request.cookies.get(COOKIE, "")
    return bool(cookie) and hmac.compare_digest(cookie.encode(), token.encode())
