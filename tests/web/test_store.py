"""What is kept on disk: for its owner alone, lost by nobody, and gone when it is erased."""

import json
import os
import stat
from datetime import datetime
from threading import Thread

import pytest
from sqlalchemy.exc import IntegrityError

from psoas.errors import InputError
from psoas.interview import Session
from psoas.web import store as stores
from psoas.web.settings import FILE, data_folder, default_database, sqlite_url
from psoas.web.store import Store

NOW = datetime(2026, 1, 2, 3, 4)
posix = pytest.mark.skipif(os.name == "nt", reason="modes of files")


def put(session: Session, finding, value) -> Session:
    return Session(answers={**session.answers, finding: value})


def token_of(store: Store) -> str:
    with store.open() as database:
        return store.start(database, "gb", "self", NOW).token


def give(store: Store, token: str, finding: str) -> None:
    with store.open() as database:
        store.give(store.episode(database, token).complaints[0], [(finding, True)], put, NOW)


def everything_in(folder) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


def test_two_processes_that_answer_at_once_lose_no_answer(tmp_path):
    url = sqlite_url(tmp_path / FILE)
    first, second = Store(url), Store(url)
    token = token_of(first)
    failed = []

    def work(store, name):
        try:
            for at in range(25):
                give(store, token, f"{name}{at}")
        except Exception as error:
            failed.append(error)

    threads = [Thread(target=work, args=(store, name)) for store, name in ((first, "a"), (second, "b"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with first.open() as database:
        complaint = first.episode(database, token).complaints[0]
        kept = json.loads(complaint.session)["answers"]
        places = [answer.place for answer in complaint.answers]

    assert failed == []
    assert set(kept) - {"respondent"} == {f"{name}{at}" for name in "ab" for at in range(25)}
    assert places == list(range(1, 51))


def test_what_is_erased_is_in_no_file_while_the_app_still_runs(tmp_path):
    store = Store(sqlite_url(tmp_path / FILE))
    other, token = token_of(store), token_of(store)
    give(store, other, "unrelated_answer")
    give(store, token, "a_very_private_answer")
    assert b"a_very_private_answer" in everything_in(tmp_path)

    with store.open() as database:
        store.erase(database, store.episode(database, token))

    left = everything_in(tmp_path)
    assert b"a_very_private_answer" not in left
    assert token.encode() not in left
    assert b"unrelated_answer" in left
    assert other.encode() in left


def test_a_reader_in_the_way_delays_tidying_and_breaks_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(stores, "PRAGMAS", ("busy_timeout=50", *stores.PRAGMAS[1:]))
    store = Store(sqlite_url(tmp_path / FILE))
    token_of(store)
    reader = store.engine.raw_connection()
    reader.cursor().execute("BEGIN").connection.execute("SELECT count(*) FROM episode").fetchone()
    token_of(store)

    assert store.tidy() is False
    reader.rollback()
    assert store.tidy() is True


def test_closing_leaves_one_file(tmp_path):
    store = Store(sqlite_url(tmp_path / FILE))
    token_of(store)
    store.close()

    assert [file.name for file in tmp_path.iterdir()] == [FILE]


def test_an_error_of_the_database_shows_no_answer(tmp_path):
    store = Store(sqlite_url(tmp_path / FILE))

    def add():
        with store.open() as database:
            database.add(stores.Episode(token="a_private_token", country="gb", respondent="self", started=NOW))

    add()
    with pytest.raises(IntegrityError) as caught:
        add()

    assert "a_private_token" not in str(caught.value)


# the folder -------------------------------------------------------------------------------------------


@posix
def test_folder_and_files_are_for_their_owner_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("PSOAS_DATA", str(tmp_path / "a" / "b"))
    token_of(Store(default_database()))

    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "a" / "b").iterdir()}
    assert modes == {FILE: 0o600, FILE + "-wal": 0o600, FILE + "-shm": 0o600}


@posix
def test_a_file_that_others_could_read_is_closed_to_them(tmp_path, monkeypatch):
    monkeypatch.setenv("PSOAS_DATA", str(tmp_path))
    (tmp_path / FILE).touch(0o644)
    default_database()

    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["100%", "what?", "a#b", "a b", "ä:@", "%(here)s"])
def test_odd_characters_in_the_folder_do_no_harm(tmp_path, monkeypatch, name):
    monkeypatch.setenv("PSOAS_DATA", str(tmp_path / name))
    token_of(Store(default_database()))

    assert (tmp_path / name / FILE).stat().st_size > 0


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("PSOAS_DATA", str(tmp_path / "file" / "folder"))
    with pytest.raises(InputError) as caught:
        default_database()

    assert caught.value.where == str(tmp_path / "file" / "folder")
    assert "cannot keep the answers" in caught.value.found
    assert "PSOAS_DATA" in caught.value.do


@pytest.mark.skipif(os.name == "nt" or os.uname().sysname == "Darwin", reason="the custom of Linux")
def test_an_empty_variable_is_no_folder(monkeypatch):
    monkeypatch.delenv("PSOAS_DATA", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", "")

    assert data_folder().is_absolute()
