"""Signing up as a browser does it: the page, its refusals, and that it tells nobody who is known."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from registrar.app import create_app
from registrar.audit.models import AuditEntry
from registrar.db import DbSession, alchemy
from registrar.mail.models import OutboxMail
from registrar.mail.rules import SuppressionReason
from registrar.mail.suppression import suppress
from registrar.people.rules import CONSENT_TEXT_VERSION
from registrar.programmes.models import Programme
from registrar.programmes.rules import Access
from registrar.tokens import Purpose, Tokens
from registrar.web.limits import limiter
from registrar.weekly.models import Registration, SignUp
from registrar.weekly.rules import Scope
from registrar.weekly.signup import signing_up
from tests import factories
from tests.conftest import Client, TestClock
from tests.weekly.signing_up import ADA, outbox, page_of, press, send

VARYING = re.compile(r'(csrf_token"[^>]*value|nonce|opened"[^>]*value)="[^"]+"')


@pytest.fixture
def series(db: DbSession) -> Programme:
    """A series with three weeks to come."""
    programme = factories.series(db)
    for week in range(3):
        starts_at = factories.NOW + timedelta(days=2, hours=8, weeks=week)
        factories.session(db, programme, slug=f"week-{week + 9}", starts_at=starts_at)
    return programme


def kept(db: DbSession) -> SignUp:
    db.expire_all()
    return db.scalars(select(SignUp)).one()


def count(db: DbSession, model: type) -> int:
    db.expire_all()
    return db.scalar(select(func.count()).select_from(model)) or 0


def test_a_sign_up_is_kept_with_one_mail_and_one_audit_entry(
    client: Client, db: DbSession, series: Programme, now: datetime
) -> None:
    answer = send(client, page_of(series), **ADA)

    assert (answer.status_code, answer.location) == (303, f"/weekly/{series.slug}/check-your-mail")
    found = kept(db)
    assert (found.email, found.name, found.institution, found.country) == (
        "ada@example.org",
        "Ada Lovelace",
        "Science Museum",
        "GB",
    )
    assert (found.timezone, found.locale, found.scope, found.session_ids) == ("Europe/London", "en", Scope.SEASON, [])
    assert (found.consent_version, found.mail_number, found.mailed_at) == (CONSENT_TEXT_VERSION, 1, now)
    assert [mail.key for mail in outbox(db, "weekly.confirm")] == [f"confirm:{found.id}:1"]
    assert [(each.actor, each.action) for each in db.scalars(select(AuditEntry))] == [("anyone", "sign_up.ask")]


def test_check_your_mail_says_what_to_do_and_shows_the_outbox_to_no_stranger(client: Client, series: Programme) -> None:
    send(client, page_of(series), **ADA)

    page = client.get(f"/weekly/{series.slug}/check-your-mail")

    assert page.status_code == 200
    assert ["<strong>ada@example.org</strong>" in page.text, 'href="/outbox"' in page.text] == [True, False]
    assert page.headers["Cache-Control"] == "no-store"


def test_no_zone_chosen_is_the_zone_of_the_host(client: Client, db: DbSession, series: Programme) -> None:
    send(client, page_of(series), **{**ADA, "timezone": "", "institution": "", "country": ""})

    assert (kept(db).timezone, kept(db).institution, kept(db).country) == ("Europe/Paris", None, None)


def test_a_former_name_of_a_zone_is_kept_as_the_one_of_today(client: Client, db: DbSession, series: Programme) -> None:
    send(client, page_of(series), **{**ADA, "timezone": "Asia/Calcutta"})

    assert kept(db).timezone == "Asia/Kolkata"


def test_chosen_weeks_are_kept_as_sessions(client: Client, db: DbSession, series: Programme) -> None:
    send(client, page_of(series), **{**ADA, "scope": "chosen", "weeks": ["week-9", "week-11"]})

    chosen = [session.id for session in series.sessions if session.slug in ("week-9", "week-11")]
    assert (kept(db).scope, kept(db).session_ids) == (Scope.CHOSEN, chosen)


def test_weeks_ticked_beside_the_whole_season_do_not_narrow_it(
    client: Client, db: DbSession, series: Programme
) -> None:
    send(client, page_of(series), **{**ADA, "weeks": ["week-9"]})

    assert (kept(db).scope, kept(db).session_ids) == (Scope.SEASON, [])


def test_coming_from_a_session_one_may_sign_up_for_it_alone(client: Client, db: DbSession, series: Programme) -> None:
    send(client, page_of(series, "?session=week-10"), **{**ADA, "scope": "this"})

    [week] = [session.id for session in series.sessions if session.slug == "week-10"]
    assert (kept(db).scope, kept(db).session_ids) == (Scope.CHOSEN, [week])


def test_the_consent_is_not_ticked_beforehand(client: Client, series: Programme) -> None:
    box = re.search(r'<input[^>]*name="consent"[^>]*>', client.get(page_of(series)).text)

    assert box
    assert "checked" not in box[0]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"name": " "}, "Enter your name."),
        ({"name": "Ada\u202eecalevoL"}, "Remove line breaks and invisible characters."),
        ({"name": "A" * 201}, "Use at most 200 characters."),
        ({"email": ""}, "Enter your e-mail address."),
        ({"email": "ada at example"}, "Enter an e-mail address like name@example.org."),
        ({"country": "ZZ"}, "Choose a country from the list."),
        ({"timezone": "Mars/Olympus"}, "Choose a time zone from the list."),
        ({"scope": ""}, "Choose what you sign up for."),
        ({"scope": "chosen"}, "Choose at least one week."),
        ({"consent": ""}, "Tick the box to let us write to you about the sessions."),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(
    client: Client, db: DbSession, series: Programme, typed: dict[str, str], message: str
) -> None:
    given = {**ADA, "institution": "Musée d’ici", **typed}
    answer = send(client, page_of(series), **{key: value for key, value in given.items() if value})

    assert answer.status_code == 422
    assert [message in answer.text, "Musée d’ici" in answer.text, "<title>Error: " in answer.text] == [True] * 3
    assert (count(db, SignUp), count(db, OutboxMail)) == (0, 0)


def test_markup_in_a_name_stays_text(client: Client, series: Programme) -> None:
    answer = send(client, page_of(series), **{**ADA, "name": "<script>alert(1)</script>", "email": "x"})

    assert "<script>alert" not in answer.text


def test_the_same_form_twice_is_one_sign_up_and_one_mail(
    client: Client, db: DbSession, series: Programme, clock: TestClock
) -> None:
    send(client, page_of(series), **ADA)
    clock.advance(minutes=4)
    send(client, page_of(series), **{**ADA, "email": "ADA@example.org", "name": "Ada L."})

    assert (kept(db).name, len(outbox(db, "weekly.confirm"))) == ("Ada L.", 1)


def test_after_five_minutes_there_is_another_mail(
    client: Client, db: DbSession, series: Programme, clock: TestClock
) -> None:
    send(client, page_of(series), **ADA)
    clock.advance(minutes=5)
    send(client, page_of(series), **ADA)

    assert (kept(db).mail_number, len(outbox(db, "weekly.confirm"))) == (2, 2)


def test_an_address_gets_three_confirmation_mails_a_day_over_all_series(
    client: Client, db: DbSession, series: Programme, clock: TestClock
) -> None:
    other = factories.series(db)
    factories.session(db, other, starts_at=clock.now + timedelta(days=9))
    answers = []
    for programme in (series, other, series, series, other):
        answers.append(send(client, page_of(programme), **ADA).status_code)
        clock.advance(minutes=10)

    assert (answers, len(outbox(db, "weekly.confirm"))) == ([303] * 5, 3)
    clock.advance(hours=24)
    send(client, page_of(series), **ADA)
    assert len(outbox(db, "weekly.confirm")) == 4


def test_the_button_mails_again_at_most_every_five_minutes(
    client: Client, db: DbSession, series: Programme, clock: TestClock
) -> None:
    send(client, page_of(series), **ADA)
    page, resend = f"/weekly/{series.slug}/check-your-mail", f"/weekly/{series.slug}/resend"
    token = re.search(r'csrf_token" value="([^"]+)"', client.get(page).text)
    assert token

    early = client.post(resend, data={"csrf_token": token[1]})
    clock.advance(minutes=5)
    late = client.post(resend, data={"csrf_token": token[1]})

    assert [(each.status_code, each.location) for each in (early, late)] == [(303, page)] * 2
    assert [mail.key for mail in outbox(db, "weekly.confirm")] == [f"confirm:{kept(db).id}:{n}" for n in (1, 2)]


def test_mailing_again_without_having_signed_up_gives_the_same_answer(
    client: Client, db: DbSession, series: Programme
) -> None:
    token = re.search(r'csrf_token"[^>]*value="([^"]+)"', client.get(page_of(series)).text)
    assert token

    answer = client.post(f"/weekly/{series.slug}/resend", data={"csrf_token": token[1]})

    assert (answer.status_code, count(db, OutboxMail)) == (303, 0)


def answers_for(app: Flask, db: DbSession, series: Programme, email: str) -> list[object]:
    """Sign up as a new visitor, and return all that the visitor gets to see."""
    client = Client(app, app.response_class, use_cookies=True)
    client.db = db
    first = send(client, page_of(series), **{**ADA, "email": email})
    second = client.get(f"/weekly/{series.slug}/check-your-mail")
    bodies = [VARYING.sub("", each.text.replace(email, "ADDRESS")) for each in (first, second)]
    headers = [[name for name, _ in each.headers] for each in (first, second)]
    return [first.status_code, second.status_code, *bodies, *headers]


def test_known_unknown_suppressed_and_refused_addresses_get_the_same_answer(
    app: Flask, db: DbSession, series: Programme, tokens: Tokens, now: datetime
) -> None:
    factories.registration(db, series, person_id=factories.person(db, email="known1@example.org").id)
    with app.app_context():
        suppress(db, "gone1@example.org", SuppressionReason.BOUNCE, now=now)
    refused = {"email": "notme@example.org", "email_key": "notme@example.org", "programme_id": series.id}
    found = factories.stored(db, SignUp(**ADA_ROW, **refused))
    signing_up.refuse(db, tokens, found, now=now)
    db.commit()

    names = ("newbie", "known1", "gone1", "notme")
    seen = [answers_for(app, db, series, f"{name}@example.org") for name in names]

    assert [each == seen[0] for each in seen] == [True] * 4
    assert len(outbox(db, "weekly.confirm")) == 4


ADA_ROW = {
    "name": "Ada",
    "timezone": "Europe/Paris",
    "locale": "en",
    "scope": Scope.SEASON,
    "session_ids": [],
    "consent_version": CONSENT_TEXT_VERSION,
    "created_at": factories.NOW,
    "updated_at": factories.NOW,
}


@pytest.mark.parametrize("email", ["newbie@example.org", "known1@example.org"])
def test_page_and_sign_up_take_eight_statements_for_everybody(
    app: Flask, client: Client, db: DbSession, series: Programme, email: str
) -> None:
    factories.registration(db, series, person_id=factories.person(db, email="known1@example.org").id)
    db.commit()
    with app.app_context():
        engine = alchemy.engine
    statements: list[str] = []
    address = page_of(series)
    db.commit()
    note = lambda *call: statements.append(call[2])  # noqa: E731 - SQLAlchemy wants to remove the same object
    event.listen(engine, "before_cursor_execute", note)
    try:
        send(client, address, **{**ADA, "email": email})
    finally:
        event.remove(engine, "before_cursor_execute", note)

    assert len([each for each in statements if not each.startswith(("PRAGMA", "BEGIN", "COMMIT"))]) == 8


def test_a_filled_trap_gets_the_normal_answer_and_nothing_happens(
    client: Client, db: DbSession, series: Programme
) -> None:
    answer = send(client, page_of(series), **ADA, website="https://spam.example")

    assert (answer.status_code, count(db, SignUp), count(db, OutboxMail)) == (303, 0, 0)


def test_whoever_is_faster_than_a_person_gets_the_normal_answer_and_nothing_happens(
    app: Flask, client: Client, db: DbSession, series: Programme, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(app.extensions["registrar.settings"], sign_up_seconds=2)
    monkeypatch.setitem(app.extensions, "registrar.settings", settings)
    page = client.get(page_of(series))
    typed = {**ADA, **dict(re.findall(r'name="(csrf_token|opened)"[^>]*value="([^"]+)"', page.text))}

    clock.advance(seconds=1)
    fast = client.post(page_of(series), data=typed)
    nothing = count(db, SignUp)
    clock.advance(seconds=1)
    slow = client.post(page_of(series), data=typed)

    assert [(fast.status_code, nothing), (slow.status_code, count(db, SignUp))] == [(303, 0), (303, 1)]


def test_without_its_token_the_form_does_nothing(client: Client, db: DbSession, series: Programme) -> None:
    assert (client.post(page_of(series), data=ADA).status_code, count(db, SignUp)) == (400, 0)


def test_many_sign_ups_from_one_client_are_slowed_down(
    app: Flask, db: DbSession, series: Programme, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "enabled", False)  # what it is afterwards; the application below switches it on
    settings = replace(app.extensions["registrar.settings"], sign_up_limit="2 per hour", rate_limits_on=True)
    limited = create_app(settings, clock)
    client = Client(limited, limited.response_class, use_cookies=True)
    client.db = db

    answers = [send(client, page_of(series), **ADA).status_code for _ in range(3)]
    answers.append(client.get(page_of(series)).status_code)
    with limited.app_context():
        alchemy.engine.dispose()

    assert answers == [303, 303, 429, 200]


@pytest.mark.parametrize("given", [{"access": Access.CLOSED}, {}])
def test_a_series_that_is_over_or_closed_says_so(
    client: Client, db: DbSession, now: datetime, given: dict[str, Access]
) -> None:
    programme = factories.series(db, **given)
    starts_at = now + timedelta(days=1) if given else now - timedelta(days=1)
    factories.session(db, programme, starts_at=starts_at)

    page = client.get(page_of(programme))

    assert (page.status_code, "Sign-up is closed" in page.text) == (200, True)


def test_a_series_that_does_not_exist_is_not_found(client: Client) -> None:
    assert client.get("/weekly/nothing/sign-up").status_code == 404


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_stays_below_60_kilobytes(client: Client, db: DbSession, language: str) -> None:
    programme = factories.series(db)
    for week in range(25):
        factories.session(db, programme, starts_at=factories.NOW + timedelta(weeks=week))

    assert len(client.get(page_of(programme, f"?lang={language}")).data) < 60_000


def test_what_nobody_confirmed_is_forgotten_after_a_week(
    client: Client, db: DbSession, series: Programme, clock: TestClock
) -> None:
    send(client, page_of(series), **ADA)

    early = signing_up.forget_unconfirmed(db, clock.advance(days=7))
    late = signing_up.forget_unconfirmed(db, clock.advance(seconds=1))

    assert (early, late, count(db, SignUp), count(db, OutboxMail)) == (0, 1, 0, 0)


def test_a_known_person_signs_up_in_one_click(
    client: Client, db: DbSession, series: Programme, tokens: Tokens, now: datetime
) -> None:
    person = factories.person(db, name="Grace")
    enter(client, tokens, person.id, now)

    page = client.get(page_of(series))
    answers = [press(client, page_of(series), known="season") for _ in range(2)]

    assert "Sign up for the whole season as Grace" in page.text
    assert [each.location.partition("?")[0] for each in answers] == ["/my", "/my"]
    assert len(outbox(db, "weekly.confirmed")) == 1
    assert count(db, SignUp) == 0
    assert "You are already registered for the whole season" in client.get(page_of(series)).text


def test_one_click_from_a_session_takes_a_seat_in_that_session(
    client: Client, db: DbSession, series: Programme, tokens: Tokens, now: datetime
) -> None:
    person = factories.person(db)
    enter(client, tokens, person.id, now)

    press(client, page_of(series, "?session=week-10"), known="this")

    registration = db.scalars(select(Registration)).one()
    assert (registration.scope, [seat.session.slug for seat in registration.seats]) == (Scope.CHOSEN, ["week-10"])


def test_one_click_without_a_live_cookie_is_an_empty_form(client: Client, db: DbSession, series: Programme) -> None:
    answer = press(client, page_of(series), known="season")

    assert (answer.status_code, count(db, OutboxMail)) == (422, 0)


def enter(client: Client, tokens: Tokens, person_id: int, now: datetime) -> None:
    """Give this browser the personal cookie."""
    client.set_cookie("personal", tokens.make(Purpose.PERSONAL, person_id, expires_at=now + timedelta(hours=2)))
