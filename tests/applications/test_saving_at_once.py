"""Many people save at the same moment: nothing that was acknowledged is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

from flask import Flask
from sqlalchemy import select

from registrar.applications import answers, lifecycle
from registrar.applications.answers import Save, StaleAnswer
from registrar.applications.models import Answer, Application
from registrar.applications.rules import Lifecycle
from registrar.db import DbSession, alchemy
from registrar.people.models import Person
from tests import factories

HANDS = 6
EACH = 5


def test_texts_that_many_put_together_are_all_there(app: Flask, db: DbSession, now: datetime) -> None:
    """Each adds a word to the text that they saw, and tries again where another was faster."""
    person = factories.person(db)
    person_id = person.id
    application_id = factories.application(db, factories.call(db), lead=person).id
    db.commit()
    with app.app_context():
        engine = alchemy.engine
    question, start, refused = factories.FORM.question("why"), Barrier(HANDS), []
    assert question

    def add(word: str) -> None:
        with DbSession(engine) as own:
            seen = own.get(Answer, (application_id, "why"))
            text, version = (f"{seen.value} {word}", seen.version) if seen else (word, 0)
            own.rollback()
            application = answers.locked(own, application_id)
            answers.save(own, application, Save(question, text, version), by=own.get_one(Person, person_id), now=now)
            own.commit()

    def work(hand: int) -> None:
        start.wait()
        for number in range(EACH):
            while True:
                try:
                    add(f"{hand}-{number}")
                    break
                except StaleAnswer:
                    refused.append(hand)

    with ThreadPoolExecutor(HANDS) as pool:
        list(pool.map(work, range(HANDS)))

    stored = db.scalars(select(Answer)).one()
    assert sorted(stored.value.split()) == sorted(f"{hand}-{number}" for hand in range(HANDS) for number in range(EACH))
    assert stored.version == HANDS * EACH


def test_submitting_and_saving_at_once_leaves_what_counts_complete(app: Flask, db: DbSession, now: datetime) -> None:
    """Whichever comes first, what counts is complete, and what was saved is stored."""
    person = factories.person(db)
    person_id = person.id
    drafts = [factories.application(db, factories.call(db), lead=person) for _ in range(HANDS)]
    for draft in drafts:
        for key, value in factories.ANSWERS.items():
            factories.answer(db, draft, key, value)
    ids = [draft.id for draft in drafts]
    db.commit()
    with app.app_context():
        engine = alchemy.engine
    question, start = factories.FORM.question("why"), Barrier(2)
    assert question

    def save(application_id: int) -> None:
        with DbSession(engine) as own:
            start.wait()
            application = answers.locked(own, application_id)
            by = own.get_one(Person, person_id)
            answers.save(own, application, Save(question, "Another reason.", 1), by=by, now=now)
            own.commit()

    def submit(application_id: int) -> None:
        with DbSession(engine) as own:
            start.wait()
            lifecycle.submit(own, application_id, seen=1, actor="person:1", now=now)
            own.commit()

    with ThreadPoolExecutor(2) as pool:
        for each in ids:
            for done in [pool.submit(save, each), pool.submit(submit, each)]:
                done.result()

    db.rollback()
    found = db.scalars(select(Application).where(Application.id.in_(ids)).execution_options(populate_existing=True))
    assert [(each.state, each.counted) for each in found] == [
        (Lifecycle.SUBMITTED, factories.ANSWERS | {"why": "Another reason."})
    ] * HANDS
