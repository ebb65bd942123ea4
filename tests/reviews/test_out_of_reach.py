"""For an organiser with a conflict of interest, every page is byte for byte as if the application did not exist."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pytest

from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.applications.desk_models import ApplicationTag, Note
from registrar.applications.models import Application
from registrar.audit import operations as audit
from registrar.calls.eligibility import Rule, to_stored
from registrar.calls.models import Call
from registrar.calls.rules import EligibilityRule
from registrar.cohorts.models import RosterEntry
from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rules import MailState
from registrar.people.models import Institution, Person
from registrar.tokens import Tokens
from tests import factories
from tests.browsing import send, sign_in
from tests.conftest import Client
from tests.reviews.panel import assignment, conflict, reviewer

CALL = "/console/calls/wac-museums"
LIST = f"{CALL}/applications"
ONE = "/console/applications/WAC-SECRET"
NOTHING = "/console/applications/WAC-NOBODY"


@dataclass(frozen=True)
class World:
    """A call with one application that everybody may see, and those who might apply besides."""

    staff: Staff
    call: Call
    elsewhere: Call
    salt: Institution
    pepper: Institution
    ana: Person

    @property
    def pages(self) -> tuple[str, ...]:
        """Every page of organisers on which an application, or a number of them, may stand."""
        lists = ("everything=1", "everything=1&q=pepper", "state=submitted&sort=institution", "entitled=fails", "tag=c")
        desk = (*(f"{LIST}?{each}" for each in lists), f"{LIST}/over-time", f"{LIST}/print")
        review = ("reviewers", "conflicts", "assignments", "assignments/plan?each=1", "assignments/plan?each=2")
        mail = ("", "?state=in_doubt", f"?person={self.ana.id}", "/delivery", f"/why?person={self.ana.id}")
        institutions = ("", f"/{self.salt.id}", f"/{self.pepper.id}")
        return (
            *("/console", "/console/calls", CALL, f"{CALL}/dates", *desk, "/console/applications/WAC-OTHER"),
            *(f"{CALL}/{each}" for each in review),
            *(f"/console/mail{each}" for each in mail),
            *(f"/console/institutions{each}" for each in institutions),
            f"/console/people/{self.ana.id}",
            *(("/console/audit", "/console/audit?subject=application") if self.staff.role is Role.ADMIN else ()),
        )


@pytest.fixture(params=[Role.ORGANISER, Role.ADMIN])
def world(client: Client, db: DbSession, tokens: Tokens, request: pytest.FixtureRequest) -> World:
    staff = factories.staff(db, request.param)
    once = to_stored([Rule(EligibilityRule.ONCE_PER_SEASON)])
    call = factories.call(db, slug="wac-museums", title_en="WAC Museums", eligibility=once)
    salt, pepper = (factories.institution(db, name=f"{name} Museum", country="FR") for name in ("Salt", "Pepper"))
    other = factories.submitted(db, call, reference="WAC-OTHER", institution_id=salt.id, lead=factories.person(db))
    ben = reviewer(db, call, factories.staff(db, Role.REVIEWER, name="Ben Reviews"))
    assignment(db, other, ben)
    reviewer(db, call, factories.staff(db, Role.REVIEWER, name="Cleo Reviews"))
    elsewhere = factories.call(db, slug="elsewhere", programme_id=call.programme_id)
    sign_in(client, tokens, staff)
    return World(staff, call, elsewhere, salt, pepper, factories.person(db, name="Ana Silva"))


def secret(db: DbSession, world: World, now: datetime) -> list[Application]:
    """Two applications, one to another call by an institution that applies here, with all that stands beside them."""
    given = {"lead": world.ana, "grace_asked_at": now, "grace_asked": "Please."}
    made = [
        factories.submitted(db, world.call, reference="WAC-SECRET", institution_id=world.pepper.id, **given),
        factories.submitted(db, world.elsewhere, reference="WAC-ELSE", institution_id=world.salt.id, **given),
    ]
    for each in made:
        db.add(Note(application_id=each.id, text="NoteCanary", created_at=now))
        db.add(ApplicationTag(application_id=each.id, tag="c"))
        to, kind = world.ana.id, "applications.submitted"
        enqueue(db, NewMail(key=f"m{each.id}", kind=kind, person_id=to, application_id=each.id), now=now)
        audit.record(db, "person:1", "application.submit", each, now=now)
        facts = {"programme_id": each.call.programme_id, "institution_id": each.institution_id}
        db.add(RosterEntry(application_id=each.id, enrolled_at=now, **facts))
    db.query(OutboxMail).update({"state": MailState.IN_DOUBT})
    db.commit()
    return made


def shown(client: Client, pages: Sequence[str]) -> dict[str, str]:
    """Return each page without what is new each time."""
    return {page: re.sub(r'(nonce|value)="[^"]{16,}"', "", client.get(page).text) for page in pages}


def test_pages_are_as_if_the_application_did_not_exist(
    client: Client, db: DbSession, world: World, now: datetime
) -> None:
    before = shown(client, world.pages)
    hidden = secret(db, world, now)
    open_to_all = shown(client, world.pages)
    for each in hidden:
        audit.record(db, "staff:1", "conflict.confirmed", conflict(db, world.staff, each), now=now)
    after = shown(client, world.pages)
    told = {page for page in world.pages if open_to_all[page] != before[page]}

    assert [page for page in world.pages if after[page] != before[page]] == []
    assert {LIST + "/over-time", "/console", "/console/mail", f"{CALL}/assignments"} <= told


@pytest.mark.parametrize("path", ["", "?reader=blind_reviewers", "/files/1"])
def test_its_own_page_is_the_one_of_a_reference_that_nobody_has(
    client: Client, db: DbSession, world: World, now: datetime, path: str
) -> None:
    conflict(db, world.staff, secret(db, world, now)[0])
    mine, nobodys = shown(client, [f"{ONE}{path}"]), shown(client, [f"{NOTHING}{path}"])

    assert mine[f"{ONE}{path}"].replace("WAC-SECRET", "WAC-NOBODY") == nobodys[f"{NOTHING}{path}"]
    assert client.get(f"{ONE}{path}").status_code == 404


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/notes", {"text": "Hello"}),
        ("/tags", {"tag": "x"}),
        ("/eligibility", {"decision": "admitted", "reason": "Because."}),
        ("/withdraw", {"because": "No."}),
        ("/more-time", {"until": "2027-01-30T10:00", "why": "Late."}),
    ],
)
def test_nothing_can_be_done_to_it(
    client: Client, db: DbSession, world: World, now: datetime, path: str, fields: dict[str, str]
) -> None:
    conflict(db, world.staff, secret(db, world, now)[0])

    assert send(client, f"{ONE}{path}", **fields).status_code == 404


@pytest.mark.parametrize(("kind", "reader"), [("csv", "team"), ("csv", "blind_reviewers"), ("xlsx", "team")])
def test_exports_are_as_if_it_did_not_exist(
    client: Client, db: DbSession, world: World, now: datetime, kind: str, reader: str
) -> None:
    def exported() -> bytes:
        data: bytes = send(client, f"{LIST}/export?everything=1", format=kind, reader=reader).data
        return data

    before = exported()
    for each in secret(db, world, now):
        conflict(db, world.staff, each)

    assert len(exported()) == len(before) if kind == "xlsx" else exported() == before


def test_the_ledger_as_a_file_and_its_buttons_leave_its_mail_out(
    client: Client, db: DbSession, world: World, now: datetime
) -> None:
    before = send(client, "/console/mail.csv").data
    for each in secret(db, world, now):
        conflict(db, world.staff, each)
    numbers = [mail.id for mail in db.query(OutboxMail)]

    assert send(client, "/console/mail.csv").data == before
    assert {send(client, f"/console/mail/{each}/settle", how="arrived").status_code for each in numbers} == {404}
    send(client, "/console/mail/settle?state=in_doubt", how="lost", upto=str(max(numbers)))
    db.expire_all()
    assert {mail.state for mail in db.query(OutboxMail)} == {MailState.IN_DOUBT}


def test_a_tag_on_many_passes_it_by(client: Client, db: DbSession, world: World, now: datetime) -> None:
    hidden = secret(db, world, now)[0]
    conflict(db, world.staff, hidden)
    send(client, f"{LIST}/tag", chosen=[hidden.id], tag="touched", act="on")

    assert db.query(ApplicationTag).filter_by(tag="touched").count() == 0
