"""Where the app listens and keeps its data."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import URL

from psoas.errors import InputError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
FILE = "psoas.sqlite3"


class Settings(NamedTuple):
    """database: an SQLAlchemy URL. hosts: the names under which the app answers, IPv6 without brackets."""

    database: str
    host: str = "127.0.0.1"
    port: int = 8765
    hosts: tuple[str, ...] = LOOPBACK
    max_body: int = 64_000
    per_minute: int = 600


def data_folder() -> Path:
    """The user's own folder for data, by the custom of their system; PSOAS_DATA names another."""
    if chosen := os.environ.get("PSOAS_DATA"):
        return Path(chosen)
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "Psoas"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "Psoas"
    return Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "psoas"


def default_database() -> str:
    """SQLite in the user's data folder, for its owner alone; PSOAS_DATABASE names another.

    Raises InputError when the folder or the file cannot be made.
    """
    if chosen := os.environ.get("PSOAS_DATABASE"):
        return chosen
    folder = data_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        own(folder / FILE)
    except OSError as error:
        do = "Set PSOAS_DATA to a folder in which you may write."
        raise InputError(
            str(folder), f"cannot keep the answers: {error.strerror}.", "A folder of your own.", do
        ) from None
    return sqlite_url(folder / FILE)


def own(file: Path) -> None:
    """The database file, made when it is missing, readable by its owner alone.

    SQLite gives its log (-wal) and its index (-shm) the mode of the file. Raises OSError.
    """
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    for part in (file, *file.parent.glob(f"{FILE}-*")):
        part.chmod(0o600)


def sqlite_url(file: Path) -> str:
    """The URL of an SQLite file, whatever characters stand in its path."""
    return URL.create("sqlite", database=str(file)).render_as_string(hide_password=False)
