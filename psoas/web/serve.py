"""Starting the app: loopback unless told otherwise, and a loud warning then."""

from __future__ import annotations

import logging
import socket
import sys
import threading
import webbrowser

import uvicorn

from psoas.errors import InputError
from psoas.web.app import create_app
from psoas.web.settings import LOOPBACK, Settings, default_database

WARNING = """
WARNING: Psoas will listen on {host}, where other computers can reach it.
Answers travel in clear text and there is no sign-in: whoever has a link can read it.
Use this only behind your own protection.
"""


def run(host: str, port: int, *, browser: bool, per_minute: int = 600) -> None:
    """Serve until stopped. Raises InputError when the port is taken."""
    listener = listen(host, port)
    port = listener.getsockname()[1]
    if host not in LOOPBACK:
        print(WARNING.format(host=host), file=sys.stderr)
    names = (*LOOPBACK[:2], "[::1]", host) if host in LOOPBACK else (*LOOPBACK[:2], host, socket.gethostname())
    settings = Settings(default_database(), host, port, names, per_minute=per_minute)
    # The access log would hold private links, so it stays off.
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    app = create_app(settings)
    address = f"http://{'127.0.0.1' if host in ('0.0.0.0', *LOOPBACK) else host}:{port}/"
    print(f"Psoas is open at {address}\nStop it with Ctrl-C.", flush=True)
    if browser:
        threading.Timer(0.8, webbrowser.open, [address]).start()
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
    uvicorn.Server(config).run([listener])


def listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, or asyncio leaves Nagle's algorithm on and each page waits 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        do = "Stop the other program, or choose another port: psoas serve --port 0"
        raise InputError(f"{host}:{port}", f"cannot be opened: {error.strerror}.", "", do) from None
    return listener
