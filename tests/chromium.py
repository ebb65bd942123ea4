"""A real browser for the tests: Debian's Chromium, driven by Playwright, and the application served to it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from shutil import which
from threading import Thread

from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from tests.databases import skip_or_fail

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


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


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve the application on a free port of this machine and give its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
