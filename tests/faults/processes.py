"""The processes of one installation, as they are shipped, started so that they can be killed."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from registrar.app import ROOT
from registrar.settings import Settings, load_settings
from tests.serving import web_command, worker_command

SECRET = "a-key-for-fault-tests-only-0123456789"
START_SECONDS = 60.0
PAUSE = 0.05
LEASE_SECONDS = 5
DIES_WITH_US = ["setpriv", "--pdeathsig=KILL"] if shutil.which("setpriv") else []


class Kill(StrEnum):
    """What is killed in one cycle; the mail worker is a choice of its own each time."""

    WEB_WORKER = "one web worker"
    WEB_MASTER = "the web master"
    WEB = "the whole web server"
    MAIL_WORKER = "a mail worker"
    EVERYTHING = "everything at once"


class Started:
    """One process in a session of its own, writing to a log file."""

    def __init__(self, command: Sequence[str | Path], environ: Mapping[str, str], log: Path) -> None:
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [*DIES_WITH_US, *command], cwd=ROOT, env=environ, stdout=output, stderr=output, start_new_session=True
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def children(self) -> list[int]:
        """Return the processes that this one has started."""
        try:
            return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]
        except OSError:
            return []

    def kill(self) -> None:
        """Kill this process, and no other."""
        kill(self.pid)
        self._process.wait()

    def kill_group(self) -> None:
        """Kill this process and what it has started, at the same moment."""
        os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def wait(self, seconds: float) -> int:
        return self._process.wait(seconds)


def kill(pid: int) -> None:
    """Kill a process that may just have ended by itself."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


class Site:
    """A web server, mail workers and an SMTP server in one folder; `environ` is what the shipped commands get."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder, self.database_url = folder, database_url
        self.port, self.smtp_port = free_port(), free_port()
        self.environ = environ_of(folder, database_url, self.port, self.smtp_port)
        self.settings: Settings = load_settings(self.environ, ROOT / "config")
        self.journal = folder / "journal.jsonl"
        self.kills: list[Kill] = []
        self._web: Started | None = None
        self._orphans: list[int] = []
        self._mail: list[Started | None] = []
        self._smtp: Started | None = None

    def start_smtp(self, script: str) -> None:
        """Start the mail server, which is never killed."""
        path = self.folder / "script.json"
        path.write_text(script)
        options = ["--journal", str(self.journal), "--port", str(self.smtp_port), "--script", str(path)]
        self._smtp = self._start([sys.executable, "-m", "tests.smtp", *options], "smtp")
        until(lambda: _listens(self.smtp_port), "the mail server")

    def start(self, mail_workers: int) -> None:
        """Start the web server and the mail workers and wait until pages are answered."""
        self._mail = [None] * mail_workers
        self.restart_dead()

    def restart_dead(self) -> None:
        """Start again what is not alive, as a supervisor does, and wait until pages are answered."""
        self._mail = [each if each and each.is_alive() else self._start_mail_worker() for each in self._mail]
        if self._web is None or not self._web.is_alive():
            self._end_orphans()
            self._web = self._start(web_command(self.settings), "web")
        until(lambda: _answers(self.port), "the web server")

    def mail_pids(self) -> set[int]:
        """Return the mail workers that were started last."""
        return {each.pid for each in self._mail if each}

    def kill(self, what: Kill, chance: random.Random) -> None:
        """Kill without any warning."""
        assert self._web is not None
        self.kills.append(what)
        if what is Kill.WEB_WORKER and (children := self._web.children()):
            kill(chance.choice(children))
        if what is Kill.WEB_MASTER:
            self._orphans = self._web.children()
            self._web.kill()
        if what in {Kill.WEB, Kill.EVERYTHING}:
            self._web.kill_group()
        if what is Kill.MAIL_WORKER:
            self._kill_mail_worker(chance.randrange(len(self._mail)))
        if what is Kill.EVERYTHING:
            for number in range(len(self._mail)):
                self._kill_mail_worker(number)

    def drain_once(self, moment: str) -> None:
        """Let a worker do everything that is due at a moment."""
        options = ["--once", "--now", moment, "--lease", str(LEASE_SECONDS)]
        worker = self._start([*worker_command(), *options], "mail")
        if worker.wait(300) != 0:
            raise RuntimeError(f"The worker failed, see {self.folder / 'mail.log'}.")

    def stop_serving(self) -> None:
        """End the web server and the mail workers."""
        for each in [self._web, *self._mail]:
            if each and each.is_alive():
                each.kill_group()
        self._end_orphans()
        self._web, self._mail = None, []

    def stop(self) -> None:
        """End every process that was started here."""
        self.stop_serving()
        if self._smtp and self._smtp.is_alive():
            self._smtp.kill()

    def run(self, module: str, argument: str, log: str) -> Started:
        """Start a module of the tests as a process of its own."""
        return self._start([sys.executable, "-m", module, argument], log)

    def _start_mail_worker(self) -> Started:
        return self._start([*worker_command(), "--lease", str(LEASE_SECONDS)], "mail")

    def _kill_mail_worker(self, number: int) -> None:
        worker = self._mail[number]
        if worker and worker.is_alive():
            worker.kill()

    def _end_orphans(self) -> None:
        """Web workers end by themselves when their master is gone; nobody waits for that here."""
        for pid in self._orphans:
            kill(pid)
        self._orphans = []
        until(lambda: not _listens(self.port), "the old web server to be gone")

    def _start(self, command: Sequence[str | Path], log: str) -> Started:
        return Started(command, self.environ, self.folder / f"{log}.log")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def environ_of(folder: Path, database_url: str, port: int, smtp_port: int) -> dict[str, str]:
    """Return the environment of an installation whose files lie in this folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REGISTRAR_")}
    return kept | {
        "PORT": str(port),
        "PYTHONPATH": str(ROOT),
        "REGISTRAR_DATABASE_URL": database_url,
        "REGISTRAR_DATA_DIR": str(folder / "data"),
        "REGISTRAR_LOG_LEVEL": "warning",
        "REGISTRAR_RATE_LIMITS_ON": "no",
        "REGISTRAR_SECRET_KEYS": SECRET,
        "REGISTRAR_SIGN_UP_SECONDS": "0",
        "REGISTRAR_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
    }


def until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + START_SECONDS
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"Waited in vain for {what}.")
        time.sleep(PAUSE)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
    try:
        connection.request("GET", "/readyz")
        connection.getresponse().read()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True
