"""The limit of requests, by a made clock, and the reading of the Host header."""

import pytest

from psoas.web.security import Limits, host_of


def test_a_client_gets_its_minute_and_not_more():
    limits = Limits(per_minute=60)

    assert [limits.allow("a", 0.0) for _ in range(61)] == [True] * 60 + [False]


def test_a_refused_request_takes_nothing_so_that_waiting_helps():
    limits = Limits(per_minute=60)
    for _ in range(60):
        limits.allow("a", 0.0)

    knocks = [limits.allow("a", at / 10) for at in range(1, 31)]  # ten a second for three seconds

    assert sum(knocks) in (2, 3)
    assert limits.allow("a", 4.5)


def test_another_client_is_not_slowed_down():
    limits = Limits(per_minute=2)
    for _ in range(5):
        limits.allow("a", 0.0)

    assert not limits.allow("a", 0.0)
    assert limits.allow("b", 0.0)


def test_a_long_rest_fills_no_more_than_a_minute():
    limits = Limits(per_minute=3)
    limits.allow("a", 0.0)

    assert [limits.allow("a", 100_000.0) for _ in range(4)] == [True, True, True, False]


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("localhost", "localhost"),
        ("LOCALHOST:8765", "localhost"),
        ("127.0.0.1:80", "127.0.0.1"),
        ("[::1]", "::1"),
        ("[::1]:8765", "::1"),
        ("[2001:DB8::1]:1", "2001:db8::1"),
        ("::1", ""),
        ("[::1", ""),
        ("localhost:80:80", ""),
        ("localhost:port", ""),
        ("localhost/x", ""),
        ("evil.example@localhost", "evil.example@localhost"),
        ("", ""),
    ],
)
def test_the_name_in_a_host_header(header, host):
    assert host_of(header) == host
