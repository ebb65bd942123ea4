"""Web servers as they are shipped, and what their workers have used so far."""

import os
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from registrar.app import ROOT
from registrar.settings import Settings, load_settings
from tests.faults.processes import Started, free_port, until
from tests.serving import web_command

SECRET = "a-key-for-the-benchmark-only-0123456789"
APPLICATIONS = {"registrar": "wsgi:app", "yardstick": "tests.bench.yardstick:create_app()"}
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """One application under gunicorn, started with the command of `registrar run`."""

    def __init__(self, folder: Path, database_url: str, application: str) -> None:
        self.port = free_port()
        self.environ = _environ(folder, database_url, self.port)
        self.settings: Settings = load_settings(self.environ, ROOT / "config")
        command = [*web_command(self.settings)[:-1], APPLICATIONS[application]]
        self._started = Started(command, self.environ, folder / f"{application}-{self.port}.log")
        self._path = {"registrar": "/readyz", "yardstick": "/"}[application]

    def wait(self) -> None:
        """Wait until pages are answered by every worker."""
        until(self._answers, "a web server")
        until(lambda: len(self._started.children()) == self.settings.web_workers, "the web workers")

    def stop(self) -> None:
        self._started.kill_group()

    def cpu_seconds(self) -> float:
        """Return what the workers have computed since they started."""
        return sum(_cpu_seconds(pid) for pid in self._started.children())

    def megabytes(self) -> float:
        """Return the memory of the larger worker that is in use (RSS)."""
        return max(_megabytes(pid) for pid in self._started.children())

    def _answers(self) -> bool:
        if not self._started.is_alive():
            raise RuntimeError("A web server did not start.")
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", self._path)
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


def _environ(folder: Path, database_url: str, port: int) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REGISTRAR_")}
    return kept | {
        "PORT": str(port),
        "PYTHONPATH": str(ROOT),
        "REGISTRAR_DATABASE_URL": database_url,
        "REGISTRAR_DATA_DIR": str(folder / "data"),
        "REGISTRAR_RATE_LIMITS_ON": "no",
        "REGISTRAR_SECRET_KEYS": SECRET,
        "REGISTRAR_SIGN_UP_SECONDS": "2",
        "REGISTRAR_SMTP_URL": "smtp://127.0.0.1:25",
    }


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _megabytes(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))
