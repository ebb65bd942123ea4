"""One application: everything for organisers, less for reviewers, nobody's name for blind ones."""

from typing import Any

import pytest
from sqlalchemy import select

from registrar.applications.desk_models import ApplicationTag, Note
from registrar.applications.file_models import StoredFile, Upload
from registrar.applications.models import Answer, Application, Invitation
from registrar.applications.rules import Override, TeamRole
from registrar.audit import operations as audit
from registrar.calls.definition import Choice, Condition, Definition, Question, Section, Words
from registrar.calls.rules import Audience, Operator, QuestionType
from registrar.db import DbSession
from registrar.mail.operations import NewMail, enqueue
from registrar.people.models import Person
from registrar.people.rules import InstitutionKind
from tests import factories
from tests.applications.desk.conftest import Desk
from tests.conftest import Client
from tests.pages import links, text

CANARY = Definition(
    (
        Section(
            "about",
            Words("About you"),
            questions=(
                Question("name", QuestionType.SHORT_TEXT, Words("Official name"), identifying=True),
                Question("idea", QuestionType.LONG_TEXT, Words("Your idea")),
                Question("size", QuestionType.NUMBER, Words("Staff")),
                Question("kind", QuestionType.SINGLE_CHOICE, Words("Size"), choices=(Choice("s", Words("Small")),)),
                Question("budget", QuestionType.SHORT_TEXT, Words("Budget"), audience=Audience.ORGANISERS),
                Question(
                    "hidden", QuestionType.SHORT_TEXT, Words("Why small?"),
                    conditions=(Condition("size", Operator.AT_LEAST, "100"),),
                ),
            ),
        ),
        Section(
            "people",
            Words("People"),
            questions=(
                Question("team", QuestionType.TEAM, Words("Team")),
                Question("plan", QuestionType.FILE, Words("A plan")),
            ),
        ),
    )
)  # fmt: skip
IDENTITY = ["NameCanary", "TeamCanary", "InstitutionCanary", "MemberCanary", "PlanCanary", "canary@mail.example"]
ORGANISERS_ONLY = ["BudgetCanary", "NoteCanary", "TagCanary", "ReasonCanary", "HiddenCanary"]


@pytest.fixture
def canary(db: DbSession, desk: Desk) -> Application:
    """A submitted application full of words that not everybody may read."""
    call = factories.call(db, form_version_id=factories.form_version(db, CANARY).id)
    place = factories.institution(db, name="InstitutionCanary", country="FR", kind=InstitutionKind.MUSEUM)
    lead = factories.person(db, name="MemberCanary", email="canary@mail.example")
    counted: dict[str, Any] = {
        "name": "NameCanary",
        "idea": "An open idea.",
        "size": "12",
        "kind": "s",
        "budget": "BudgetCanary",
    }
    counted |= {"team": [{"name": "TeamCanary", "role": "", "email": ""}]}
    made = factories.submitted(db, call, institution_id=place.id, lead=lead, counted=counted, reference="WAC-BIRD1")
    factories.answer(db, made, "hidden", "HiddenCanary")
    kept = factories.stored(
        db, StoredFile(sha256="ab" * 32, size=10, media_type="application/pdf", created_at=factories.NOW)
    )
    plan = Upload(application_id=made.id, question="plan", file_id=kept.id, name="PlanCanary.pdf")
    plan.uploaded_at = factories.NOW
    number = factories.stored(db, plan).id
    made.counted = counted | {"plan": [number]}
    factories.answer(db, made, "plan", [number])
    db.add(Note(application_id=made.id, text="NoteCanary", created_at=factories.NOW))
    db.add(ApplicationTag(application_id=made.id, tag="TagCanary"))
    made.eligibility, made.eligibility_reason = Override.ADMITTED, "ReasonCanary"
    made.eligibility_at, made.eligibility_by = factories.NOW, "staff:1"
    db.commit()
    return made


def found(page: str, words: list[str]) -> list[str]:
    return [each for each in words if each in page]


def test_organisers_read_everything(client: Client, desk: Desk, canary: Application) -> None:
    page = client.get(desk.page(canary)).text

    assert found(page, IDENTITY) == IDENTITY
    assert found(page, ORGANISERS_ONLY) == ORGANISERS_ONLY
    assert "An open idea." in page


def test_reviewers_read_who_applies_and_nothing_that_is_the_organisers(
    client: Client, desk: Desk, canary: Application
) -> None:
    page = client.get(f"{desk.page(canary)}?reader=reviewers").text

    assert found(page, ORGANISERS_ONLY) == []
    assert found(page, IDENTITY) == ["NameCanary", "TeamCanary", "InstitutionCanary", "PlanCanary"]


def test_blind_reviewers_read_nobody_s_name(client: Client, desk: Desk, canary: Application) -> None:
    page = client.get(f"{desk.page(canary)}?reader=blind_reviewers").text

    assert found(page, ORGANISERS_ONLY + IDENTITY) == []
    assert found(page, ["An open idea.", "Small", "File 1"]) == ["An open idea.", "Small", "File 1"]


@pytest.mark.parametrize(
    ("reader", "seen"),
    [
        ("team", ["BudgetCanary", "TagCanary", *IDENTITY]),
        ("reviewers", ["NameCanary", "TeamCanary", "InstitutionCanary", "PlanCanary"]),
        ("blind_reviewers", []),
    ],
)
def test_prints_hold_what_their_reader_may_see(
    client: Client, desk: Desk, canary: Application, reader: str, seen: list[str]
) -> None:
    page = client.get(f"/console/calls/{canary.call.slug}/applications/print?reader={reader}").text

    assert found(page, ORGANISERS_ONLY + IDENTITY) == seen
    assert "An open idea." in page


def test_an_answer_that_is_not_asked_is_marked_and_one_of_an_older_version_says_so(
    client: Client, db: DbSession, desk: Desk, canary: Application
) -> None:
    older = Definition(
        (Section("old", Words("Old"), questions=(Question("was", QuestionType.SHORT_TEXT, Words("Was")),)),)
    )
    form = canary.call.form_id
    version = factories.form_version(db, older, form_id=form, number=7)
    factories.answer(db, canary, "was", "Long ago.", form_version_id=version.id)
    page = text(client.get(desk.page(canary)))

    assert "Why small? Not asked HiddenCanary" in page
    assert "Was No longer in the form Long ago. answered in version 7 of the form" in page


def test_a_change_that_is_not_complete_does_not_count_and_is_shown_apart(
    client: Client, db: DbSession, desk: Desk
) -> None:
    db.get_one(Answer, (desk.salt.id, "why")).value = "A newer reason."
    page = text(client.get(desk.page(desk.salt)))

    assert "Because." in page
    assert "Saved since, and does not count yet A newer reason." in page


def test_the_rules_are_explained_one_by_one(client: Client, db: DbSession, desk: Desk) -> None:
    desk.call.eligibility = [{"rule": "completed", "line": "wac-museums"}, {"rule": "kinds", "kinds": ["museum"]}]
    page = text(client.get(desk.page(desk.salt)))

    assert "Not eligible The institution has completed wac-museums." in page
    assert "Eligible The institution is one of these: Museum." in page


def test_the_team_its_invitations_its_mails_and_what_happened_stand_there(
    client: Client, db: DbSession, desk: Desk
) -> None:
    ana = db.scalars(select(Person).where(Person.name == "Ana Silva")).one()
    invited = {"call_id": desk.call.id, "application_id": desk.salt.id, "role": TeamRole.EDITOR, "locale": "en"}
    invited |= {"email": "new@salt.example", "email_key": "new@salt.example", "timezone": "UTC"}
    factories.stored(db, Invitation(**invited, created_at=factories.NOW))
    mail = NewMail(key="submitted:1", kind="applications.submitted", person_id=ana.id, application_id=desk.salt.id)
    enqueue(db, mail, now=factories.NOW)
    audit.record(db, f"person:{ana.id}", "application.submit", desk.salt, now=factories.NOW)
    answer = client.get(desk.page(desk.salt))

    assert "Ana Silva Lead ana@salt.example" in text(answer)
    assert "Invited, not come yet: new@salt.example" in text(answer)
    assert "Submitted Mon 11 Jan, 10:00 Ana Silva" in text(answer)
    assert f"/console/mail?person={ana.id}" in links(answer)


def test_the_institution_s_other_applications_are_linked(client: Client, db: DbSession, desk: Desk) -> None:
    other = factories.submitted(db, factories.call(db), institution_id=desk.salt.institution_id)

    assert f"/console/applications/{other.reference}" in links(client.get(desk.page(desk.salt)))


def test_the_weekly_sessions_of_the_team_are_counted_once_each(client: Client, db: DbSession, desk: Desk) -> None:
    people = [member.person_id for member in desk.salt.members]
    programme = factories.series(db)
    sessions = [factories.session(db, programme) for _ in range(2)]
    for person in people:
        registration = factories.registration(db, programme, person_id=person)
        factories.attendance(db, registration, sessions[0])
    factories.attendance(db, registration, sessions[1])

    assert "People of this team have been in 2 weekly sessions." in text(client.get(desk.page(desk.salt)))


def test_the_neighbours_are_those_of_the_list_its_reader_comes_from(client: Client, desk: Desk) -> None:
    middle = client.get(f"{desk.page(desk.salt)}?sort=institution")
    assert "3 of 4" in text(middle)
    neighbours = [link for link in links(middle) if link.endswith("?sort=institution") and "/applications/WAC" in link]
    pages = [f"{desk.page(each)}?sort=institution" for each in (desk.glass, desk.draft)]
    assert sorted({*neighbours} - {f"{desk.page(desk.salt)}?sort=institution"}) == sorted(pages)

    narrowed = client.get(f"{desk.page(desk.salt)}?state=submitted&country=FR")
    assert "1 of 1" in text(narrowed)
    assert "Next application" not in text(narrowed)


def test_an_application_that_is_not_there_has_no_page(client: Client, desk: Desk) -> None:
    assert client.get("/console/applications/WAC-NOONE").status_code == 404
    assert client.get(f"{desk.page(desk.salt)}/files/77").status_code == 404


def test_a_draft_of_a_call_is_read_with_what_is_there_so_far(client: Client, desk: Desk) -> None:
    page = text(client.get(desk.page(desk.draft)))

    assert "Because." in page
    assert "Nothing was answered." in page
    assert "Nobody is in the team any more" in page
