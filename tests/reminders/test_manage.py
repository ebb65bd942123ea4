"""Organisers set the reminder rules of a series in the browser, and see what each of them will do."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from registrar.audit.models import AuditEntry
from registrar.db import DbSession
from registrar.letters import operations as letters
from registrar.letters.rules import LetterUse, Words
from registrar.mail.models import OutboxMail
from registrar.mail.rules import MailState
from registrar.programmes.models import Programme, Session
from registrar.reminders.models import ReminderExemption, ReminderRule
from registrar.reminders.operations import fan_out, plan
from registrar.reminders.rules import Anchor, Audience
from registrar.weekly.models import Registration
from tests import factories
from tests.browsing import send
from tests.conftest import Client

RULES = "/console/mail/rules"
START = datetime(2027, 1, 13, 17, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
pytestmark = pytest.mark.usefixtures("organiser")


@pytest.fixture
def session(db: DbSession, programme: Programme) -> Session:
    return factories.session(db, programme, starts_at=START, title_en="Lending", title_fr="Prêter")


@pytest.fixture
def held(db: DbSession, programme: Programme, session: Session) -> Registration:
    person = factories.person(db, name="Ana Silva", timezone="America/New_York")
    registration = factories.registration(db, programme, person_id=person.id)
    factories.seat(db, registration, session)
    return registration


def typed(**given: Any) -> dict[str, Any]:
    return {
        "number": "1",
        "unit": "days",
        "anchor": "start",
        "at": "17:00",
        "audience": "confirmed",
        "words": "0",
    } | given


def rule_of(db: DbSession, lead: timedelta) -> ReminderRule:
    found = select(ReminderRule).where(ReminderRule.lead == lead)
    return db.scalars(found, execution_options={"populate_existing": True}).one()


def test_without_a_series_the_page_says_what_to_do(client: Client) -> None:
    assert "There is no weekly series yet" in client.get(RULES).text


def test_the_rules_of_a_series_are_told_in_words_with_what_comes_next(
    client: Client, held: Registration, session: Session
) -> None:
    page = client.get(RULES).text

    assert page.index("24 hours before") < page.index("1 hour before") < page.index("After the recording is published")
    assert "Tue 12 Jan, 18:00" in page
    assert "for 1 person as of now" in page
    assert f'href="{RULES}/sessions/{session.id}"' in page


def test_a_reminder_is_added_in_a_sentence(client: Client, db: DbSession, session: Session) -> None:
    answer = send(client, f"{RULES}/new", **typed())

    rule = db.scalars(select(ReminderRule).order_by(ReminderRule.id.desc()).limit(1)).one()
    assert (answer.status_code, rule.anchor, rule.lead, rule.at_local) == (303, Anchor.START, DAY, time(17))
    assert "The day before at 17:00" in client.get(answer.location).text
    assert db.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.action == "reminder.add")) == 1


@pytest.mark.parametrize(
    ("given", "status", "message"),
    [
        (typed(number="61", at=""), 422, "Choose at most 60 days."),
        (typed(unit="hours"), 422, "A time of day goes with whole days."),
        (typed(audience="missed"), 422, "These people cannot be told at that moment."),
        (typed(number="0", at="19:00"), 422, "“Lending” has started by then: 19:00 on 13 January 2027"),
        (typed(number=""), 422, "Enter a number, 0 for the same day."),
        (typed(number="-1"), 422, "Enter a number from 0."),
        (typed(number="24", unit="hours", at=""), 409, "This series has this reminder already."),
        (typed(words="4711"), 422, "Not a valid choice"),
    ],
)
def test_what_cannot_be_is_refused_where_it_can_be_mended(
    client: Client, db: DbSession, session: Session, given: dict[str, Any], status: int, message: str
) -> None:
    answer = send(client, f"{RULES}/new", **given)

    assert (answer.status_code, message in answer.text) == (status, True)
    assert f'value="{given["number"]}"' in answer.text
    assert db.scalar(select(func.count(ReminderRule.id))) == 3


def test_a_rule_is_changed_and_the_change_undone(client: Client, db: DbSession, session: Session) -> None:
    rule = rule_of(db, DAY)
    form = client.get(f"{RULES}/{rule.id}").text

    answer = send(client, f"{RULES}/{rule.id}", number="2", unit="days", at="09:30", words="0")
    changed = (rule_of(db, 2 * DAY).id, rule_of(db, 2 * DAY).at_local)
    page = client.get(answer.location).text
    send(client, f"{RULES}/{rule.id}", number="24", unit="hours", at="", words="0")

    assert 'value="24"' in form
    assert (answer.status_code, changed) == (303, (rule.id, time(9, 30)))
    assert '<input type="hidden" name="number" value="24">' in page
    assert rule_of(db, DAY).at_local is None


def test_a_rule_is_switched_off_and_on_again(client: Client, db: DbSession, held: Registration) -> None:
    rule = rule_of(db, DAY)
    for job in (plan, fan_out):
        job(db, START - DAY)

    off = send(client, f"{RULES}/{rule.id}/off")
    page = client.get(off.location).text
    state = db.scalar(select(OutboxMail.state))
    send(client, f"{RULES}/{rule.id}/on")

    assert (off.status_code, state) == (303, MailState.CANCELLED)
    assert "1 mail that waited was taken back." in page
    assert f'action="{RULES}/{rule.id}/on"' in page
    assert rule_of(db, DAY).disabled_at is None


def test_a_rule_is_switched_off_for_one_session(client: Client, db: DbSession, session: Session) -> None:
    rule, page = rule_of(db, HOUR), f"{RULES}/sessions/{session.id}"
    before = client.get(page).text

    answer = send(client, f"{page}/{rule.id}/off")
    exempt = db.get(ReminderExemption, (session.id, rule.id))
    after = client.get(page).text
    send(client, f"{page}/{rule.id}/on")

    assert (answer.status_code, answer.location) == (303, page)
    assert exempt is not None
    assert ("Off for this session" in before, "Off for this session" in after) == (False, True)
    assert db.scalar(select(func.count()).select_from(ReminderExemption)) == 0


def test_a_preview_shows_the_mail_in_both_languages_as_a_real_person_with_harmless_links(
    client: Client, db: DbSession, held: Registration, session: Session
) -> None:
    rule = rule_of(db, HOUR)
    page = client.get(f"{RULES}/{rule.id}/preview").text
    mail = client.get(f"{RULES}/{rule.id}/preview/fr?session={session.id}&reader={held.id}")

    assert "As Ana Silva would read it" in page
    assert ("Lending – in one hour" in page, "Prêter – " in page) == (True, True)
    assert "New York (UTC−5)" in page
    assert "Prêter" in mail.text
    assert ("/join/" in mail.text, "/unsubscribe/" in mail.text, "/my/enter/" in mail.text) == (False, False, False)
    assert "default-src 'none'" in mail.headers["Content-Security-Policy"]


def test_a_preview_needs_nobody_and_finds_somebody_by_name(
    client: Client, db: DbSession, programme: Programme, session: Session
) -> None:
    rule = rule_of(db, DAY)
    nobody = client.get(f"{RULES}/{rule.id}/preview").text
    person = factories.person(db, name="Zoé Martin")
    registration = factories.registration(db, programme, person_id=person.id)

    found = client.get(f"{RULES}/{rule.id}/preview?q=martin").text

    assert "nobody has registered yet" in nobody
    assert f"reader={registration.id}" in found


def test_own_words_are_offered_and_previewed(client: Client, db: DbSession, held: Registration, now: datetime) -> None:
    words = Words("Soon: {{ session }}", "Bientôt : {{ session }}", "Come, {{ name }}: {{ join_link }}", "Venez !")
    letter = letters.create(db, "Soon", LetterUse.REMINDER, words, by="staff:1", now=now)
    rule = rule_of(db, HOUR)

    send(client, f"{RULES}/{rule.id}", number="1", unit="hours", at="", words=str(letter.id))
    page = client.get(f"{RULES}/{rule.id}/preview").text

    assert rule_of(db, HOUR).template_id == letter.id
    assert ("Soon: Lending" in page, "Come, Ana Silva" in page, "Bientôt : Prêter" in page) == (True, True, True)


def test_a_waiting_list_preview_says_a_place(client: Client, db: DbSession, session: Session) -> None:
    send(client, f"{RULES}/new", **typed(number="3", unit="hours", at="", audience="waiting"))
    rule = rule_of(db, 3 * HOUR)

    assert rule.audience is Audience.WAITING
    assert "You are number 3 on the waiting list." in client.get(f"{RULES}/{rule.id}/preview").text


@pytest.mark.parametrize("path", ["/4711", "/4711/preview", "/sessions/4711", "?series=nothing", "/new?series=nothing"])
def test_what_is_not_there_is_not_found(client: Client, session: Session, path: str) -> None:
    assert client.get(RULES + path).status_code == 404


def test_a_rule_of_another_series_is_none_of_this_sessions(client: Client, db: DbSession, session: Session) -> None:
    other = factories.session(db, factories.series(db))

    answer = send(client, f"{RULES}/sessions/{other.id}/{rule_of(db, HOUR).id}/off")

    assert answer.status_code == 404
