"""The catalogue becomes rows: once, again without a difference, and after a change with exactly that difference."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from registrar.audit.models import AuditEntry
from registrar.db import Base, DbSession
from registrar.people.institution_changes import details_of, edit
from registrar.people.merging import merge
from registrar.people.models import Institution
from registrar.programmes.catalogue import Catalogue, read
from registrar.programmes.cli import catalogue_commands
from registrar.programmes.events import Event, EventSession
from registrar.programmes.importing import Change, ChangeKind, import_catalogue
from registrar.programmes.models import Organisation, Partner, Programme, Season, Selection, Speaker
from registrar.programmes.rules import SpeakerPart
from tests import factories


@pytest.fixture
def text(root: Path) -> str:
    return (root / "config/catalogue/we-are-museums.toml").read_text(encoding="utf-8")


@pytest.fixture
def catalogue(text: str) -> Catalogue:
    return read(text)


def imported(db: DbSession, catalogue: Catalogue, now: datetime) -> list[Change]:
    changes = import_catalogue(db, catalogue, by="command", now=now)
    db.commit()
    db.expire_all()
    return changes


def number_of(db: DbSession, model: type[Base]) -> int:
    return db.scalar(select(func.count()).select_from(model)) or 0


def run(app: Flask, *arguments: str) -> Result:
    runner = app.test_cli_runner()
    return runner.invoke(catalogue_commands(), ["import", *arguments])


def test_the_whole_catalogue_is_stored(db: DbSession, catalogue: Catalogue, now: datetime) -> None:
    imported(db, catalogue, now)

    counts = {model.__tablename__: number_of(db, model) for model in (Organisation, Season, Programme, Event)}
    assert counts == {"organisation": 1, "season": 4, "programme": 3, "event": 19}


def test_a_series_knows_its_weekly_time(db: DbSession, catalogue: Catalogue, now: datetime) -> None:
    imported(db, catalogue, now)

    weekly = db.scalars(select(Programme).where(Programme.slug == "wac-weekly")).one()
    assert (weekly.weekday, weekly.starts, weekly.timezone, weekly.duration, weekly.weeks) == (
        2, time(18), "Europe/Paris", timedelta(hours=1), 25,
    )  # fmt: skip


def test_what_the_file_does_not_know_stays_unknown(db: DbSession, catalogue: Catalogue, now: datetime) -> None:
    imported(db, catalogue, now)

    event = db.scalars(select(Event).where(Event.slug == "api-culture-day-1")).one()
    assert (event.starts_on, event.year, event.day, event.heading) == (
        None, None, "June 28", "API Culture Day, first edition",
    )  # fmt: skip


def test_sessions_of_an_event_keep_their_speakers_and_moderator(
    db: DbSession, catalogue: Catalogue, now: datetime
) -> None:
    imported(db, catalogue, now)

    session = db.scalars(select(EventSession).where(EventSession.title == "Collect Crisis")).one()
    assert (session.on, [(each.speaker.name, each.part) for each in session.speakers]) == (
        date(2020, 6, 25), [("Danielle Kuijten", SpeakerPart.SPEAKER), ("Sandro Debono", SpeakerPart.MODERATOR)],
    )  # fmt: skip


def test_the_same_partner_speaker_and_institution_are_stored_once(
    db: DbSession, catalogue: Catalogue, now: datetime
) -> None:
    imported(db, catalogue, now)

    counts = [
        db.scalar(select(func.count()).where(column == value))
        for column, value in ((Partner.name, "EIT Climate-KIC"), (Speaker.name, "Sandro Debono"))
    ]
    assert (counts, number_of(db, Institution)) == ([1, 1], 23)


def test_a_second_import_changes_nothing(db: DbSession, catalogue: Catalogue, now: datetime) -> None:
    imported(db, catalogue, now)

    assert (imported(db, catalogue, now), number_of(db, AuditEntry)) == ([], 1)


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        (
            'place = "Riga"', 'place = "Rīga"',
            Change(ChangeKind.CHANGED, "event we-are-museums-2017", "place", "Riga", "Rīga"),
        ),
        ("weeks = 6", "weeks = 7", Change(ChangeKind.CHANGED, "programme wac-museums", "weeks", 6, 7)),
        (
            'partners = ["ICOM COMCOL"]', 'partners = ["ICOM COMCOL", "LAL ART"]',
            Change(
                ChangeKind.CHANGED, "event reframe-collecting", "partners",
                ["ICOM COMCOL"], ["ICOM COMCOL", "LAL ART"],
            ),
        ),
    ],
)  # fmt: skip
def test_a_changed_value_is_the_only_difference(
    db: DbSession, text: str, now: datetime, old: str, new: str, change: Change
) -> None:
    imported(db, read(text), now)

    changes = imported(db, read(text.replace(old, new)), now)

    assert (changes, imported(db, read(text.replace(old, new)), now)) == ([change], [])


def test_what_is_gone_from_the_file_is_reported_and_kept(db: DbSession, text: str, now: datetime) -> None:
    imported(db, read(text), now)
    start = text.index('[[event]]\nslug = "we-are-museums-2013"')

    changes = imported(db, read(text[:start]), now)

    assert (changes, number_of(db, Event)) == ([Change(ChangeKind.GONE, "event we-are-museums-2013")], 19)


def test_a_new_event_on_top_is_added_and_moves_the_others_down(db: DbSession, text: str, now: datetime) -> None:
    imported(db, read(text), now)
    start = text.index("[[event]]")
    event = '[[event]]\nslug = "new-talks"\nkind = "meetups"\n\n'

    changes = imported(db, read(text[:start] + event + text[start:]), now)

    assert ([c.subject for c in changes if c.kind is ChangeKind.ADDED], {c.field for c in changes}) == (
        ["event new-talks"], {"", "position"},
    )  # fmt: skip


def test_what_organisers_entered_survives_an_import(db: DbSession, catalogue: Catalogue, now: datetime) -> None:
    imported(db, catalogue, now)
    weekly = db.scalars(select(Programme).where(Programme.slug == "wac-weekly")).one()
    weekly.join_url, weekly.capacity = "https://meet.example.org/weekly", 300

    imported(db, catalogue, now)

    assert (weekly.join_url, weekly.capacity) == ("https://meet.example.org/weekly", 300)


def test_the_command_says_what_it_did_and_then_that_nothing_is_left(app: Flask, db: DbSession, root: Path) -> None:
    file = str(root / "config/catalogue/we-are-museums.toml")

    first, second = run(app, file), run(app, file)

    assert (first.output.splitlines()[0], first.output.splitlines()[-1], second.output, second.exit_code) == (
        "+ organisation We Are Museums", "27 changes made.", "Nothing to change.\n", 0,
    )  # fmt: skip


def test_a_dry_run_prints_the_differences_and_stores_nothing(app: Flask, db: DbSession, root: Path) -> None:
    result = run(app, str(root / "config/catalogue/we-are-museums.toml"), "--dry-run")

    assert (result.output.splitlines()[-1], number_of(db, Event)) == (
        "27 changes would be made; nothing was changed.", 0,
    )  # fmt: skip


def test_a_mistake_is_told_with_its_line_and_nothing_is_imported(
    app: Flask, db: DbSession, text: str, tmp_path: Path
) -> None:
    broken = text.replace('kind = "study"', 'kind = "studdy"')
    file = tmp_path / "broken.toml"
    file.write_text(broken, encoding="utf-8")
    place = broken.splitlines().index('kind = "studdy"') + 1

    result = run(app, str(file))

    assert (result.exit_code, f"line {place}: event[10].kind" in result.output, number_of(db, Season)) == (1, True, 0)


def test_every_series_gets_what_the_features_above_have_for_it(app: Flask, root: Path) -> None:
    prepared: list[str] = []
    commands = catalogue_commands(lambda db, series: prepared.append(series.slug))

    app.test_cli_runner().invoke(commands, ["import", str(root / "config/catalogue/we-are-museums.toml")])

    assert prepared == ["wac-weekly"]


def test_an_institution_that_was_merged_or_renamed_is_known_again(
    db: DbSession, catalogue: Catalogue, now: datetime
) -> None:
    imported(db, catalogue, now)
    museum = db.scalars(select(Institution).where(Institution.name == "Van Gogh Museum")).one()
    kept = factories.institution(db, name="Rijksmuseum Vincent van Gogh", country="NL", confirmed_at=now)
    merge(db, kept, museum, by="staff:1", now=now)
    belvedere = db.scalars(select(Institution).where(Institution.name == "Belvedere")).one()
    renamed = replace(details_of(belvedere), name="Österreichische Galerie Belvedere")
    edit(db, belvedere, renamed, by="staff:1", now=now)
    db.commit()
    before = number_of(db, Institution)

    assert (imported(db, catalogue, now), number_of(db, Institution)) == ([], before)
    selected = select(Institution.name).join(Selection).where(Institution.country.in_(["NL", "AT"]))
    assert sorted(db.scalars(selected)) == ["Rijksmuseum Vincent van Gogh", "Österreichische Galerie Belvedere"]


def test_two_of_a_season_that_were_merged_are_selected_once(db: DbSession, catalogue: Catalogue, now: datetime) -> None:
    imported(db, catalogue, now)
    kept, merged = (
        db.scalars(select(Institution).where(Institution.name == name)).one()
        for name in ("House of Arts Veszprém", "Hungarian National Museum")
    )
    merge(db, kept, merged, by="staff:1", now=now)

    assert imported(db, catalogue, now) == []
