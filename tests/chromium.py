"""A real browser for the tests: Debian's Chromium, driven by Playwright, and the application served to it."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from shutil import which
from threading import Thread

from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.databases import skip_or_fail

NOBODY_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
"""Names of other machines lead nowhere: nothing that a page asks for leaves this one."""
QUIET = ("--disable-background-networking", "--disable-component-update")
FLAGS = ["--no-sandbox", "--disable-gpu", *QUIET, NOBODY_ELSE]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium; a machine without it fails in CI and skips loudly elsewhere."""
    path = which("chromium") or which("chromium-browser") or which("google-chrome")
    if path is None:
        skip_or_fail("Chromium is not installed: the pages were not tried in a browser.", os.environ)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def listening() -> socket.socket:
    """Take a free port of this machine, so that an application can be told its address before it is served."""
    return socket.create_server(("127.0.0.1", 0))


@contextmanager
def serving_on(door: socket.socket, app: Flask) -> Iterator[str]:
    """Serve the application at a port that was taken, and give its address."""
    host, port = door.getsockname()
    server = make_server(host, port, app, threaded=True, request_handler=Quiet, fd=door.fileno())
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve the application on a free port of this machine and give its address."""
    with listening() as door, serving_on(door, app) as address:
        yield address


class Quiet(WSGIRequestHandler):
    """Answers over kept connections, as a real server does, and writes no log."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing: the tests tell what went wrong."""
