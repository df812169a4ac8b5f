"""The app's own walls: headers, forms of our own only, limits, hosts, logs, migrations, the API."""

import sqlite3

import pytest
from fastapi.testclient import TestClient

from psoas.web.app import create_app
from psoas.web.store import Base, Store
from tests.web.conftest import settings

SADDLE = {"answers": {"respondent": "self", "saddle_anaesthesia": True}, "country": "gb"}


@pytest.fixture
def client(tmp_path, library):
    app = create_app(settings(tmp_path), library)
    with TestClient(app, follow_redirects=False) as client:
        yield client


def begin(client):
    """A started episode: its address and the form token."""
    client.get("/")
    token = client.cookies["psoas"]
    done = client.post("/start", data={"csrf": token, "who": "self", "country": "gb"})
    assert done.status_code == 303
    return done.headers["location"].removesuffix("/ask"), token


def test_every_answer_has_the_strict_headers(client):
    for path in ("/", "/nowhere", "/static/psoas.css", "/api/v1/library/findings"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"


def test_pages_with_answers_are_kept_in_no_cache(client):
    base, _ = begin(client)

    assert client.get(f"{base}/ask").headers["cache-control"] == "no-store"


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(client):
    cookie = client.get("/").headers["set-cookie"].lower()

    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_the_cookie_of_a_secure_page_goes_over_no_other(tmp_path, library):
    with TestClient(create_app(settings(tmp_path), library), base_url="https://testserver") as client:
        assert "secure" in client.get("/").headers["set-cookie"].lower()


@pytest.mark.parametrize("token", ["", "wrong", None])
def test_a_form_from_elsewhere_is_refused_and_changes_nothing(client, token):
    base, _ = begin(client)
    data = {"item": "fever", "kind": "change", "f-fever": "yes"} | ({"csrf": token} if token is not None else {})

    assert client.post(f"{base}/ask", data=data).status_code == 403
    assert b"fever" not in client.get(base.rpartition("/")[0] + "/export.csv").content


def test_a_form_sent_from_another_origin_is_refused(client):
    base, token = begin(client)
    data = {"csrf": token, "item": "fever", "kind": "change", "f-fever": "yes"}

    assert client.post(f"{base}/ask", data=data, headers={"Origin": "http://evil.example"}).status_code == 403
    assert client.post(f"{base}/ask", data=data, headers={"Origin": "http://testserver"}).status_code == 303


def test_another_host_name_is_not_answered(client):
    assert client.get("/", headers={"Host": "rebound.example"}).status_code == 421


def test_a_long_body_is_refused_unread(client):
    assert client.post("/start", content=b"x" * 100_000).status_code == 413


def test_too_many_requests_are_slowed_down(tmp_path, library):
    app = create_app(settings(tmp_path, per_minute=5), library)
    with TestClient(app) as client:
        codes = [client.get("/about").status_code for _ in range(8)]

    assert codes[:5] == [200] * 5
    assert 429 in codes


def test_a_record_is_found_by_its_long_link_only(client):
    base, _ = begin(client)
    token = base.split("/")[2]

    assert len(token) >= 43
    assert client.get(f"/e/{token[:-1]}x").status_code == 404
    assert client.get("/e/1").status_code == 404


def test_what_a_person_types_never_becomes_markup(client):
    base, token = begin(client)
    data = {"csrf": token, "item": "age_years", "kind": "change", "f-age_years": "<script>alert(1)</script>"}

    page = client.post(f"{base}/ask", data=data)

    assert page.status_code == 422
    assert "<script>alert" not in page.text


def test_the_log_holds_no_answer_and_no_private_link(client, caplog):
    caplog.set_level("DEBUG")
    base, token = begin(client)
    client.post(f"{base}/ask", data={"csrf": token, "item": "fever", "kind": "change", "f-fever": "yes"})
    client.post(base.rpartition("/")[0] + "/erase", data={"csrf": token, "sure": "yes"})

    own = [record.getMessage() for record in caplog.records if record.name.startswith(("psoas", "alembic"))]
    assert "an episode was erased" in own
    assert not [line for line in own if "fever" in line or base.split("/")[2] in line]


def test_erasing_leaves_nothing_in_the_file(tmp_path, library):
    file = tmp_path / "p.sqlite3"
    app = create_app(settings(tmp_path), library)
    with TestClient(app, follow_redirects=False) as client:
        base, token = begin(client)
        client.post(f"{base}/ask", data={"csrf": token, "item": "fever", "kind": "change", "f-fever": "yes"})
        client.post(base.rpartition("/")[0] + "/erase", data={"csrf": token, "sure": "yes"})
    files = b"".join(part.read_bytes() for part in tmp_path.iterdir())  # the app still holds them open
    assert b"fever" not in files
    assert base.split("/")[2].encode() not in files
    app.state.store.close()
    with sqlite3.connect(file) as con:
        assert con.execute("SELECT (SELECT count(*) FROM episode) + (SELECT count(*) FROM answer)").fetchone() == (0,)


def test_the_migrations_make_the_schema_that_the_code_speaks_of(tmp_path):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    store = Store(settings(tmp_path).database)
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_opening_twice_keeps_what_is_there(tmp_path, library):
    with TestClient(create_app(settings(tmp_path), library), follow_redirects=False) as client:
        base, _ = begin(client)
    with TestClient(create_app(settings(tmp_path), library), follow_redirects=False) as client:
        assert client.get(f"{base}/ask").status_code == 200


# the API ----------------------------------------------------------------------------------------------


def test_the_api_judges_and_keeps_nothing(client):
    found = client.post("/api/v1/assess", json=SADDLE).json()

    assert found["urgency"]["certain"] == "emergency"
    assert found["emergency_number"] == "999"


def test_the_api_takes_complaints_alone_like_the_command_line(client):
    both = {"complaints": [{"answers": {"low_back_pain": True}}, {"answers": {"saddle_anaesthesia": True}}]}

    assert client.post("/api/v1/assess", json=both).json()["urgency"]["certain"] == "emergency"
    refused = client.post("/api/v1/assess", json={"country": "gb"})
    assert refused.status_code == 422
    assert "there are no `answers`" in refused.json()["error"]["found"]


def test_the_api_says_what_to_ask_next(client):
    found = client.post("/api/v1/next", json={"answers": {}}).json()

    assert found["next_question"]["id"] == "respondent"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("findings", 200),
        ("red_flags/cauda_equina_saddle", 200),
        ("hazards/sepsis", 200),
        ("sources/judgement", 200),
        ("nothing", 404),
        ("findings/sepsis", 404),
        ("findings/fever", 200),
        ("red_flags/unsafe_at_home", 200),
        ("words/disclaimer", 200),
        ("contradictions/pregnant_man", 200),
    ],
)
def test_the_library_can_be_read(client, path, code):
    assert client.get(f"/api/v1/library/{path}").status_code == code


def test_a_bad_answer_is_a_clear_error(client):
    done = client.post("/api/v1/assess", json={"answers": {"saddle_anesthesia": True}})

    assert done.status_code == 422
    assert done.json()["error"]["fits"] == 'Did you mean "saddle_anaesthesia"?'


def test_a_name_that_stands_twice_is_refused(client):
    body = b'{"answers": {"saddle_anaesthesia": true, "saddle_anaesthesia": false}}'

    done = client.post("/api/v1/assess", content=body, headers={"content-type": "application/json"})

    assert done.status_code == 422
    assert "saddle_anaesthesia stands twice" in done.json()["error"]["found"]
