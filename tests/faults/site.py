"""One installation with all its processes, as they are shipped, to be killed one by one."""

import random
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from registrar.app import ROOT
from registrar.settings import Settings, load_settings
from tests.faults.nursery import Forked, Nursery, Order
from tests.faults.processes import LEASE_SECONDS, Started, answers, environ_of, free_port, kill, listens, until
from tests.serving import web_command

DRAIN_SECONDS = 300.0


class Kill(StrEnum):
    """What is killed in one cycle; the mail worker is a choice of its own each time."""

    WEB_WORKER = "one web worker"
    WEB_MASTER = "the web master"
    WEB = "the whole web server"
    MAIL_WORKER = "a mail worker"
    SUPERVISED = "a process that registrar run keeps"
    EVERYTHING = "everything at once"


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
        self._nursery = Nursery()
        self._mail: list[Forked | None] = []
        self._house: Forked | None = None
        self._smtp: Started | None = None

    def start_smtp(self, script: str) -> None:
        """Start the mail server, which is never killed."""
        path = self.folder / "script.json"
        path.write_text(script)
        options = ["--journal", str(self.journal), "--port", str(self.smtp_port), "--script", str(path)]
        self._smtp = self._start([sys.executable, "-m", "tests.smtp", *options], "smtp")
        until(lambda: listens(self.smtp_port), "the mail server")

    def start(self, mail_workers: int) -> None:
        """Start the web server and the mail workers and wait until pages are answered."""
        self._mail = [None] * mail_workers
        self.restart_dead()

    def start_house(self) -> None:
        """Start `registrar run` too, on a port of its own: a second web server and one more mail worker."""
        environ = {**self.environ, "PORT": str(free_port())}
        self._house = self._nursery.start(Order.of(["run"], environ, self.folder, "house"))
        until(lambda: answers(int(environ["PORT"])), "registrar run")

    def choices(self) -> list[Kill]:
        """Return what can be killed here."""
        return [each for each in Kill if each is not Kill.SUPERVISED or self._house]

    def restart_dead(self) -> None:
        """Start again what is not alive, as a supervisor does, and wait until pages are answered."""
        self._mail = [each if each and each.is_alive() else self._start_mail_worker() for each in self._mail]
        if self._web is None or not self._web.is_alive():
            self._end_orphans()
            self._web = self._start(web_command(self.settings), "web")
        until(lambda: answers(self.port), "the web server")

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
        if what is Kill.SUPERVISED and self._house and (kept := self._house.children()):
            kill(chance.choice(kept))
        if what is Kill.EVERYTHING:
            for number in range(len(self._mail)):
                self._kill_mail_worker(number)

    def drain_once(self, moment: str) -> None:
        """Let a worker do everything that is due at a moment."""
        if self._work("--once", "--now", moment).wait(DRAIN_SECONDS) != 0:
            raise RuntimeError(f"The worker failed, see {self.folder / 'mail.log'}.")

    def stop_serving(self) -> None:
        """End the web servers and the mail workers."""
        house = [] if self._house is None else [*self._house.children(), self._house.pid]
        for pid in house:
            kill(pid)
        for each in [self._web, *self._mail]:
            if each and each.is_alive():
                each.kill_group()
        self._end_orphans()
        self._web, self._mail, self._house = None, [], None

    def stop(self) -> None:
        """End every process that was started here."""
        self.stop_serving()
        self._nursery.__exit__(None, None, None)
        if self._smtp and self._smtp.is_alive():
            self._smtp.kill()

    def run(self, module: str, argument: str, log: str) -> Started:
        """Start a module of the tests as a process of its own."""
        return self._start([sys.executable, "-m", module, argument], log)

    def _start_mail_worker(self) -> Forked:
        return self._work()

    def _work(self, *options: str) -> Forked:
        words = ["worker", "--lease", str(LEASE_SECONDS), *options]
        return self._nursery.start(Order.of(words, self.environ, self.folder, "mail"))

    def _kill_mail_worker(self, number: int) -> None:
        worker = self._mail[number]
        if worker and worker.is_alive():
            worker.kill()

    def _end_orphans(self) -> None:
        """Web workers end by themselves when their master is gone; nobody waits for that here."""
        for pid in self._orphans:
            kill(pid)
        self._orphans = []
        until(lambda: not listens(self.port), "the old web server to be gone")

    def _start(self, command: Sequence[str | Path], log: str) -> Started:
        return Started(command, self.environ, self.folder / f"{log}.log")
