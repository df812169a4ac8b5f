"""Where the app listens and keeps its data."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NamedTuple

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Settings(NamedTuple):
    """database: an SQLAlchemy URL. hosts: the names under which the app answers."""

    database: str
    host: str = "127.0.0.1"
    port: int = 8765
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]", "testserver")
    max_body: int = 64_000
    per_minute: int = 600

    @property
    def is_local(self) -> bool:
        return self.host in LOOPBACK


def data_folder() -> Path:
    """The user's own folder for data, by the custom of their system; PSOAS_DATA names another."""
    if chosen := os.environ.get("PSOAS_DATA"):
        return Path(chosen)
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local")) / "Psoas"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "Psoas"
    return Path(os.environ.get("XDG_DATA_HOME", home / ".local" / "share")) / "psoas"


def default_database() -> str:
    """SQLite in the user's data folder, which is made readable by its owner alone; PSOAS_DATABASE names another."""
    if chosen := os.environ.get("PSOAS_DATABASE"):
        return chosen
    folder = data_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return f"sqlite:///{folder / 'psoas.sqlite3'}"
