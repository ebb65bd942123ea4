"""Release: everything in one transaction or nothing; re-deciding supersedes what has not left."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from registrar.applications.models import Application
from registrar.applications.rules import OfferState, Verdict
from registrar.audit.models import AuditEntry
from registrar.calls.freezing import freeze
from registrar.calls.models import Call
from registrar.cohorts import offers
from registrar.db import DbSession
from registrar.errors import Conflict, Refusal
from registrar.mail.models import OutboxMail
from registrar.mail.rules import MailState
from registrar.reviews import deciding, ready_letters, rehearsing, releasing
from registrar.reviews.decision_models import Decision, Release
from registrar.reviews.rehearsing import Problem
from registrar.reviews.releasing import Shares
from tests import factories

WEEK = timedelta(days=7)
pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def call(db: DbSession, now: datetime) -> Call:
    """A call of two places that is over, with its three ready letters."""
    found = factories.call(db, places=2, opens_at=now - 9 * WEEK, closes_at=now - WEEK)
    ready_letters.make_ready(db, found, by="staff:1", now=now)
    return found


def team(db: DbSession, call: Call, verdict: Verdict | None, position: int | None = None) -> Application:
    found = factories.submitted(db, call, lead=factories.person(db))
    if verdict is not None:
        factories.decision(db, found, verdict, waitlist_position=position)
    return found


@pytest.fixture
def teams(db: DbSession, call: Call) -> list[Application]:
    """Two accepted, two waiting in the other order of their making, one declined."""
    return [
        team(db, call, Verdict.ACCEPT),
        team(db, call, Verdict.ACCEPT),
        team(db, call, Verdict.WAITLIST, 2),
        team(db, call, Verdict.WAITLIST, 1),
        team(db, call, Verdict.DECLINE),
    ]


def run(db: DbSession, call: Call, now: datetime) -> rehearsing.DryRun:
    return rehearsing.dry_run(db, call, offers_until=now + WEEK, now=now)


def release(db: DbSession, call: Call, now: datetime, by: str = "staff:1") -> Release:
    fingerprint = run(db, call, now).fingerprint
    found = releasing.release(db, call.id, fingerprint=fingerprint, offers_until=now + WEEK, by=by, now=now)
    db.commit()
    return found


def redecide(db: DbSession, call: Call, application: Application, verdict: Verdict, now: datetime) -> None:
    deciding.decide(db, call, [application], verdict, by="staff:2", now=now)


def letters(db: DbSession) -> list[tuple[int | None, str, MailState]]:
    rows = db.scalars(select(OutboxMail).where(OutboxMail.kind == "reviews.decision").order_by(OutboxMail.id))
    return [(each.application_id, each.context["verdict"], each.state) for each in rows]


def problems(found: rehearsing.DryRun) -> list[Problem]:
    return [each.problem for each in found.problems]


def test_a_release_shows_verdicts_makes_offers_orders_the_list_and_queues_the_letters(
    db: DbSession, call: Call, teams: list[Application], now: datetime
) -> None:
    release(db, call, now)

    facts = [(each.released_verdict, each.offer, each.waitlist_position) for each in teams]
    assert facts == [
        (Verdict.ACCEPT, OfferState.OPEN, None),
        (Verdict.ACCEPT, OfferState.OPEN, None),
        (Verdict.WAITLIST, None, 2),
        (Verdict.WAITLIST, None, 1),
        (Verdict.DECLINE, None, None),
    ]
    verdicts = ["accept", "accept", "waitlist", "waitlist", "decline"]
    queued = [(each.id, verdict, MailState.QUEUED) for each, verdict in zip(teams, verdicts, strict=True)]
    assert letters(db) == queued
    assert [each.offer_until for each in teams[:2]] == [now + WEEK] * 2


def test_what_is_in_the_way_stops_all_of_it(db: DbSession, call: Call, teams: list[Application], now: datetime) -> None:
    undecided = team(db, call, None)
    found = run(db, call, now)

    assert [(each.problem, each.application) for each in found.problems] == [(Problem.UNDECIDED, undecided)]
    with pytest.raises(Refusal, match="in the way"):
        release(db, call, now)
    db.rollback()
    assert db.scalar(select(func.count()).where(Application.released_at.is_not(None))) == 0
    assert letters(db) == []


def test_the_dry_run_finds_every_contradiction(
    db: DbSession, call: Call, teams: list[Application], now: datetime
) -> None:
    third = team(db, call, Verdict.ACCEPT)
    third.eligibility, third.eligibility_at = "refused", now  # type: ignore[assignment]  # as the database has it
    db.delete(ready_letters.chosen(db, call)[Verdict.DECLINE])
    nobody = factories.submitted(db, call)
    factories.decision(db, nobody, Verdict.DECLINE)
    db.flush()
    call.closes_at = now
    found = rehearsing.dry_run(db, call, offers_until=now, now=now)

    assert sorted(problems(found)) == sorted(
        [
            Problem.TOO_MANY, Problem.BEFORE_DEADLINE, Problem.OFFER_PAST, Problem.REFUSED, Problem.NOBODY,
            Problem.NO_LETTER,
        ]
    )  # fmt: skip


def test_who_looked_at_other_decisions_releases_nothing(
    db: DbSession, call: Call, teams: list[Application], now: datetime
) -> None:
    seen = run(db, call, now).fingerprint
    redecide(db, call, teams[0], Verdict.DECLINE, now)
    with pytest.raises(Conflict, match="changed since the dry run"):
        releasing.release(db, call.id, fingerprint=seen, offers_until=now + WEEK, by="staff:1", now=now)


def test_deciding_anew_supersedes_the_letters_that_have_not_left(
    db: DbSession, call: Call, teams: list[Application], now: datetime
) -> None:
    release(db, call, now)
    redecide(db, call, teams[4], Verdict.WAITLIST, now)
    release(db, call, now)

    number = teams[4].id
    mine = [each for each in letters(db) if each[0] == number]
    assert mine == [(number, "decline", MailState.CANCELLED), (number, "waitlist", MailState.QUEUED)]
    assert [state for other, _, state in letters(db) if other != number] == [MailState.QUEUED] * 4


def test_an_offer_that_is_no_longer_meant_is_taken_back_and_may_wait_again(
    db: DbSession, call: Call, teams: list[Application], now: datetime
) -> None:
    release(db, call, now)
    redecide(db, call, teams[0], Verdict.WAITLIST, now)
    redecide(db, call, teams[1], Verdict.DECLINE, now)
    release(db, call, now)

    assert [(each.offer, each.waitlist_position) for each in teams[:4]] == [
        (None, 3), (OfferState.WITHDRAWN, None), (None, 2), (None, 1),
    ]  # fmt: skip
    offers.fill(db, now)
    assert [each.offer for each in teams[:4]] == [None, OfferState.WITHDRAWN, OfferState.OPEN, OfferState.OPEN]


def test_who_was_declined_and_is_accepted_after_all_gets_an_offer(
    db: DbSession, call: Call, teams: list[Application], now: datetime
) -> None:
    release(db, call, now)
    redecide(db, call, teams[0], Verdict.DECLINE, now)
    release(db, call, now)
    assert teams[0].offer is OfferState.WITHDRAWN
    redecide(db, call, teams[0], Verdict.ACCEPT, now)
    release(db, call, now)

    assert (teams[0].offer, teams[0].offer_until) == (OfferState.OPEN, now + WEEK)


def test_a_second_person_confirms_exactly_what_was_asked(
    db: DbSession, call: Call, teams: list[Application], now: datetime
) -> None:
    shares = Shares(feedback=True)
    seen = run(db, call, now).fingerprint
    releasing.ask(db, call.id, fingerprint=seen, offers_until=now + WEEK, by="staff:1", shares=shares, now=now)
    db.commit()
    with pytest.raises(Refusal, match="Somebody else"):
        releasing.confirm(db, call.id, second="staff:1", now=now)
    found = releasing.confirm(db, call.id, second="staff:2", now=now)
    db.commit()

    assert (found.asked_by, found.confirmed_by, found.released_at) == ("staff:1", "staff:2", now)
    assert (found.figures["feedback"], found.figures["letters"]) == (True, 5)
    assert db.scalars(select(Release.id)).all() == [found.id]


def test_the_second_person_cannot_confirm_what_has_changed(
    db: DbSession, call: Call, teams: list[Application], now: datetime
) -> None:
    seen = run(db, call, now).fingerprint
    releasing.ask(db, call.id, fingerprint=seen, offers_until=now + WEEK, by="staff:1", now=now)
    redecide(db, call, teams[0], Verdict.DECLINE, now)
    with pytest.raises(Conflict):
        releasing.confirm(db, call.id, second="staff:2", now=now)


def test_a_frozen_call_is_not_released(db: DbSession, call: Call, teams: list[Application], now: datetime) -> None:
    freeze(db, call.id, by="staff:1", now=now)
    with pytest.raises(Refusal, match="The season is over"):
        release(db, call, now)


def test_the_trail_says_who_released_what(db: DbSession, call: Call, teams: list[Application], now: datetime) -> None:
    release(db, call, now, by="staff:7")
    actions = db.execute(
        select(AuditEntry.action, AuditEntry.actor, func.count()).group_by(AuditEntry.action, AuditEntry.actor)
    )

    found = {(action, actor): count for action, actor, count in actions}
    assert (
        found["application.release", "staff:7"],
        found["offer.make", "staff:7"],
        found["release.done", "staff:7"],
    ) == (5, 2, 1)
    assert db.scalar(select(func.count()).select_from(Decision)) == 5


def test_another_order_of_the_waiting_list_is_released_without_letters(
    db: DbSession, call: Call, teams: list[Application], now: datetime
) -> None:
    release(db, call, now)
    assert run(db, call, now).may_go is False
    deciding.reorder(db, call, teams[2].id, 1, by="staff:1", now=now)
    found = release(db, call, now)

    assert [each.waitlist_position for each in teams[2:4]] == [1, 2]
    assert (found.figures["letters"], len(letters(db))) == (0, 5)


def test_who_is_back_after_a_withdrawal_waits_again_after_the_next_release(
    db: DbSession, call: Call, teams: list[Application], now: datetime
) -> None:
    release(db, call, now)
    teams[3].waitlist_position = None
    db.flush()
    release(db, call, now)

    assert [each.waitlist_position for each in teams[2:4]] == [2, 1]
