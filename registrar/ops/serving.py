"""`registrar run`: prepare the database, then keep a web server and a mail worker running until told to stop."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from types import FrameType

import click
from flask import current_app
from flask.cli import with_appcontext

from registrar import migrations
from registrar.db import alchemy
from registrar.ops.first_start import prepare
from registrar.settings import Settings

STOP_SECONDS = 20
RESTART_SECONDS = 2


@click.command()
@click.option("--demo", is_flag=True, help="Fill an empty database with an invented season in its ninth week.")
@with_appcontext
def run(demo: bool) -> None:
    """Serve the site and deliver its mail."""
    settings: Settings = current_app.extensions["registrar.settings"]
    migrations.upgrade(alchemy.engine)
    for line in prepare(settings, demo=demo):
        click.echo(line)
    alchemy.engine.dispose()
    click.echo(f"Registrar is on {settings.base_url} (Ctrl+C stops it)")
    environment = {**os.environ, "REGISTRAR_DEMO": "true"} if demo else dict(os.environ)
    sys.exit(Supervisor([web_command(settings), worker_command()], environment).run())


def web_command(settings: Settings) -> list[str]:
    """Return the command that serves the pages."""
    options = {"workers": settings.web_workers, "threads": settings.web_threads, "bind": f"127.0.0.1:{settings.port}"}
    flags = [f"--{name}={value}" for name, value in options.items()]
    more = ["--worker-class=gthread", "--log-level=warning", "--keep-alive=15", "--no-control-socket"]
    return [sys.executable, "-m", "gunicorn", *flags, *more, f"--chdir={migrations.FOLDER.parent}", "wsgi:app"]


def worker_command() -> list[str]:
    """Return the command that delivers the mail."""
    return [sys.executable, "-m", "registrar", "worker"]


class Supervisor:
    """Keeps processes running: restarts one that dies, stops all when told to."""

    def __init__(self, commands: Sequence[list[str]], environment: dict[str, str]) -> None:
        self._commands = commands
        self._environment = environment
        self._processes: list[subprocess.Popen[bytes]] = []
        self._stopping = False

    def run(self) -> int:
        """Start everything, watch it, and return the exit status."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        self._processes = [self._start(command) for command in self._commands]
        while not self._stopping:
            time.sleep(0.2)
            self._restart_dead()
        return self._wait()

    def _start(self, command: list[str]) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(command, env=self._environment)

    def _restart_dead(self) -> None:
        for number, process in enumerate(self._processes):
            if process.poll() is not None and not self._stopping:
                click.echo(f"A process ended with status {process.returncode}; it is started again.", err=True)
                time.sleep(RESTART_SECONDS)
                self._processes[number] = self._start(self._commands[number])

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True
        for process in self._processes:
            if process.poll() is None:
                process.terminate()

    def _wait(self) -> int:
        for process in self._processes:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        return 0
