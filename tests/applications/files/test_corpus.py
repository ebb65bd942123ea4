"""The hostile corpus is refused and the harmless one is not, each file within two seconds and 200 MiB."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.applications.files import samples
from tests.applications.files.hostile import HOSTILE, LARGE

MEBIBYTE = 1024 * 1024
MOST = 200 * MEBIBYTE
Measured = dict[str, tuple[str, int]]


@pytest.fixture(scope="module")
def measured(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """What became of every file, and the memory it took; a process that needs more time is killed."""
    folder = tmp_path_factory.mktemp("corpus")
    for name, make in {**HOSTILE, **LARGE}.items():
        (folder / name).write_bytes(make())
    for name, (content, _) in samples.harmless().items():
        (folder / name).write_bytes(content)
    command = [sys.executable, "-m", "tests.applications.files.measuring", str(folder)]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    return {name: (verdict, memory) for name, (verdict, memory) in json.loads(result.stdout).items()}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_within_two_seconds_and_200_mebibytes(measured: Measured, name: str) -> None:
    verdict, memory = measured[name]

    assert verdict == "refused"
    assert memory < MOST


@pytest.mark.parametrize("name", LARGE)
def test_a_large_picture_is_taken_in_within_two_seconds_and_200_mebibytes(measured: Measured, name: str) -> None:
    verdict, memory = measured[name]

    assert verdict == name
    assert memory < MOST


@pytest.mark.parametrize("name", samples.harmless())
def test_a_harmless_file_is_accepted_under_its_name(measured: Measured, name: str) -> None:
    assert measured[name][0] == name.replace(".jpeg", ".jpg")
