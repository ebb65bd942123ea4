"""The first page says whether the next session is ready and what waits."""

from datetime import datetime, timedelta

from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.applications.models import GraceLink
from registrar.audit import operations as audit
from registrar.db import DbSession
from registrar.mail.models import OutboxMail, WorkerBeat
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rules import MailState
from registrar.reminders.models import ReminderRule
from registrar.reminders.rules import Anchor, Audience
from registrar.tokens import Tokens
from registrar.weekly.rules import SeatState
from tests import factories
from tests.browsing import sign_in
from tests.conftest import START, Client
from tests.pages import links, text
from tests.reviews import scenes


def test_an_empty_house_says_where_to_begin(client: Client, organiser: Staff) -> None:
    page = client.get("/console").text

    assert ("No session is planned" in page, "Nobody has registered yet" in page) == (True, True)


def test_what_the_next_session_lacks_leads_to_where_it_is_mended(
    client: Client, db: DbSession, organiser: Staff
) -> None:
    session = factories.session(db, factories.series(db, join_url=None), title_en="Lending", title_fr="")

    page = client.get("/console").text

    assert page.count("missing") == 5  # French title, two descriptions, speakers, join address
    assert page.count(f'href="/console/sessions/{session.id}">Mend this') == 6  # and the reminders


def test_a_ready_session_shows_its_reminders_and_seats(client: Client, db: DbSession, organiser: Staff) -> None:
    programme = factories.series(db)
    session = factories.session(db, programme, capacity=2, description_en="On loans", description_fr="Des prêts")
    facts = {"anchor": Anchor.START, "lead": timedelta(hours=24), "audience": Audience.CONFIRMED}
    factories.stored(db, ReminderRule(programme_id=programme.id, **facts))
    factories.seat(db, factories.registration(db, programme), session)
    factories.seat(db, factories.registration(db, programme), session, state=SeatState.WAITING, queue_number=1)

    page = client.get("/console").text

    assert "24 hours before: Tue 12 Jan, 18:00" in page
    assert "1 of 2 confirmed, 1 on the waiting list" in page


def test_a_silent_worker_is_told_and_a_living_one_is_not(
    client: Client, db: DbSession, organiser: Staff, now: datetime
) -> None:
    alarm = "No mail is being sent"
    never = alarm in client.get("/console").text
    beat = factories.stored(db, WorkerBeat(name="one", started_at=now, beat_at=now - timedelta(minutes=4)))
    silent = alarm in client.get("/console").text
    beat.beat_at = now - timedelta(minutes=2)

    assert (never, silent, alarm in client.get("/console").text) == (True, True, False)


def test_mail_in_trouble_is_counted_and_linked(client: Client, db: DbSession, organiser: Staff) -> None:
    for number, state in enumerate((MailState.FAILED, MailState.FAILED, MailState.IN_DOUBT, MailState.SENT)):
        enqueue(db, NewMail(key=str(number), kind="weekly.link"), now=START)
        db.query(OutboxMail).filter_by(key=str(number)).one().state = state
    db.flush()

    page = client.get("/console").text

    assert '<a href="/console/mail?state=failed">Failed: 2</a>' in page
    assert '<a href="/console/mail?state=in_doubt">In doubt: 1</a>' in page
    assert "Sent:" not in page


def test_the_charts_count_weeks_countries_and_hours(client: Client, db: DbSession, organiser: Staff) -> None:
    programme = factories.series(db)
    factories.session(db, programme)
    for country, zone in (("FR", "Europe/Paris"), ("FR", "Europe/Paris"), ("SG", "Asia/Singapore")):
        person = factories.person(db, country=country, timezone=zone)
        factories.registration(db, programme, person_id=person.id)

    page = client.get("/console").text

    assert "For 33 % of the people it is between 22:00 and 07:00." in page  # 01:00 in Singapore
    assert page.index("France") < page.index("Singapore")
    assert '<th scope="row">11 January 2027</th><td class="number">3</td>' in page


def test_a_session_without_a_summary_waits(client: Client, db: DbSession, organiser: Staff, now: datetime) -> None:
    programme = factories.series(db)
    over = factories.session(db, programme, starts_at=now - timedelta(days=5), title_en="Provenance")
    factories.session(db, programme, starts_at=now - timedelta(days=12), title_en="Told", published_at=now)

    page = client.get("/console").text

    assert f'<a href="/console/sessions/{over.id}">Provenance</a>: over since' in page
    assert "Told" not in page


def test_an_organiser_who_reviews_is_told_what_is_left_to_write(
    client: Client, db: DbSession, organiser: Staff, now: datetime
) -> None:
    call = factories.call(db, title_en="WAC Museums", closes_at=now - timedelta(days=1))
    scenes.phase(db, call, now, scores=True, ends_at=now + timedelta(days=2))
    me = scenes.reviewer(db, call, now, staff_id=organiser.id)
    for _ in range(2):
        scenes.assignment(db, factories.submitted(db, call), me, now)
    page = client.get("/console").text

    waiting = '<li><a href="/reviews">2 reviews for you to write</a>: WAC Museums, until Wed 13 Jan, 10:00'
    assert waiting in page


def test_the_audit_trail_is_for_administrators(
    client: Client, db: DbSession, tokens: Tokens, organiser: Staff, now: datetime
) -> None:
    person = factories.person(db)
    audit.record(db, "command", "person.test", person, now=now, weeks=3)
    refused = client.get("/console/audit")
    sign_in(client, tokens, factories.staff(db, Role.ADMIN))

    page = client.get(f"/console/audit?subject=person&id={person.id}").text

    assert refused.status_code == 403
    assert ("person.test" in page, "weeks: 3" in page, "staff.sign_in" in page) == (True, True, False)


def test_the_console_speaks_french(client: Client, organiser: Staff) -> None:
    assert client.get("/console?lang=fr").status_code == 200


def test_each_open_call_says_what_came_in_and_who_asks_for_more_time(
    client: Client, db: DbSession, organiser: Staff, now: datetime
) -> None:
    call = factories.call(db, slug="wac-museums", title_en="WAC Museums", closes_at=now + timedelta(days=3, hours=1))
    over = factories.call(
        db, title_en="Just over", opens_at=now - timedelta(days=40), closes_at=now - timedelta(days=1)
    )
    factories.call(db, title_en="Long over", opens_at=now - timedelta(days=90), closes_at=now - timedelta(days=60))
    factories.call(db, title_en="To come", opens_at=now + timedelta(days=1))
    factories.submitted(db, call)
    factories.application(db, call)
    factories.application(db, over, grace_asked_at=now)
    answered = factories.application(db, over, grace_asked_at=now)
    link = {"until": now + timedelta(days=2), "reason": "Fire.", "created_at": now, "created_by": "staff:1"}
    factories.stored(db, GraceLink(application_id=answered.id, **link))
    page = client.get("/console")

    assert "Just over Sun 10 Jan, 10:00 over 2 0 1 ask for more time" in text(page)
    rows = [row.split("<td")[0] for row in page.text.split('role="rowheader">')[1:]]
    assert [row.partition("</a>")[0].rpartition(">")[2] for row in rows][:2] == ["Just over", "WAC Museums"]
    assert "3 days left" in text(page)
    assert "/console/calls/wac-museums/applications" in links(page)
    assert f"/console/calls/{over.slug}/applications?mark=grace" in links(page)
    assert f"/console/calls/{call.slug}/applications?mark=grace" not in links(page)
