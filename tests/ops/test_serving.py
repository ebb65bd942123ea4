"""`registrar run` as a process: it serves and delivers, restarts what dies, and leaves nobody behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

PATIENCE = 30.0
PAUSE = 0.05


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def until(holds: Callable[[], bool]) -> bool:
    """Wait until something holds, within reason."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(PAUSE)
    return False


def children(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(each) for each in found.stdout.split()]


def alive(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


class Run:
    """One `registrar run` on a port and folder of its own."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.port = free_port()
        environ = {**os.environ, "PORT": str(self.port), "REGISTRAR_DATA_DIR": str(folder)}
        with (folder / "log").open("wb") as log:
            command = [sys.executable, "-m", "registrar", "run"]
            self.process = subprocess.Popen(command, cwd=root, env=environ, stdout=log, stderr=log)

    def ready(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2) as answer:
                return int(answer.status) == 200
        except (URLError, OSError):
            return False

    def everybody(self) -> list[int]:
        """The four processes below the supervisor: web master, two web workers, mail worker."""
        below = children(self.process.pid)
        return [*below, *(each for parent in below for each in children(parent))]


@pytest.fixture
def run(tmp_path: Path, root: Path) -> Iterator[Run]:
    found = Run(tmp_path, root)
    assert until(lambda: found.ready() and len(found.everybody()) == 4), (tmp_path / "log").read_text()
    yield found
    if found.process.poll() is None:
        found.process.terminate()
        found.process.wait(PATIENCE)


@pytest.mark.faults
def test_sigterm_ends_everything_in_order(run: Run) -> None:
    below = run.everybody()

    run.process.terminate()

    assert (run.process.wait(PATIENCE), [each for each in below if alive(each)]) == (0, [])


@pytest.mark.faults
def test_a_killed_supervisor_leaves_nobody_behind(run: Run) -> None:
    below = run.everybody()

    run.process.send_signal(signal.SIGKILL)
    run.process.wait(PATIENCE)

    assert until(lambda: not any(alive(each) for each in below))


@pytest.mark.faults
def test_a_killed_process_is_started_again(run: Run) -> None:
    web, mail = children(run.process.pid)

    os.kill(web, signal.SIGKILL)
    os.kill(mail, signal.SIGKILL)

    assert until(lambda: len(set(children(run.process.pid)) - {web, mail}) == 2 and run.ready())
