"""Starts Registrar's commands without loading them anew: one process that has loaded all, and forks for each.

`python -m tests.faults.nursery` reads one `Order` as JSON a line and answers with the number of the new process, which
has a session of its own, and leaves its exit status in the file that the order names if it ends by itself.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from registrar import cli
from registrar.app import ROOT
from tests.faults.processes import START_SECONDS, children, kill, until

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Order:
    """A command to run: its words, its whole environment, where its words go, and the file for its exit status."""

    words: Sequence[str]
    environ: Mapping[str, str]
    log: str
    status: str

    @classmethod
    def of(cls, words: Sequence[str], environ: Mapping[str, str], folder: Path, name: str) -> Self:
        """Return the order with its log and status under a name in a folder."""
        return cls(words, environ, str(folder / f"{name}.log"), str(folder / f"{name}.status"))


@dataclass(frozen=True)
class Forked:
    """A real process that was forked for one command."""

    pid: int
    log: Path
    status: Path

    def is_alive(self) -> bool:
        return Path(f"/proc/{self.pid}").exists()

    def send(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it without warning, and wait until it is gone."""
        kill(self.pid)
        self.wait()

    def kill_group(self) -> None:
        """Kill it and what it has started, at the same moment."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.wait()

    def children(self) -> list[int]:
        return children(self.pid)

    def stop(self) -> None:
        """Let it stand still, as a machine does that swaps or sleeps; every thread of it, when this returns."""
        self.send(signal.SIGSTOP)
        until(self._stands_still, f"process {self.pid} to stand still")

    def _stands_still(self) -> bool:
        states = [task.joinpath("stat").read_text().rpartition(")")[2].split()[0] for task in self._tasks()]
        return set(states) == {"T"}

    def _tasks(self) -> list[Path]:
        return list(Path(f"/proc/{self.pid}/task").iterdir())

    def go_on(self) -> None:
        self.send(signal.SIGCONT)

    def wait(self, seconds: float = START_SECONDS) -> int | None:
        """Wait until it is gone, and return its status if it ended by itself."""
        until(lambda: not self.is_alive(), f"process {self.pid} to end", seconds)
        return int(self.status.read_text()) if self.status.exists() else None


class Nursery:
    """Ends with `with`, and with it every process that it has started."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()

    def start(self, order: Order) -> Forked:
        """Start a command; what an earlier one of this name has left as its status is forgotten."""
        Path(order.status).unlink(missing_ok=True)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._lock:
            self._process.stdin.write(json.dumps(asdict(order)) + "\n")
            self._process.stdin.flush()
            return Forked(int(self._process.stdout.readline()), Path(order.log), Path(order.status))


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    for line in sys.stdin:
        given: dict[str, Any] = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _live(Order(**given))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _live(order: Order) -> None:
    """Be the command, to the end."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    _take_over(order)
    status = 0
    try:
        cli.main()
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 - a command that fails leaves its traceback in the log, and a status
        sys.excepthook(*sys.exc_info())
        status = 1
    sys.stdout.flush()
    Path(order.status).write_text(str(status))
    os._exit(status)


def _take_over(order: Order) -> None:
    log = os.open(order.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for old, new in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(old, new)
    os.environ.clear()
    os.environ.update(order.environ)
    sys.argv = ["registrar", *order.words]


if __name__ == "__main__":
    main()
