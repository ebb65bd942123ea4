"""The processes of one installation, as they are shipped, started so that they can be killed."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from registrar.app import ROOT

SECRET = "a-key-for-fault-tests-only-0123456789"
START_SECONDS = 60.0
PAUSE = 0.05
LEASE_SECONDS = 5
DIES_WITH_US = ["setpriv", "--pdeathsig=KILL"] if shutil.which("setpriv") else []


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
        return children(self.pid)

    def kill(self) -> None:
        """Kill this process, and no other."""
        kill(self.pid)
        self._process.wait()

    def terminate(self) -> None:
        """Ask this process to end."""
        self._process.terminate()

    def kill_group(self) -> None:
        """Kill this process and what it has started, at the same moment."""
        os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def wait(self, seconds: float) -> int:
        return self._process.wait(seconds)


def children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def kill(pid: int) -> None:
    """Kill a process that may just have ended by itself."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


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


def until(holds: Callable[[], bool], what: str, seconds: float = START_SECONDS) -> None:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"Waited in vain for {what}.")
        time.sleep(PAUSE)


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
    try:
        connection.request("GET", "/readyz")
        connection.getresponse().read()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True
