"""The applications of the demonstration: in every state, complete where they are submitted, gone when it is removed."""

from collections import Counter

from flask import Flask
from sqlalchemy import func, select

from registrar.applications import answers
from registrar.applications.file_models import StoredFile, Upload
from registrar.applications.files.shelf import shelf
from registrar.applications.models import Application, Member
from registrar.applications.rules import Lifecycle, TeamRole
from registrar.calls.completeness import Progress, flaws, progress
from registrar.calls.models import ApplicationForm, Call
from registrar.calls.rules import CallState, Stage, stage
from registrar.db import DbSession
from registrar.ops.demo.removal import remove
from registrar.people.models import Institution, Person
from registrar.programmes.timezones import country_codes
from tests.conftest import START
from tests.ops.conftest import make


def call(db: DbSession, slug: str) -> Call:
    return db.scalars(select(Call).where(Call.slug == slug)).one()


def applications(db: DbSession, slug: str = "wac-museums") -> list[Application]:
    return list(
        db.scalars(select(Application).where(Application.call_id == call(db, slug).id).order_by(Application.id))
    )


def test_one_call_is_open_for_ten_days_one_is_a_draft_and_one_is_over(demo: DbSession) -> None:
    found = {each.slug: each for each in demo.scalars(select(Call))}
    stages = {slug: stage(it.state, it.opens_at, it.closes_at, it.grace, START) for slug, it in found.items()}

    assert stages == {
        "wac-museums": Stage.OPEN, "wac-factory": Stage.HIDDEN, "wac-museums-first-round": Stage.OVER,
        "wac-museums-season-3": Stage.OVER,
    }  # fmt: skip
    assert found["wac-museums"].state is CallState.PUBLISHED
    assert (found["wac-museums"].closes_at - START).days in (9, 10)


def test_applications_are_in_every_state_from_many_countries(demo: DbSession) -> None:
    states = Counter(each.state for each in applications(demo))
    countries = demo.scalar(select(func.count(func.distinct(Institution.country))).join(Application))

    assert states == {Lifecycle.SUBMITTED: 66, Lifecycle.DRAFT: 16, Lifecycle.WITHDRAWN: 7}
    assert (countries or 0) > 30


def test_what_counts_is_complete_and_two_teams_are_changing_it(demo: DbSession) -> None:
    submitted = [each for each in applications(demo) if each.state is Lifecycle.SUBMITTED]
    definition = answers.form_of(submitted[0]).definition

    assert [each.reference for each in submitted if flaws(definition, each.counted or {}, country_codes())] == []
    assert len([each for each in submitted if answers.what_is_missing(demo, each)]) == 2


def test_camilles_draft_is_half_filled_and_she_leads_it(demo: DbSession) -> None:
    camille = demo.scalars(select(Person).where(Person.email == "demo@example.org")).one()
    mine = demo.execute(
        select(Application.state, Member.role).join(Member).where(Member.person_id == camille.id).order_by(Member.role)
    ).all()
    draft = applications(demo)[0]
    values, definition = answers.values(demo, draft), answers.form_of(draft).definition

    assert (Lifecycle.DRAFT, TeamRole.LEAD) in mine
    assert {each.state for each in mine} == {Lifecycle.DRAFT, Lifecycle.SUBMITTED}
    assert {progress(section, definition, values) for section in definition.sections} == {
        Progress.DONE, Progress.STARTED, Progress.NOT_STARTED,
    }  # fmt: skip


def test_every_upload_has_its_content_on_the_shelf(demo_app: Flask, demo: DbSession) -> None:
    contents = demo.execute(select(StoredFile.sha256, StoredFile.size).join(Upload, Upload.file_id == StoredFile.id))
    place = shelf(demo_app)

    assert {size - place.path_of(sha256).stat().st_size for sha256, size in contents} == {0}


def test_nothing_of_it_is_left_when_it_is_removed(app: Flask, db: DbSession) -> None:
    make(app, db, START)
    with app.app_context():
        paths = [shelf(app).path_of(each) for each in db.scalars(select(StoredFile.sha256))]
        remove(db, app.extensions["registrar.tokens"])
        db.commit()
    left = {model: db.scalar(select(func.count()).select_from(model)) for model in (Application, Call, ApplicationForm)}

    assert left == {Application: 0, Call: 0, ApplicationForm: 0}
    assert db.scalar(select(func.count(Institution.id)).where(Institution.website.like("%.example.org/"))) == 0
    assert [path for path in paths if path.exists()] == []
