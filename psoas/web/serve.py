"""Starting the app: loopback unless told otherwise, and a loud warning then."""

from __future__ import annotations

import contextlib
import errno
import logging
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Sequence

import uvicorn
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from psoas.errors import InputError
from psoas.kernels import best_kernels
from psoas.library import Library
from psoas.likely import reasoned
from psoas.web.app import create_app
from psoas.web.security import host_of
from psoas.web.settings import LOOPBACK, Settings, default_database

WARNING = """
WARNING: Psoas will listen on {host}, where other computers can reach it.
Answers travel in clear text and there is no sign-in: whoever has a link can read it.
Use this only behind your own protection.
"""


def run(host: str, port: int, *, browser: bool, per_minute: int = 600, allow: Sequence[str] = ()) -> None:
    """Serve until stopped. allow: more names to answer to, such as that of a proxy in front.

    Raises InputError when the address cannot be opened or the data cannot be kept.
    """
    listener = listen(host, port)
    port = listener.getsockname()[1]
    if host not in LOOPBACK:
        print(WARNING.format(host=host), file=sys.stderr)
    names = (
        *LOOPBACK,
        *([] if host in LOOPBACK else [host, socket.gethostname()]),
        *(host_of(name) or name for name in allow),
    )
    settings = Settings(default_database(), host, port, names, per_minute=per_minute)
    # The access log would hold private links, so it stays off.
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    app = opened(settings)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that the store is closed then too
    try:
        with contextlib.suppress(KeyboardInterrupt):
            answer(app, listener, address_of(host, port), browser)
    finally:
        app.state.store.close()


def answer(app: FastAPI, listener: socket.socket, address: str, browser: bool) -> None:
    """Say where the app is, and serve it until a signal comes."""
    print(f"Psoas is open at {address}\nStop it with Ctrl-C.", flush=True)
    if browser:
        threading.Timer(0.8, webbrowser.open, [address]).start()
    threading.Thread(target=warm, args=(app.state.library,), daemon=True).start()
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
    uvicorn.Server(config).run([listener])


def warm(library: Library) -> None:
    """Make the arrays, and compile where numba is installed, before the first person needs them."""
    reasoned(library, {"low_back_pain": True}, kernels=best_kernels())


def opened(settings: Settings) -> FastAPI:
    """The app. Raises InputError when its database cannot be used."""
    try:
        return create_app(settings)
    except (SQLAlchemyError, ImportError) as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        do = "Set PSOAS_DATA to a folder in which you may write, or put PSOAS_DATABASE right."
        raise InputError("the database", f"cannot be used: {reason}.", "", do) from None


def address_of(host: str, port: int) -> str:
    """What to type into a browser on this computer.

    >>> address_of("0.0.0.0", 80), address_of("::1", 80), address_of("localhost", 80)
    ('http://127.0.0.1:80/', 'http://[::1]:80/', 'http://localhost:80/')
    """
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://{f'[{name}]' if ':' in name else name}:{port}/"


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises InputError with advice that fits what went wrong."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, or asyncio leaves Nagle's algorithm on and each page waits 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise InputError(f"{host}:{port}", f"cannot be opened: {error.strerror}.", "", advice(error)) from None
    except (UnicodeError, TypeError):  # what Python raises for a name that cannot be encoded
        listener.close()
        raise InputError("--host", f"{host!r} is no name of a computer.", "127.0.0.1, or a name.") from None
    return listener


def advice(error: OSError) -> str:
    """What to do when an address cannot be opened."""
    if isinstance(error, socket.gaierror):
        return "No computer is known by that name. Give an address of this one: psoas serve --host 127.0.0.1"
    if error.errno == errno.EADDRNOTAVAIL:
        return "That is no address of this computer. Give one that is: psoas serve --host 127.0.0.1"
    if isinstance(error, PermissionError):
        return "This port is for the system. Choose one above 1023: psoas serve --port 8765"
    return "Stop the other program, or choose another port: psoas serve --port 0"
