"""`registrar run`: prepare the database, then keep a web server and a mail worker running until told to stop."""

import ctypes
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from gunicorn.app.base import BaseApplication

from registrar import migrations
from registrar.db import alchemy
from registrar.mail.cli import check_signing_key, work_until_stopped
from registrar.mail.worker import worker_for
from registrar.ops.first_start import prepare
from registrar.settings import Settings

STOP_SECONDS = 20
RESTART_SECONDS = 2
LOOK_SECONDS = 0.2
PR_SET_PDEATHSIG = 1
forking = multiprocessing.get_context("fork")
"""What is loaded once serves every process: half the time to start, and shared memory."""


def _in_demo_mode(_context: click.Context, _option: click.Parameter, wanted: bool) -> bool:
    """Let the settings know before they are read."""
    if wanted:
        os.environ["REGISTRAR_DEMO"] = "true"
    return wanted


@click.command()
@click.option(
    "--demo",
    is_flag=True,
    is_eager=True,
    callback=_in_demo_mode,
    help="Fill an empty database with an invented season in its ninth week.",
)
@with_appcontext
def run(demo: bool) -> None:
    """Serve the site and deliver its mail."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the processes need the object itself
    settings: Settings = app.extensions["registrar.settings"]
    check_signing_key()
    migrations.upgrade(alchemy.engine)
    for line in prepare(settings, demo=demo):
        click.echo(line)
    alchemy.engine.dispose()
    click.echo(f"Registrar is on {settings.base_url} (Ctrl+C stops it)")
    sys.exit(Supervisor([lambda: Web(app, settings).run(), lambda: deliver(app)]).run())


def web_options(settings: Settings) -> dict[str, object]:
    """Return how gunicorn serves the pages."""
    return {
        "bind": f"127.0.0.1:{settings.port}",
        "workers": settings.web_workers,
        "threads": settings.web_threads,
        "worker_class": "gthread",
        "keepalive": 15,
        "loglevel": "warning",
        "control_socket_disable": True,
    }


class Web(BaseApplication):
    """Gunicorn around an application that is already loaded."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app = app
        self._options = web_options(settings)
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app


def deliver(app: Flask) -> None:
    """Plan and deliver mail until told to stop."""
    with app.app_context():
        work_until_stopped(worker_for(app.extensions["registrar.settings"]))


def _end_with_parent(task: Callable[[], None]) -> None:
    """Run a task that is told to end when its parent is gone, even killed (Linux: prctl(2), PR_SET_PDEATHSIG)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    task()


class Supervisor:
    """Keeps processes running: starts one again that ends by itself, stops all when told to."""

    def __init__(self, tasks: Sequence[Callable[[], None]]) -> None:
        self._tasks = tasks
        self._processes: list[multiprocessing.context.ForkProcess] = []
        self._stopping = False

    def run(self) -> int:
        """Start everything, watch it, and return the exit status."""
        self._processes = [self._start(task) for task in self._tasks]
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        while not self._stopping:
            time.sleep(LOOK_SECONDS)
            self._restart_ended()
        return self._wait()

    def _start(self, task: Callable[[], None]) -> "multiprocessing.context.ForkProcess":
        process = forking.Process(target=_end_with_parent, args=(task,))
        process.start()
        return process

    def _restart_ended(self) -> None:
        for number, process in enumerate(self._processes):
            if not process.is_alive() and not self._stopping:
                click.echo(f"A process ended with status {process.exitcode}; it is started again.", err=True)
                time.sleep(RESTART_SECONDS)
                self._processes[number] = self._start(self._tasks[number])

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True
        for process in self._processes:
            process.terminate()

    def _wait(self) -> int:
        for process in self._processes:
            process.join(STOP_SECONDS)
            if process.is_alive():
                process.kill()
        return 0
