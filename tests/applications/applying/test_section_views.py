"""The page of a section as people without JavaScript use it: save all of it, see what another wrote meanwhile."""

from datetime import timedelta

from sqlalchemy import select

from registrar.applications.models import Answer, Application
from registrar.applications.rules import TeamRole
from registrar.db import DbSession
from registrar.people.models import Person
from tests import factories
from tests.applications.applying.scripting import press
from tests.conftest import Client, TestClock


def stored(db: DbSession) -> dict[str, object]:
    db.rollback()
    return dict(db.execute(select(Answer.question, Answer.value)).all())


def page(client: Client, application: Application, section: str = "you") -> str:
    found = client.get(f"/applications/{application.reference}/sections/{section}")
    assert found.status_code == 200
    return found.text


def test_a_section_is_saved_whole_and_leads_to_the_next(
    client: Client, db: DbSession, application: Application
) -> None:
    sent = {"a_why": "Because.", "a_why_asked": "0", "a_new": "yes", "a_new_asked": "0", "a_past_asked": "0"}
    first = press(client, application, "you", **sent)
    second = press(client, application, "team", a_people_0_name="Ada", a_people_asked="0")

    path = f"/applications/{application.reference}"
    assert [(each.status_code, each.location) for each in (first, second)] == [
        (303, f"{path}/sections/team"),
        (303, f"{path}/check"),
    ]
    assert stored(db) == {
        "why": "Because.",
        "new": True,
        "past": None,
        "people": [{"name": "Ada", "role": "", "email": ""}],
    }


def test_an_answer_that_leads_to_another_question_shows_the_page_again(
    client: Client, db: DbSession, application: Application
) -> None:
    assert 'data-question="past" data-type="short_text" data-version="0" hidden' in page(client, application)

    answer = press(client, application, "you", a_new="no", a_new_asked="0", a_past_asked="0")
    assert answer.location == f"/applications/{application.reference}/sections/you"
    shown = page(client, application)
    assert "Your answers lead to another question." in shown
    assert 'data-question="past" data-type="short_text" data-version="1">' in shown


def test_a_text_with_a_flaw_is_saved_and_the_flaw_is_told(
    client: Client, db: DbSession, application: Application
) -> None:
    answer = press(client, application, "you", a_why="word " * 101, a_why_asked="0")

    assert answer.location == f"/applications/{application.reference}/sections/you"
    assert "Use at most 100 words; you have 101." in page(client, application)
    assert stored(db)["why"] == ("word " * 101).strip()


def test_what_another_wrote_meanwhile_is_shown_beside_what_was_typed(
    client: Client, db: DbSession, application: Application, ana: Person
) -> None:
    ben = factories.person(db, name="Ben")
    factories.answer(db, application, "why", "Text of Ben.", version=2, saved_by_id=ben.id)

    typed = {"a_why": "Text of Ana.", "a_why_asked": "1", "a_new": "yes", "a_new_asked": "0"}
    refused = press(client, application, "you", **typed)
    assert refused.status_code == 409
    assert "Ben changed this at 10:00, while you were writing." in refused.text
    assert "Text of <mark>Ben.</mark>" in refused.text
    assert ">Text of Ana.</textarea>" in refused.text
    assert stored(db) == {"why": "Text of Ben.", "new": True}


def test_each_decision_about_two_texts_does_what_it_says(
    client: Client, db: DbSession, application: Application, ana: Person
) -> None:
    outcomes = []
    factories.answer(db, application, "why", "", version=1)
    for choice in ("mine", "theirs", "both"):
        found = db.scalars(select(Answer)).one()
        found.value, found.version = "Theirs.", found.version + 5
        db.commit()
        press(
            client, application, "you", a_why="Mine.", a_why_asked="1", a_why_theirs=str(found.version),
            a_why_merge=choice,
        )  # fmt: skip
        outcomes.append(stored(db)["why"])

    assert outcomes == ["Mine.", "Theirs.", "Theirs.\n\nMine."]


def test_a_decision_about_a_text_that_has_changed_again_overwrites_nothing(
    client: Client, db: DbSession, application: Application, ana: Person
) -> None:
    factories.answer(db, application, "why", "Newer.", version=3)
    for choice in ("mine", "both"):
        answer = press(client, application, "you", a_why="Mine.", a_why_asked="1", a_why_theirs="2", a_why_merge=choice)
        assert answer.status_code == 409
    assert stored(db) == {"why": "Newer."}


def test_after_the_deadline_the_page_is_read_only_and_what_came_too_late_is_shown(
    client: Client, db: DbSession, application: Application, ana: Person, clock: TestClock
) -> None:
    factories.answer(db, application, "why", "Kept.")
    application.call.closes_at = clock.now - application.call.grace
    db.commit()

    late = press(client, application, "you", a_why="Too late.", a_why_asked="1")
    assert late.status_code == 422
    assert ("This was not saved" in late.text, "Too late." in late.text, "Kept." in late.text) == (True, True, True)
    shown = page(client, application)
    assert ("Kept." in shown, "<textarea" in shown) == (True, False)
    assert stored(db) == {"why": "Kept."}


def test_the_deadline_is_the_same_moment_in_every_zone(
    client: Client, db: DbSession, application: Application, ana: Person, clock: TestClock
) -> None:
    ana.timezone = "Asia/Tokyo"
    application.call.closes_at = clock.now + timedelta(minutes=1)
    application.call.grace = timedelta()
    db.commit()
    shown = page(client, application)
    before = press(client, application, "you", a_why="One minute before.", a_why_asked="0")
    clock.advance(minutes=1)
    after = press(client, application, "you", a_why="At the deadline.", a_why_asked="1")

    assert ("Monday 11 January 2027, 18:01" in shown, "10:01</time> Paris" in shown) == (True, True)
    assert (before.status_code, after.status_code) == (303, 422)
    assert stored(db) == {"why": "One minute before."}


def test_readers_read_and_write_nothing(client: Client, db: DbSession, application: Application, ana: Person) -> None:
    readers = factories.application(db, application.call, reference="READ")
    factories.member(db, readers, ana, role=TeamRole.READER)

    assert "<textarea" not in page(client, readers)
    assert press(client, readers, "you", a_why="x", a_why_asked="0").status_code == 403


def test_there_are_no_other_sections(client: Client, application: Application) -> None:
    address = f"/applications/{application.reference}/sections/nowhere"
    assert (client.get(address).status_code, press(client, application, "nowhere").status_code) == (404, 404)
