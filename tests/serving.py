"""The command of the web server that `registrar run` keeps, for tests that start and kill it by itself."""

import sys

from registrar.app import ROOT
from registrar.ops.serving import web_options
from registrar.settings import Settings


def web_command(settings: Settings) -> list[str]:
    """Return gunicorn's command with the options that `registrar run` gives it."""
    options = {name.replace("_", "-"): value for name, value in web_options(settings).items()}
    del options["control-socket-disable"]
    flags = [
        f"--{name.replace('keepalive', 'keep-alive').replace('loglevel', 'log-level')}={value}"
        for name, value in options.items()
    ]
    return [sys.executable, "-m", "gunicorn", *flags, "--no-control-socket", f"--chdir={ROOT}", "wsgi:app"]
