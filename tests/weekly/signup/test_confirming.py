"""Behind the mailed link: confirming exactly once, links that are over, "not me", and the mails of record."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import func, select

from registrar.audit.models import AuditEntry
from registrar.db import DbSession
from registrar.errors import Conflict
from registrar.mail.delivery import prepare
from registrar.mail.kinds import NotNeeded
from registrar.mail.models import OutboxMail, Suppression
from registrar.mail.reading import read
from registrar.mail.rules import MailState, Reason, SuppressionReason
from registrar.mail.suppression import suppress
from registrar.people.models import Consent, Person
from registrar.people.rules import CONSENT_TEXT_VERSION
from registrar.programmes.models import Programme
from registrar.tokens import Purpose, Tokens
from registrar.weekly import seats
from registrar.weekly.models import Registration, Seat, SignUp
from registrar.weekly.rules import Scope, SeatState
from registrar.weekly.signup import confirming, queries, signing_up
from tests import factories
from tests.conftest import Client, TestClock
from tests.weekly.signing_up import ADA, confirmation_path, draft, outbox, page_of, path, press, send, token_of

THREADS = 16


@pytest.fixture
def series(db: DbSession) -> Programme:
    """A series with a week that is over and three to come, the last with one place."""
    programme = factories.series(db)
    for week in (-1, 0, 1, 2):
        starts_at = factories.NOW + timedelta(days=2, hours=8, weeks=week)
        capacity = 1 if week == 2 else None
        factories.session(db, programme, slug=f"week-{week + 9}", starts_at=starts_at, capacity=capacity)
    db.commit()
    return programme


def every(db: DbSession, model: type[Any]) -> Sequence[Any]:
    db.expire_all()
    return db.scalars(select(model).order_by(model.id)).all()


def test_the_page_behind_the_link_shows_what_is_registered_and_changes_nothing(
    app: Flask, client: Client, db: DbSession, series: Programme, clock: TestClock
) -> None:
    send(client, page_of(series), **ADA)

    page = client.get(confirmation_path(app, db, clock))

    assert page.status_code == 200
    assert [each in page.text for each in ("Ada Lovelace", "Science Museum", "United Kingdom", "London")] == [True] * 4
    assert "Wednesday 13 January 2027, 17:00" in page.text  # 18:00 in Paris
    assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert every(db, Registration) == []


def test_one_click_registers_seats_consent_mail_and_cookie(
    app: Flask, client: Client, db: DbSession, series: Programme, clock: TestClock
) -> None:
    send(client, page_of(series), **ADA)
    typed_at = clock.now
    link = confirmation_path(app, db, clock)
    clock.advance(hours=1)

    answer = press(client, link)

    [person], [registration], [consent] = every(db, Person), every(db, Registration), every(db, Consent)
    assert (answer.status_code, answer.location) == (303, f"/my?welcome={registration.reference}")
    assert (person.email, person.name, person.timezone, person.locale, person.confirmed_at) == (
        "ada@example.org",
        "Ada Lovelace",
        "Europe/London",
        "en",
        clock.now,
    )
    assert (consent.text_version, consent.given_at, consent.proven_at) == (CONSENT_TEXT_VERSION, typed_at, clock.now)
    assert [seat.session.slug for seat in every(db, Seat)] == ["week-9", "week-10", "week-11"]
    sign_up = db.scalars(select(SignUp)).one()
    assert [mail.key for mail in outbox(db, "weekly.confirmed")] == [f"confirmed:{registration.id}:{sign_up.id}"]
    last = every(db, AuditEntry)[-1]
    assert (last.actor, last.action, last.subject_id) == (
        f"person:{person.id}",
        "registration.confirm",
        registration.id,
    )
    assert registration.reference in client.get(answer.location).text


def test_chosen_weeks_get_seats_and_no_others(
    app: Flask, client: Client, db: DbSession, series: Programme, clock: TestClock
) -> None:
    send(client, page_of(series), **{**ADA, "scope": "chosen", "weeks": ["week-10"]})

    press(client, confirmation_path(app, db, clock))

    assert [seat.session.slug for seat in every(db, Seat)] == ["week-10"]
    assert every(db, Registration)[0].scope is Scope.CHOSEN


def test_a_full_session_puts_the_newcomer_on_its_waiting_list(
    app: Flask, client: Client, db: DbSession, series: Programme, clock: TestClock
) -> None:
    seats.take(db, factories.registration(db, series), series.sessions[-1:], now=clock.now)
    send(client, page_of(series), **ADA)

    press(client, confirmation_path(app, db, clock))

    states = [(seat.session.slug, seat.state.value) for seat in every(db, Seat)[1:]]
    assert states == [("week-9", "confirmed"), ("week-10", "confirmed"), ("week-11", "waiting")]


def test_signing_up_again_extends_and_updates_and_forgets_nothing(
    app: Flask, client: Client, db: DbSession, series: Programme, clock: TestClock
) -> None:
    send(client, page_of(series), **{**ADA, "scope": "chosen", "weeks": ["week-10"]})
    press(client, confirmation_path(app, db, clock))
    clock.advance(minutes=10)
    again = {**ADA, "name": "Ada King", "institution": "", "country": "", "timezone": "America/New_York"}
    send(client, page_of(series), **again)
    press(client, confirmation_path(app, db, clock))

    [person], [registration] = every(db, Person), every(db, Registration)
    assert (person.name, person.institution, person.country, person.timezone) == (
        "Ada King",
        "Science Museum",
        "GB",
        "America/New_York",
    )
    assert (registration.scope, len(every(db, Seat)), len(every(db, Consent))) == (Scope.SEASON, 3, 1)
    assert len(outbox(db, "weekly.confirmed")) == 2


def test_the_whole_season_is_not_narrowed_by_signing_up_for_one_week(
    db: DbSession, series: Programme, now: datetime
) -> None:
    registration = factories.registration(db, series)
    choice = confirming.Choice(series.id, Scope.CHOSEN, [series.sessions[1].id])

    confirming.sign_up_known(db, registration.person, choice, locale="en", now=now)

    assert registration.scope is Scope.SEASON


def test_a_cancelled_registration_comes_back_with_its_reference(
    db: DbSession, series: Programme, now: datetime
) -> None:
    registration = factories.registration(db, series, cancelled_at=now - timedelta(days=1))
    choice = confirming.Choice(series.id, Scope.CHOSEN, [series.sessions[1].id])

    found = confirming.sign_up_known(db, registration.person, choice, locale="en", now=now)

    assert (found.id, found.cancelled_at, found.confirmed_at, found.scope) == (registration.id, None, now, Scope.CHOSEN)


def test_confirming_sixteen_times_at_once_registers_once(
    app: Flask, client: Client, db: DbSession, series: Programme, clock: TestClock
) -> None:
    send(client, page_of(series), **ADA)
    link = confirmation_path(app, db, clock)
    db.commit()

    def browser() -> tuple[Client, str]:
        """Open the page in a browser of its own."""
        found = Client(app, app.response_class, use_cookies=True)
        found.db = DbSession(db.get_bind())
        return found, token_of(found.get(link))

    def click(opened: tuple[Client, str]) -> str:
        return str(opened[0].post(link, data={"csrf_token": opened[1]}).location.partition("?")[0])

    with ThreadPoolExecutor(THREADS) as pool:
        answers = sorted(pool.map(click, [browser() for _ in range(THREADS)]))

    counts = [len(every(db, model)) for model in (Person, Registration, Consent)]
    assert (counts, len(every(db, Seat)), len(outbox(db, "weekly.confirmed"))) == ([1, 1, 1], 3, 1)
    assert [answers.count("/my"), set(answers) - {"/my"}] == [1, {link}]


def test_two_series_confirmed_at_once_make_one_person(db: DbSession, series: Programme, now: datetime) -> None:
    other = factories.series(db)
    factories.session(db, other)
    ids = [sign_up(db, programme, now).id for programme in (series, other)]
    db.commit()

    def confirm(number: int) -> None:
        with DbSession(db.get_bind()) as own:
            confirming.confirm(own, number, now=now)
            own.commit()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(confirm, number) for number in ids]:
            done.result()

    assert (len(every(db, Person)), len(every(db, Registration))) == (1, 2)


def test_a_session_added_while_somebody_confirms_is_theirs_too(db: DbSession, series: Programme, now: datetime) -> None:
    number = sign_up(db, series, now).id
    db.commit()

    def confirm() -> None:
        with DbSession(db.get_bind()) as own:
            confirming.confirm(own, number, now=now)
            own.commit()

    with ThreadPoolExecutor(1) as pool:
        added = factories.session(db, series, starts_at=now + timedelta(days=40))
        seats.enrol_everyone(db, added, now=now)
        waiting = pool.submit(confirm)
        time.sleep(0.05)
        db.commit()
        waiting.result()

    assert [seat.session_id for seat in every(db, Seat)][-1] == added.id


def sign_up(db: DbSession, programme: Programme, now: datetime, **given: Any) -> SignUp:
    values: dict[str, Any] = {
        "email": "ada@example.org",
        "email_key": "ada@example.org",
        "name": "Ada",
        "timezone": "Europe/Paris",
    }
    values |= {"locale": "en", "scope": Scope.SEASON, "session_ids": [], "consent_version": CONSENT_TEXT_VERSION}
    values |= {"created_at": now, "updated_at": now, "mail_number": 1, "mailed_at": now}
    return factories.stored(db, SignUp(**{**values, "programme_id": programme.id, **given}))


def test_a_used_link_leads_to_the_personal_page_or_offers_a_fresh_link(
    app: Flask, client: Client, db: DbSession, series: Programme, clock: TestClock
) -> None:
    send(client, page_of(series), **ADA)
    link = confirmation_path(app, db, clock)
    press(client, link)

    with_cookie = client.get(link)
    clock.advance(hours=2)
    without = client.get(link)

    assert (with_cookie.status_code, with_cookie.location) == (303, "/my")
    assert (without.status_code, 'href="/my/link"' in without.text) == (410, True)


def test_an_expired_link_registers_nothing_and_mails_a_new_one(
    app: Flask, client: Client, db: DbSession, series: Programme, clock: TestClock
) -> None:
    send(client, page_of(series), **ADA)
    link = confirmation_path(app, db, clock)
    form = {"csrf_token": ""}
    clock.advance(hours=47)
    form["csrf_token"] = client.get(link).text.partition('csrf_token" value="')[2].partition('"')[0]
    clock.advance(hours=1)

    over = client.post(link, data=form)
    answer = press_fresh(client, series, link)

    assert (over.status_code, "This link has expired" in over.text) == (410, True)
    assert (answer.status_code, answer.location) == (303, f"/weekly/{series.slug}/check-your-mail")
    assert (len(outbox(db, "weekly.confirm")), every(db, Registration)) == (2, [])
    assert press(client, confirmation_path(app, db, clock)).status_code == 303
    assert len(every(db, Registration)) == 1


def press_fresh(client: Client, series: Programme, link: str) -> Any:
    """Press "Send me a new mail" on the page of an expired link, in a browser that has not typed anything."""
    page = client.get(link).text
    token = page.partition('csrf_token" value="')[2].partition('"')[0]
    data = {"csrf_token": token, "token": link.rpartition("/")[2]}
    return client.post(f"/weekly/{series.slug}/resend", data=data)


def test_a_forged_link_and_one_for_a_forgotten_sign_up_say_so(
    client: Client, db: DbSession, series: Programme, tokens: Tokens
) -> None:
    forgotten = client.get(f"/confirm/{tokens.make(Purpose.CONFIRM, 999)}")
    forged = client.get(f"/confirm/{tokens.make(Purpose.NOT_ME, 1)}")

    assert [(each.status_code, "This link is not valid" in each.text) for each in (forgotten, forged)] == [
        (404, True)
    ] * 2


def test_weeks_that_are_over_by_now_are_told_and_the_link_stays_good(
    app: Flask, client: Client, db: DbSession, series: Programme, clock: TestClock
) -> None:
    send(client, page_of(series), **{**ADA, "scope": "chosen", "weeks": ["week-9"]})
    link = confirmation_path(app, db, clock)
    series.sessions[1].cancelled_at = clock.now
    db.commit()

    answer = press(client, link)

    assert (answer.status_code, "What was chosen is over or cancelled" in answer.text) == (422, True)
    assert (every(db, Person), every(db, SignUp)[0].confirmed_at) == ([], None)


def test_not_me_stops_what_waits_and_what_would_come(
    app: Flask, client: Client, db: DbSession, series: Programme, clock: TestClock
) -> None:
    send(client, page_of(series), **ADA)
    mail = outbox(db, "weekly.confirm")[0]
    stop = path(str(draft(app, db, mail, clock).values["not_me_url"]))
    link = confirmation_path(app, db, clock)

    asked = client.get(stop)
    untouched = every(db, Suppression)
    stopped = press(client, stop)
    clock.advance(minutes=10)
    send(client, page_of(series), **ADA)

    assert (asked.status_code, untouched, stopped.status_code) == (200, [], 200)
    assert [each.reason for each in every(db, Suppression)] == [SuppressionReason.NOT_ME]
    first, second = outbox(db, "weekly.confirm")
    assert (first.state, first.reason) == (MailState.CANCELLED, Reason.SUPPRESSED)
    assert not_needed(app, db, second, clock) is Reason.SUPPRESSED
    assert (client.get(link).status_code, press(client, stop, again="yes").status_code) == (410, 200)
    assert draft(app, db, second, clock).to_address == "ada@example.org"


def not_needed(app: Flask, db: DbSession, mail: OutboxMail, clock: TestClock) -> Reason:
    with pytest.raises(NotNeeded) as ended:
        draft(app, db, mail, clock)
    return ended.value.reason


def test_not_me_does_not_stop_the_reminders_of_somebody_who_is_registered(
    app: Flask, client: Client, db: DbSession, series: Programme, clock: TestClock
) -> None:
    person = factories.person(db, email="ada@example.org")
    registration = factories.registration(db, series, person_id=person.id)
    send(client, page_of(series), **ADA)
    press(client, path(str(draft(app, db, outbox(db, "weekly.confirm")[0], clock).values["not_me_url"])))

    mail = factories.stored(db, told(registration, clock.now))
    with app.app_context():
        assert prepare(db, mail, now=clock.now).letter.to_address == "ada@example.org"


def told(registration: Registration, now: datetime, **given: Any) -> OutboxMail:
    values = {"key": f"confirmed:{registration.id}:1", "kind": "weekly.confirmed", "lane": 0, "context": {}}
    values |= {"registration_id": registration.id, "person_id": registration.person_id, "message_id": "m"}
    values |= {"created_at": now, "due_at": now, "next_at": now, "expires_at": now + timedelta(days=3)}
    return OutboxMail(**{**values, **given})


def test_not_me_after_confirming_points_to_the_personal_page(
    app: Flask, client: Client, db: DbSession, series: Programme, clock: TestClock, tokens: Tokens
) -> None:
    send(client, page_of(series), **ADA)
    press(client, confirmation_path(app, db, clock))
    stop = f"/not-me/{tokens.make(Purpose.NOT_ME, every(db, SignUp)[0].id)}"

    page = client.get(stop)

    assert (page.status_code, "This registration was confirmed" in page.text) == (200, True)
    assert every(db, Suppression) == []


def test_a_confirmed_sign_up_cannot_be_refused_nor_a_refused_one_confirmed(
    app: Flask, db: DbSession, series: Programme, tokens: Tokens, now: datetime
) -> None:
    refused, confirmed = sign_up(db, series, now, refused_at=now), sign_up(db, series, now, confirmed_at=now)

    with pytest.raises(Conflict):
        signing_up.refuse(db, tokens, confirmed, now=now)
    with pytest.raises(Conflict):
        confirming.confirm(db, refused.id, now=now)


def test_the_mail_that_asks_to_confirm_holds_nothing_that_was_typed(
    app: Flask, client: Client, db: DbSession, series: Programme, clock: TestClock
) -> None:
    send(client, page_of(series), **{**ADA, "name": "Visit spam.example", "institution": "Canary Ltd"})

    with app.app_context():
        prepared = prepare(db, outbox(db, "weekly.confirm")[0], now=clock.now)
    letter = read(prepared.letter.data)

    headers = dict(letter.headers)
    assert (headers["To"], headers["Subject"]) == ("ada@example.org", f"Please confirm: {series.title}")
    whole = headers["Subject"] + letter.text + letter.html
    assert [word in whole for word in ("spam.example", "Canary", "/confirm/", "/not-me/")] == [False, False, True, True]


def test_a_known_address_gets_other_words_in_its_own_language(
    app: Flask, client: Client, db: DbSession, series: Programme, clock: TestClock
) -> None:
    factories.person(db, email="ada@example.org", locale="fr", name="Canary")
    send(client, page_of(series), **ADA)

    found = draft(app, db, outbox(db, "weekly.confirm")[0], clock)

    assert (found.values["known"], found.locale, found.to_name) == (True, "fr", "")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"confirmed_at": factories.NOW}, Reason.SUPERSEDED),
        ({"mail_number": 2}, Reason.SUPERSEDED),
        ({"refused_at": factories.NOW}, Reason.SUPPRESSED),
    ],
)
def test_the_mail_that_asks_to_confirm_ends_where_it_makes_no_sense(
    app: Flask,
    client: Client,
    db: DbSession,
    series: Programme,
    clock: TestClock,
    change: dict[str, Any],
    reason: Reason,
) -> None:
    send(client, page_of(series), **ADA)
    [found] = every(db, SignUp)
    for name, value in change.items():
        setattr(found, name, value)
    db.commit()

    assert not_needed(app, db, outbox(db, "weekly.confirm")[0], clock) is reason


def test_an_address_that_bounced_is_asked_nothing(
    app: Flask, client: Client, db: DbSession, series: Programme, clock: TestClock
) -> None:
    send(client, page_of(series), **ADA)
    with app.app_context():
        suppress(db, "ada@example.org", SuppressionReason.BOUNCE, now=clock.now)

    assert not_needed(app, db, outbox(db, "weekly.confirm")[0], clock) is Reason.SUPPRESSED


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_the_mail_of_record_invites_to_the_next_session_and_says_the_ways_back(
    app: Flask, db: DbSession, series: Programme, clock: TestClock, locale: str
) -> None:
    person = factories.person(db, email="ada@example.org", name="Ada", timezone="America/New_York", locale=locale)
    registration = factories.registration(db, series, person_id=person.id)
    seats.take(db, registration, series.sessions, now=clock.now)
    mail = factories.stored(db, told(registration, clock.now))

    with app.app_context():
        prepared = prepare(db, mail, now=clock.now)

    letter = read(prepared.letter.data)
    wanted = (registration.reference, "/my/enter/", "/my/link", "/feed/", "/join/", "12:00", "18:00")
    assert [each for each in wanted if each not in letter.text] == []
    assert [each for each in wanted if each not in letter.html] == []
    assert "meet.example.org" not in letter.text + letter.html
    invitation = letter.parts[0]
    [entry] = Calendar.from_ical(invitation.content).walk("VEVENT")
    assert (invitation.content_type, str(entry["UID"]), entry["SEQUENCE"]) == (
        "text/calendar; method=REQUEST",
        series.sessions[1].uid,
        0,
    )
    assert dict(letter.headers)["Subject"] == prepared.letter.subject


def test_a_person_who_only_waits_gets_a_mail_without_invitation(
    app: Flask, db: DbSession, series: Programme, clock: TestClock
) -> None:
    last = series.sessions[-1:]
    seats.take(db, factories.registration(db, series), last, now=clock.now)
    registration = factories.registration(db, series)
    seats.take(db, registration, last, now=clock.now)
    mail = factories.stored(db, told(registration, clock.now))

    with app.app_context():
        letter = read(prepare(db, mail, now=clock.now).letter.data)

    assert (letter.parts, "waiting list" in letter.text) == ([], True)


def test_a_registration_cancelled_meanwhile_is_told_nothing(
    app: Flask, db: DbSession, series: Programme, clock: TestClock
) -> None:
    registration = factories.registration(db, series, cancelled_at=clock.now)
    mail = factories.stored(db, told(registration, clock.now))

    assert not_needed(app, db, mail, clock) is Reason.WITHDRAWN


def offered(app: Flask, db: DbSession, series: Programme, clock: TestClock) -> tuple[Seat, str]:
    """Make somebody an offer, and return their seat and the address behind the mail."""
    first, second = (
        seats.take(db, factories.registration(db, series), series.sessions[-1:], now=clock.now)[0] for _ in range(2)
    )
    seats.skip(db, first, by="person:1", now=clock.now)
    db.commit()
    mail = outbox(db, "weekly.offer")[0]
    with app.app_context():
        letter = read(prepare(db, mail, now=clock.now).letter.data)
    link = path(str(draft(app, db, mail, clock).values["offer_url"]))
    assert link in letter.text
    return second, link


def test_an_offer_is_taken_by_its_button_only(
    app: Flask, client: Client, db: DbSession, series: Programme, clock: TestClock
) -> None:
    seat, link = offered(app, db, series, clock)

    page = client.get(link)
    db.refresh(seat)
    before = seat.state
    answers = [press(client, link, answer="accept").status_code, client.get(link).status_code]

    assert (page.status_code, "A place is free for you" in page.text, before) == (200, True, SeatState.OFFERED)
    assert answers == [303, 200]
    db.refresh(seat)
    assert seat.state is SeatState.CONFIRMED
    assert [mail.kind for mail in outbox(db, "weekly.returned")] == ["weekly.returned"]


def test_an_offer_given_on_may_be_asked_for_again(
    app: Flask, client: Client, db: DbSession, series: Programme, clock: TestClock
) -> None:
    seat, link = offered(app, db, series, clock)

    press(client, link, answer="decline")
    db.refresh(seat)
    declined = seat.state
    press(client, link, answer="again")
    db.refresh(seat)

    assert (declined, seat.state) == (SeatState.SKIPPED, SeatState.CONFIRMED)


def test_an_offer_that_has_ended_says_so_and_gives_nothing(
    app: Flask, client: Client, db: DbSession, series: Programme, clock: TestClock
) -> None:
    seat, link = offered(app, db, series, clock)
    token = client.get(link).text.partition('csrf_token" value="')[2].partition('"')[0]
    assert seat.offered_until is not None
    clock.now = seat.offered_until

    late = client.post(link, data={"csrf_token": token, "answer": "accept"})

    assert (late.status_code, "This offer has ended" in late.text) == (409, True)
    db.refresh(seat)
    assert seat.state is SeatState.OFFERED


def test_a_forged_offer_and_an_unknown_answer_do_nothing(
    app: Flask, client: Client, db: DbSession, series: Programme, clock: TestClock, tokens: Tokens
) -> None:
    seat, link = offered(app, db, series, clock)

    answers = [press(client, link, answer="steal").status_code]
    forged = [tokens.make(purpose, 9**9) for purpose in (Purpose.OFFER, Purpose.JOIN)]
    answers += [client.get(f"/offers/{token}").status_code for token in forged]

    db.refresh(seat)
    assert (answers, seat.state) == ([200, 404, 404], SeatState.OFFERED)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda seat, now: seats.accept(seat_db(seat), seat, by="person:1", now=now), Reason.SUPERSEDED),
        (lambda seat, now: setattr(seat.session, "cancelled_at", now), Reason.SESSION_CANCELLED),
        (lambda seat, now: setattr(seat.registration, "cancelled_at", now), Reason.WITHDRAWN),
        (lambda seat, now: setattr(seat, "offered_until", now), Reason.LATE),
    ],
)
def test_the_mail_of_an_offer_ends_where_it_makes_no_sense(
    app: Flask, db: DbSession, series: Programme, clock: TestClock, change: Any, reason: Reason
) -> None:
    seat, _ = offered(app, db, series, clock)
    change(seat, clock.now)
    db.commit()

    assert not_needed(app, db, outbox(db, "weekly.offer")[0], clock) is reason


def seat_db(seat: Seat) -> DbSession:
    found = DbSession.object_session(seat)
    assert found is not None
    return found


def test_the_next_seat_and_the_confirmations_of_a_day_are_counted(
    db: DbSession, series: Programme, now: datetime
) -> None:
    registration = factories.registration(db, series)
    seats.take(db, registration, series.sessions, now=now)

    assert [seat.session.slug for seat in queries.seats_to_come(db, registration, now)] == [
        "week-9",
        "week-10",
        "week-11",
    ]
    assert queries.confirmations_today(db, "ada@example.org", now) == 0
    assert db.scalar(select(func.count()).select_from(Seat)) == 3
