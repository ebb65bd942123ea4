"""`registrar staff` does from the terminal what administrators do in the browser."""

from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from registrar.accounts.cli import staff
from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from tests import factories
from tests.browsing import send
from tests.conftest import Client

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, db: DbSession) -> Run:
    """Run a command of `registrar staff`."""

    def run(*arguments: str) -> Result:
        db.commit()
        return app.test_cli_runner().invoke(staff, list(arguments))

    return run


def test_an_invitation_prints_a_link_that_signs_in_once(run: Run, client: Client, db: DbSession) -> None:
    result = run("invite", "ada@example.org", "--name", "Ada", "--role", "admin", "--print-link")

    member = db.scalars(select(Staff)).one()
    path = result.output.splitlines()[1].removeprefix("http://127.0.0.1:5000")
    assert result.exit_code == 0
    assert (member.name, member.role) == ("Ada", Role.ADMIN)
    assert db.scalars(select(OutboxMail.kind)).all() == ["accounts.invitation"]
    assert [send(client, path).status_code for _ in range(2)] == [303, 410]


def test_an_address_that_is_none_and_one_that_is_known_are_refused(run: Run, db: DbSession) -> None:
    factories.staff(db, email="ada@example.org")

    wrong, known = run("invite", "ada@"), run("invite", "ADA@example.org")

    assert (wrong.exit_code, known.exit_code) == (1, 1)
    assert "There is already a member of the team with this address." in known.output


def test_the_list_names_everyone(run: Run, db: DbSession) -> None:
    factories.staff(db, Role.ADMIN, email="ada@example.org", name="Ada")

    assert run("list").output == "admin       ada@example.org  Ada  never signed in\n"


def test_roles_change_and_the_last_administrator_stays(run: Run, db: DbSession) -> None:
    factories.staff(db, Role.ADMIN, email="ada@example.org")
    factories.staff(db, Role.ORGANISER, email="noor@example.org", name="Noor")

    refused, done = run("role", "ada@example.org", "organiser"), run("role", "noor@example.org", "admin")

    assert (refused.exit_code, done.output) == (1, "Noor is now admin.\n")
    assert run("deactivate", "ada@example.org").exit_code == 0
    assert run("link", "ada@example.org").exit_code == 1
    assert run("reactivate", "ada@example.org").exit_code == 0


def test_a_link_on_the_terminal_signs_in(run: Run, client: Client, db: DbSession) -> None:
    factories.staff(db, Role.REVIEWER, email="noor@example.org")

    path = run("link", "noor@example.org").output.strip().removeprefix("http://127.0.0.1:5000")

    assert send(client, path).location == "/reviews"
    assert run("link", "nobody@example.org").exit_code == 1
