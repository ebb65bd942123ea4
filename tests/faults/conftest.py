"""A nursery of processes for all tests of faults, and a laboratory for each."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Databases
from tests.faults.lab import Lab
from tests.faults.nursery import Nursery
from tests.smtp import Step

MakeLab = Callable[..., Lab]


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    with Nursery() as found:
        yield found


@pytest.fixture
def empty_url(template: str, databases: Databases) -> str:
    """The address of a database of its own on each kind."""
    return databases.clone(template)


@pytest.fixture
def lab(empty_url: str, nursery: Nursery, tmp_path: Path) -> Iterator[MakeLab]:
    """Make a laboratory whose mail server follows these steps."""
    with ExitStack() as stack:

        def make(*script: Step, **settings: Any) -> Lab:
            return stack.enter_context(Lab(tmp_path, empty_url, nursery, script, settings))

        yield make
