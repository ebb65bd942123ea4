"""Staff sign in by a link that works once, whoever clicks it how often."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from flask import Flask
from sqlalchemy import func, select

from registrar.accounts import operations
from registrar.accounts.models import Staff, StaffSession
from registrar.accounts.operations import sign_in_token
from registrar.accounts.rules import SIGN_IN_LINK, Role
from registrar.audit.models import AuditEntry
from registrar.db import DbSession
from registrar.mail import kinds
from registrar.mail.models import OutboxMail
from registrar.mail.rules import Reason
from registrar.tokens import Tokens
from tests import factories
from tests.browsing import csrf_token, send, sign_in
from tests.conftest import Client, TestClock


def queued(db: DbSession) -> list[OutboxMail]:
    return list(db.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def link(client: Client, tokens: Tokens, staff: Staff) -> str:
    """Return the address of a sign-in link of 30 minutes."""
    return f"/sign-in/{sign_in_token(tokens, staff, expires_at=factories.NOW + SIGN_IN_LINK)}"


def test_a_known_address_gets_a_link_and_an_unknown_one_the_same_answer(client: Client, db: DbSession) -> None:
    staff = factories.staff(db, email="robin@example.org")

    known = send(client, "/sign-in", email="Robin@example.org")
    unknown = send(client, "/sign-in", email="stranger@example.org")

    assert (known.status_code, known.location) == (unknown.status_code, unknown.location) == (303, "/sign-in/sent")
    assert [(mail.kind, mail.staff_id) for mail in queued(db)] == [("accounts.sign_in", staff.id)]


def test_an_address_that_is_none_is_told_at_the_field_and_kept(client: Client) -> None:
    answer = send(client, "/sign-in", email="robin@")

    assert answer.status_code == 422
    assert 'value="robin@"' in answer.text
    assert "Enter an e-mail address like name@example.org." in answer.text


def test_an_account_gets_one_link_a_minute_and_six_an_hour(client: Client, db: DbSession, clock: TestClock) -> None:
    factories.staff(db, email="robin@example.org")

    for _ in range(9):
        send(client, "/sign-in", email="robin@example.org")
        send(client, "/sign-in", email="robin@example.org")
        clock.advance(minutes=1)

    assert len(queued(db)) == 6


def test_opening_the_link_changes_nothing_and_the_button_signs_in(
    client: Client, db: DbSession, tokens: Tokens
) -> None:
    staff = factories.staff(db, name="Robin")
    address = link(client, tokens, staff)

    shown = [client.get(address) for _ in range(3)]
    used = send(client, address)

    assert [page.status_code for page in shown] == [200, 200, 200]
    assert shown[0].headers["Cache-Control"] == "no-store"
    assert used.status_code == 303
    assert db.scalar(select(func.count(StaffSession.id))) == 1


def test_a_link_signs_in_once(client: Client, db: DbSession, tokens: Tokens) -> None:
    address = link(client, tokens, factories.staff(db))
    send(client, address)

    again = send(client, address)

    assert (again.status_code, client.get(address).status_code) == (410, 410)
    assert db.scalar(select(func.count(StaffSession.id))) == 1


def test_of_eight_parallel_posts_of_one_link_one_signs_in(
    app: Flask, client: Client, db: DbSession, tokens: Tokens
) -> None:
    address = link(client, tokens, factories.staff(db))
    browsers = [Client(app, app.response_class, use_cookies=True) for _ in range(8)]
    for browser in browsers:
        browser.db = client.db
    forms = [{"csrf_token": csrf_token(browser)} for browser in browsers]
    db.commit()

    def post(number: int) -> int:
        return super(Client, browsers[number]).open(address, method="POST", data=forms[number]).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(post, range(8)))

    assert answers == [303] + [410] * 7
    assert db.scalar(select(func.count(StaffSession.id))) == 1


def test_a_link_ends_after_its_time(client: Client, db: DbSession, tokens: Tokens, clock: TestClock) -> None:
    address = link(client, tokens, factories.staff(db))
    clock.advance(minutes=30)

    assert (client.get(address).status_code, send(client, address).status_code) == (410, 410)


def test_a_forged_link_is_refused(client: Client) -> None:
    assert send(client, "/sign-in/forged").status_code == 410


def test_a_closed_account_cannot_use_its_link(client: Client, db: DbSession, tokens: Tokens, now: datetime) -> None:
    staff = factories.staff(db)
    address = link(client, tokens, staff)
    staff.deactivated_at = now

    assert send(client, address).status_code == 410


def test_a_closed_account_is_signed_out_at_once(client: Client, db: DbSession, tokens: Tokens, now: datetime) -> None:
    staff = factories.staff(db, Role.REVIEWER)
    sign_in(client, tokens, staff)
    assert client.get("/reviews").status_code == 200

    operations.deactivate(db, staff, by="command", now=now)

    assert client.get("/reviews").status_code == 303


def test_a_sign_in_ends_after_twelve_hours(client: Client, db: DbSession, tokens: Tokens, clock: TestClock) -> None:
    sign_in(client, tokens, factories.staff(db, Role.REVIEWER))
    clock.advance(hours=12)

    assert client.get("/reviews").status_code == 303


def test_signing_out_ends_the_sign_in_for_good(client: Client, db: DbSession, tokens: Tokens) -> None:
    sign_in(client, tokens, factories.staff(db, Role.REVIEWER))
    cookie = client.get_cookie("session")

    send(client, "/sign-out")
    assert cookie
    client.set_cookie("session", cookie.value)

    assert client.get("/reviews").status_code == 303


def test_reviewers_are_welcomed_on_their_own_page(client: Client, db: DbSession, tokens: Tokens) -> None:
    used = send(client, link(client, tokens, factories.staff(db, Role.REVIEWER, name="Ama")))

    assert used.location == "/reviews"
    assert "There is nothing to review yet." in client.get("/reviews").text


def test_after_signing_in_one_lands_where_one_wanted_to_go(client: Client, db: DbSession, tokens: Tokens) -> None:
    asked = client.get("/console/team")
    address = link(client, tokens, factories.staff(db, Role.ADMIN))

    assert asked.location == "/sign-in?next=team.index"
    assert send(client, f"{address}?next=team.index").location == "/console/team"


def test_the_way_on_is_never_an_address_of_somebody_else(client: Client, db: DbSession, tokens: Tokens) -> None:
    landings = [
        send(client, f"{link(client, tokens, factories.staff(db, Role.REVIEWER))}?next={way}").location
        for way in ("https://evil.example", "//evil.example", "accounts.enter", "team.index", "static", "nothing")
    ]

    assert landings == ["/reviews"] * 6


def test_the_mailed_link_signs_in_and_leads_on(client: Client, db: DbSession, context: None, now: datetime) -> None:
    factories.staff(db, Role.ADMIN, email="robin@example.org")
    send(client, "/sign-in?next=team.index", email="robin@example.org")
    (mail,) = queued(db)

    draft = kinds.compose(db, mail, now)
    path = str(draft.values["link"]).partition("127.0.0.1:5000")[2]

    assert draft.to_address == "robin@example.org"
    assert send(client, path).location == "/console/team"


def test_no_letter_leaves_for_a_closed_account(client: Client, db: DbSession, context: None, now: datetime) -> None:
    staff = factories.staff(db, email="robin@example.org")
    send(client, "/sign-in", email="robin@example.org")
    staff.deactivated_at = now
    (mail,) = queued(db)

    try:
        kinds.compose(db, mail, now)
    except kinds.NotNeeded as answer:
        reason = answer.reason

    assert reason is Reason.WITHDRAWN


def test_every_sign_in_is_in_the_audit_trail(client: Client, db: DbSession, tokens: Tokens) -> None:
    staff = factories.staff(db, Role.REVIEWER)
    sign_in(client, tokens, staff)
    send(client, "/sign-out")

    entries = db.execute(select(AuditEntry.actor, AuditEntry.action).order_by(AuditEntry.id)).all()

    assert [tuple(entry) for entry in entries] == [
        (f"staff:{staff.id}", "staff.sign_in"),
        (f"staff:{staff.id}", "staff.sign_out"),
    ]
