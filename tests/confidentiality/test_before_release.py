"""Before a release nothing that a team can reach differs between the accepted and the declined: bytes and heads.

Only the nonce of scripts, the token of forms and the session's cookie are taken out; they are new in every answer.
"""

import pytest
from flask import Flask
from sqlalchemy import func, select

from registrar.applications.rules import Verdict
from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.mail.worker import Worker
from registrar.people.models import Person
from tests import factories
from tests.confidentiality.conftest import Browse, MakeWorld
from tests.confidentiality.visiting import address, get, rules, settled
from tests.confidentiality.world import REFERENCE, Phase, World, decide
from tests.conftest import Client

Answers = dict[str, tuple[int, str, bytes]]


def everything(app: Flask, client: Client, world: World) -> Answers:
    """Return what every address answers."""
    paths = [address(app, rule, world, REFERENCE) for rule in rules(app, "GET")]
    return {path: settled(get(client, path)) for path in paths}


@pytest.mark.parametrize("role", ["nobody", "ana", "bea"])
def test_a_team_reads_the_same_whatever_was_decided(
    app: Flask, db: DbSession, make_world: MakeWorld, browse: Browse, role: str
) -> None:
    world = make_world(Phase.OPEN)
    who: Person | None = getattr(world, role, None)
    client = browse(who)
    everything(app, client, world)  # the first look leaves a session behind
    accepted = everything(app, client, world)
    seen = []
    for verdict in (Verdict.DECLINE, Verdict.WAITLIST, None):
        decide(db, world.application, verdict)
        other = everything(app, client, world)
        seen += [(verdict, path) for path in accepted if accepted[path] != other[path]]

    assert seen == []
    assert len(accepted) > 100


def test_no_mail_is_written_because_of_a_verdict(app: Flask, db: DbSession, make_world: MakeWorld) -> None:
    world = make_world(Phase.OPEN)
    counts = set()
    for verdict in (*Verdict, None):
        decide(db, world.application, verdict)
        with app.app_context():
            Worker(None).run_once(factories.NOW)
        db.expire_all()
        mine = OutboxMail.application_id == world.application.id
        counts.add(db.scalar(select(func.count(OutboxMail.id)).where(mine)))

    assert counts == {0}
