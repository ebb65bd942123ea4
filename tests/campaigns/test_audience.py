"""Exactly those are counted whom the conditions mean, and only if they agreed to mail and did not say no."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from registrar.campaigns import audience
from registrar.campaigns.audience import Recipients, Span, Tally
from registrar.campaigns.rules import Registered, SeatWish
from registrar.campaigns.segments import Segment
from registrar.db import DbSession
from registrar.people.models import Consent, OptOut, Person, PersonTag
from registrar.programmes.models import Programme, Selection
from registrar.weekly.models import Registration
from registrar.weekly.rules import SeatState
from tests import factories
from tests.campaigns.conftest import Agreeing, agrees


@pytest.fixture
def found(db: DbSession, series: Programme, now: datetime) -> Any:
    """Return the names of whom a segment means."""

    def names(**conditions: Any) -> list[str]:
        whom = Recipients(Segment(**conditions), series.slug, "Europe/Paris", now)
        return list(db.scalars(select(Person.name).where(*audience.conditions(whom)).order_by(Person.name)))

    return names


def registration(db: DbSession, person: Person) -> Registration:
    return db.scalars(select(Registration).where(Registration.person_id == person.id)).one()


def test_no_condition_is_nobody(db: DbSession, agreeing: Agreeing, series: Programme, now: datetime) -> None:
    agreeing()
    whom = Recipients(Segment(), series.slug, "Europe/Paris", now)

    assert audience.count(db, whom) == 0
    assert audience.tally(db, whom).total == 0
    assert audience.sample(db, whom) == []


def test_registrations_are_live_cancelled_or_ever(
    db: DbSession, agreeing: Agreeing, series: Programme, now: datetime, found: Any
) -> None:
    agreeing(name="Ana")
    registration(db, agreeing(name="Ben")).cancelled_at = now
    elsewhere = factories.person(db, name="Cid")
    agrees(db, elsewhere, now - timedelta(days=1))
    factories.registration(db, factories.series(db), person_id=elsewhere.id)
    db.flush()

    assert found(series=series.id) == ["Ana"]
    assert found(series=series.id, registered=Registered.CANCELLED) == ["Ben"]
    assert found(series=series.id, registered=Registered.EVER) == ["Ana", "Ben"]


def test_a_live_consent_older_than_the_mail_is_needed(
    db: DbSession, agreeing: Agreeing, series: Programme, now: datetime, found: Any
) -> None:
    agreeing(name="Ana")
    never = factories.person(db, name="Never")
    withdrawn, unproven, today = agreeing(name="Withdrawn"), agreeing(name="Unproven"), agreeing(name="Today")
    factories.registration(db, series, person_id=never.id)
    for person, changes in ((withdrawn, "withdrawn_at"), (unproven, "proven_at"), (today, "proven_at")):
        consent = db.scalars(select(Consent).where(Consent.person_id == person.id)).one()
        setattr(consent, changes, None if person is unproven else now)
    agreeing(name="Unconfirmed", confirmed_at=None)
    db.flush()

    assert found(series=series.id) == ["Ana"]


def test_who_opted_out_of_this_series_is_left_out(
    db: DbSession, agreeing: Agreeing, series: Programme, now: datetime, found: Any
) -> None:
    for name, topic in (("Ana", "another-series"), ("Ben", series.slug)):
        factories.stored(db, OptOut(person_id=agreeing(name=name).id, topic=topic, created_at=now))

    assert found(series=series.id) == ["Ana"]


def test_seats_in_a_session(db: DbSession, agreeing: Agreeing, series: Programme, found: Any) -> None:
    session = factories.session(db, series)
    for number, state in enumerate(SeatState, 1):
        given: dict[str, Any] = {"state": state, "queue_number": number}
        if state is SeatState.OFFERED:
            given["offered_until"] = session.starts_at
        factories.seat(db, registration(db, agreeing(name=state.value)), session, **given)

    assert found(seat_session=session.id) == ["confirmed"]
    assert found(seat_session=session.id, seat=SeatWish.WAITING) == ["offered", "waiting"]
    assert found(seat_session=session.id, seat=SeatWish.SKIPPED) == ["skipped"]


def test_who_attended_and_who_missed(
    db: DbSession, agreeing: Agreeing, series: Programme, now: datetime, found: Any
) -> None:
    over = [factories.session(db, series, starts_at=now - timedelta(days=days)) for days in (15, 8)]
    coming = factories.session(db, series)
    for name, times in (("Ana", 2), ("Ben", 1), ("Cid", 0)):
        theirs = registration(db, agreeing(name=name))
        for number, session in enumerate([*over, coming]):
            factories.seat(db, theirs, session)
            if number < times:
                factories.attendance(db, theirs, session)
    agreeing(name="No seat")

    assert found(attended_session=over[0].id) == ["Ana", "Ben"]
    assert found(missed_session=over[1].id) == ["Ben", "Cid"]
    assert found(missed_session=coming.id) == []
    assert found(attended_series=series.id, attended_at_least=1) == ["Ana", "Ben"]
    assert found(attended_series=series.id, attended_at_least=1, attended_at_most=1) == ["Ben"]
    assert found(attended_series=series.id, attended_at_most=0) == ["Cid", "No seat"]


def test_a_cohort_is_who_works_for_a_selected_institution(agreeing: Agreeing, found: Any, db: DbSession) -> None:
    season = factories.season(db)
    museum = factories.institution(db, name="Musée d’Orsay", country="FR")
    factories.stored(db, Selection(season_id=season.id, institution_id=museum.id, position=0))
    agreeing(name="Ana", institution="musee d’orsay")
    agreeing(name="Ben", institution="Musée du Louvre")
    agreeing(name="Cid", institution=None)

    assert found(cohort=season.id) == ["Ana"]
    assert found(cohort=season.id + 1) == []


def test_countries_and_language(agreeing: Agreeing, found: Any) -> None:
    agreeing(name="Ana", country="FR", locale="fr")
    agreeing(name="Ben", country="GH", locale="en")
    agreeing(name="Cid", country=None, locale="en")

    assert found(countries=("FR", "GH")) == ["Ana", "Ben"]
    assert found(locale="en") == ["Ben", "Cid"]
    assert found(countries=("FR",), locale="en") == []


def test_tags_any_all_and_none(db: DbSession, agreeing: Agreeing, series: Programme, found: Any) -> None:
    for name, tags in (("Ana", ["a", "b"]), ("Ben", ["b"]), ("Cid", [])):
        person = agreeing(name=name)
        for tag in tags:
            factories.stored(db, PersonTag(person_id=person.id, tag=tag))

    assert found(tags_any=("a", "b")) == ["Ana", "Ben"]
    assert found(tags_all=("a", "b")) == ["Ana"]
    assert found(series=series.id, tags_none=("a",)) == ["Ben", "Cid"]


def test_days_begin_and_end_in_the_zone_of_the_campaign(
    db: DbSession, agreeing: Agreeing, series: Programme, found: Any
) -> None:
    moments = {"Ana": "2027-01-01T22:59+00:00", "Ben": "2027-01-01T23:00+00:00", "Cid": "2027-01-02T23:00+00:00"}
    for name, at in moments.items():
        registration(db, agreeing(name=name)).confirmed_at = datetime.fromisoformat(at)
    db.flush()

    assert found(signed_up_since=date(2027, 1, 2)) == ["Ben", "Cid"]
    assert found(signed_up_until=date(2027, 1, 1)) == ["Ana"]
    assert found(series=series.id, signed_up_since=date(2027, 1, 2), signed_up_until=date(2027, 1, 2)) == ["Ben"]


def test_people_are_counted_by_country_language_and_zone(
    db: DbSession, agreeing: Agreeing, series: Programme, now: datetime
) -> None:
    agreeing(country="FR", locale="fr", timezone="Europe/Paris")
    agreeing(country=None, locale="en", timezone="Europe/Paris")
    last = agreeing(country="GH", locale="en", timezone="Africa/Accra")
    whom = Recipients(Segment(series=series.id), series.slug, "Europe/Paris", now)

    assert audience.tally(db, whom) == Tally(
        Counter({"FR": 1, "": 1, "GH": 1}),
        Counter({"en": 2, "fr": 1}),
        Counter({"Europe/Paris": 2, "Africa/Accra": 1}),
    )
    assert audience.count(db, whom) == 3
    assert audience.sample(db, whom)[0] == last


def test_a_span_holds_a_part_of_them_whatever_is_asked(
    db: DbSession, agreeing: Agreeing, series: Programme, now: datetime
) -> None:
    session = factories.session(db, series, starts_at=now - timedelta(days=7))
    people = [agreeing() for _ in range(4)]
    for person in people:
        theirs = registration(db, person)
        factories.seat(db, theirs, session)
        factories.attendance(db, theirs, session)
        factories.stored(db, PersonTag(person_id=person.id, tag="a"))
    asked = Segment(series=series.id, seat_session=session.id, attended_session=session.id, tags_any=("a",))
    span = Span(people[0].id, people[2].id)
    whom = Recipients(asked, series.slug, "Europe/Paris", now, span)

    found = db.scalars(select(Person.id).where(*audience.conditions(whom)).order_by(Person.id)).all()

    assert found == [people[1].id, people[2].id]
