"""At the same moment: one draft per way in and institution, one use per allowed use, one seat on the team."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select

from registrar.applications import grace, inviting, memberships, starting
from registrar.applications.models import Application, Invitation, JoinRequest, Member
from registrar.applications.rules import MOST_MEMBERS, TeamRole
from registrar.applications.starting import Asker, Beginner
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.errors import Refusal
from registrar.people.models import Institution, Person
from registrar.people.rules import InstitutionKind
from tests import factories

THREADS = 8
MUSEUM = Beginner(name="Ana", timezone="Europe/Lisbon", locale="en", institution="Museu do Sal", country="PT",
                  kind=InstitutionKind.MUSEUM, website=None)  # fmt: skip
Step = Callable[[DbSession], object]


def at_once(db: DbSession, work: Sequence[Step]) -> int:
    """Run each step in a transaction of its own, all at the same time; return how many were not refused."""
    engine = db.get_bind()
    assert isinstance(engine, Engine)
    db.commit()

    def run(step: Step) -> int:
        with DbSession(engine) as own, suppress(Refusal):
            step(own)
            own.commit()
            return 1
        return 0

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(done.result() for done in [pool.submit(run, step) for step in work])


def count(db: DbSession, model: type) -> int:
    db.expire_all()
    return db.scalar(select(func.count()).select_from(model)) or 0


def ways_in(db: DbSession, call: Call, number: int) -> list[int]:
    found = []
    for each in range(number):
        email = f"ana{each}@museum.example"
        found.append(
            factories.stored(
                db,
                Invitation(call_id=call.id, email=email, email_key=email, locale="en", timezone="Europe/Lisbon",
                           created_at=factories.NOW, mail_number=1, mailed_at=factories.NOW),
            ).id
        )  # fmt: skip
    return found


def beginning(invitation: int, now: datetime) -> Step:
    return lambda own: starting.begin(own, invitation, MUSEUM, now=now)


@pytest.fixture
def team(db: DbSession) -> Application:
    return factories.application(db, factories.call(db), lead=factories.person(db))


def test_one_way_in_that_is_used_eight_times_makes_one_draft(db: DbSession, now: datetime) -> None:
    [way] = ways_in(db, factories.call(db), 1)

    assert at_once(db, [beginning(way, now)] * THREADS) == 1
    assert [count(db, each) for each in (Application, Institution, Person, Member)] == [1, 1, 1, 1]


def test_eight_colleagues_who_begin_at_once_make_one_draft_for_their_institution(db: DbSession, now: datetime) -> None:
    ways = ways_in(db, factories.call(db), THREADS)

    assert at_once(db, [beginning(way, now) for way in ways]) == 1
    assert [count(db, each) for each in (Application, Institution, Member)] == [1, 1, 1]


def test_an_address_that_asks_eight_times_at_once_has_one_way_in_and_one_mail(db: DbSession, now: datetime) -> None:
    call = factories.call(db).id
    asker = Asker(email="ana@museum.example", email_key="ana@museum.example", locale="en", timezone="Europe/Paris")

    def ask(own: DbSession) -> None:
        starting.ask(own, own.get_one(Call, call), asker, mails_a_day=3, now=now)

    assert at_once(db, [ask] * THREADS) == THREADS
    assert db.execute(select(Invitation.mail_number)).scalars().all() == [1]


@pytest.mark.parametrize("allowed", [1, 3])
def test_a_grace_link_counts_each_of_its_uses_once(
    db: DbSession, team: Application, now: datetime, allowed: int
) -> None:
    until = team.call.closes_at + timedelta(days=1)
    link = grace.give(db, team, until, "Power cut.", "staff:1", now, most_uses=allowed)
    number = link.id

    assert at_once(db, [lambda own: grace.use(own, number, actor="anyone", now=now)] * THREADS) == allowed
    db.expire_all()
    assert (link.uses, team.extended_until) == (allowed, until)


def test_the_last_seat_of_a_team_is_given_once(db: DbSession, team: Application, now: datetime) -> None:
    for _ in range(MOST_MEMBERS - 2):
        factories.member(db, team, factories.person(db))
    guests = [(factories.invitation(db, team).id, factories.person(db).id) for _ in range(4)]

    def accepting(invitation: int, person: int) -> Step:
        return lambda own: inviting.accept(own, invitation, own.get_one(Person, person), now=now)

    assert at_once(db, [accepting(*guest) for guest in guests]) == 1
    assert count(db, Member) == MOST_MEMBERS


def test_two_leads_who_both_leave_leave_one(db: DbSession, team: Application, now: datetime) -> None:
    first, second, number = team.members[0].person_id, factories.person(db).id, team.id
    db.add(Member(application_id=number, person_id=second, role=TeamRole.LEAD, joined_at=now))

    def leaving(person: int) -> Step:
        def leave(own: DbSession) -> None:
            application = own.get_one(Application, number)
            memberships.remove(own, application, person, by=own.get_one(Person, person), now=now)

        return leave

    assert at_once(db, [leaving(first), leaving(second)]) == 1
    assert count(db, Member) == 1


def test_a_wish_to_join_that_is_sent_eight_times_is_one(db: DbSession, team: Application, now: datetime) -> None:
    eva, number = factories.person(db).id, team.id

    def ask(own: DbSession) -> None:
        memberships.ask(own, own.get_one(Application, number), own.get_one(Person, eva), now=now)

    assert at_once(db, [ask] * THREADS) == THREADS
    assert count(db, JoinRequest) == 1
