"""Calls as data: what the files say, what is wrong with one, and bringing them in."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from registrar.audit.models import AuditEntry
from registrar.calls import cli, ready
from registrar.calls.definition import Definition, Words, from_json, to_json
from registrar.calls.eligibility import Rule, rules_of, to_stored
from registrar.calls.importing import import_call, import_ready_calls
from registrar.calls.models import ApplicationForm, Call, FormVersion
from registrar.calls.ready import ReadyCall, ReadyCallError, read, ready_calls
from registrar.calls.rules import CallState, EligibilityRule, QuestionType
from registrar.db import DbSession
from registrar.errors import Refusal
from registrar.people.rules import InstitutionKind
from tests import factories

SMALL = """
slug = "small"
programme = "lab"
form = "Small"
timezone = "Europe/Paris"
opens = "10:00"
closes = "18:00"
weeks_open = 2
weeks_to_decide = 1
grace_minutes = 5
title = { en = "Small", fr = "Petit" }
about = { en = "About", fr = "À propos" }
criteria = { en = "Criteria", fr = "Critères" }
after = { en = "After", fr = "Après" }

[[sections]]
key = "one"
title = { en = "One", fr = "Un" }

[[sections.questions]]
key = "new"
type = "yes_no"
label = { en = "Is it new?", fr = "Est-ce nouveau ?" }

[[sections.questions]]
key = "why"
type = "long_text"
label.en = "Why?"
label.fr = "Pourquoi ?"
words = 50
conditions = [{ question = "new", operator = "is", value = "yes" }]
"""


def mistakes(text: str) -> list[str]:
    """Return what is said about a file that is refused."""
    with pytest.raises(ReadyCallError) as refused:
        read(text)
    return [str(each) for each in refused.value.mistakes]


def by_slug() -> dict[str, ReadyCall]:
    return {each.slug: each for each in ready_calls()}


def words_of(definition: Definition) -> list[Words]:
    """Return every text of a form that is there to be read."""
    found: list[Words] = []
    for section in definition.sections:
        found += [section.title, section.help]
        for question in section.questions:
            found += [question.label, question.help, *(each.label for each in question.choices)]
    return [each for each in found if each != Words()]


def test_both_calls_come_ready() -> None:
    assert [each.slug for each in ready_calls()] == ["wac-factory", "wac-museums"]


@pytest.mark.parametrize("slug", ["wac-museums", "wac-factory"])
def test_every_text_of_a_ready_call_stands_in_both_languages_with_spaces_that_do_not_break(slug: str) -> None:
    call = by_slug()[slug]
    texts = [call.title, call.about, call.criteria, call.after, *words_of(call.form)]
    assert [each for each in texts if not each.en.strip() or not each.fr.strip()] == []
    assert [each.fr for each in texts if any(f" {mark}" in each.fr for mark in "?!:;»")] == []


@pytest.mark.parametrize("slug", ["wac-museums", "wac-factory"])
def test_the_form_of_a_ready_call_can_be_stored_and_read_back(slug: str) -> None:
    form = by_slug()[slug].form
    assert from_json(to_json(form)) == form


def test_wac_museums_is_for_twenty_institutions_once_per_season() -> None:
    call = by_slug()["wac-museums"]
    kinds, once = call.eligibility
    assert (call.places, once.rule) == (20, EligibilityRule.ONCE_PER_SEASON)
    assert set(InstitutionKind) - set(kinds.kinds) == {InstitutionKind.OTHER}


def test_wac_museums_asks_for_a_team_of_two_to_five_and_a_letter_of_the_director() -> None:
    form = by_slug()["wac-museums"].form
    team, letter = form.question("team"), form.question("director_letter")
    assert team is not None
    assert letter is not None
    assert (team.type, team.least, team.most, team.identifying) == (QuestionType.TEAM, 2, 5, True)
    assert (letter.type, letter.required, letter.identifying) == (QuestionType.FILE, True, True)


def test_wac_factory_is_only_for_institutions_that_completed_wac_museums_earlier_seasons_counting() -> None:
    assert by_slug()["wac-factory"].eligibility == (Rule(EligibilityRule.COMPLETED, "wac-museums", True),)


def test_rules_are_stored_with_what_belongs_to_them_and_read_back() -> None:
    rules = tuple(rule for call in ready_calls() for rule in call.eligibility)
    assert rules_of(to_stored(rules)) == rules
    assert to_stored(rules[:1]) == [{"rule": "completed", "line": "wac-museums", "earlier_seasons": True}]


def test_a_file_that_is_no_toml_says_where() -> None:
    assert mistakes("slug = ")[0].startswith("line 1: this is not TOML")


def test_a_condition_on_a_question_that_does_not_come_before_is_refused_with_its_line() -> None:
    (found,) = mistakes(SMALL.replace('question = "new"', 'question = "nev"'))
    place = "sections[0].questions[1].conditions[0].question"
    assert found == f'line 31: {place}: "nev" is no earlier question; did you mean new?'


def test_a_condition_on_an_answer_that_cannot_be_given_is_refused() -> None:
    (found,) = mistakes(SMALL.replace('value = "yes"', 'value = "perhaps"'))
    assert found.endswith('.value: "perhaps" is no answer to new')


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('fr = "Est-ce nouveau ?"', 'fr = ""', "sections[0].questions[0].label.fr: is missing"),
        (
            'key = "why"',
            'key = "new"',
            'sections[0].questions[1].key: "new" stands already at sections[0].questions[0]',
        ),
        ('key = "why"', 'key = "Why?"', 'sections[0].questions[1].key: "Why?" needs small letters, digits and'),
        ('type = "yes_no"', 'type = "yesno"', 'sections[0].questions[0].type: "yesno" is not one of short_text'),
        ("words = 50", "wrods = 50", "sections[0].questions[1].wrods: is not known here; did you mean words?"),
        ("words = 50", "least = 5\nmost = 2", "sections[0].questions[1].least: 5 is more than most, 2"),
        ('type = "yes_no"', 'type = "single_choice"', "sections[0].questions[0].choices: are missing"),
        ('timezone = "Europe/Paris"', 'timezone = "Europe/Pari"', "did you mean Europe/Paris?"),
        ("weeks_open = 2", "weeks_open = 0", "weeks_open: 0 needs to be 1 or more"),
        ("[[sections]]", '[[eligibility]]\nrule = "completed"\n[[sections]]', "eligibility[0].line: is missing"),
        ("[[sections]]", '[[eligibility]]\nrule = "kinds"\n[[sections]]', "eligibility[0].kinds: is missing"),
    ],
)
def test_mistakes_are_told_with_their_place(old: str, new: str, told: str) -> None:
    assert told in mistakes(SMALL.replace(old, new))[0]


def test_a_ready_call_is_imported_as_a_draft_with_the_first_version_of_its_form(db: DbSession, now: datetime) -> None:
    programme = factories.cohort(db, slug="lab")
    call = import_call(db, read(SMALL), by="command", now=now)
    assert call is not None
    assert (call.state, call.programme, call.form.name) == (CallState.DRAFT, programme, "Small")
    assert call.form_version is not None
    assert (call.form_version.number, call.form_version.definition) == (1, read(SMALL).form)
    assert call.form.draft_definition == read(SMALL).form
    assert db.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all() == ["form.publish", "call.import"]


def test_the_proposed_dates_begin_on_a_monday_four_weeks_away(db: DbSession, now: datetime) -> None:
    factories.cohort(db, slug="lab")
    call = import_call(db, read(SMALL), by="command", now=now)
    assert call is not None
    assert call.opens_at == datetime(2027, 2, 8, 9, 0, tzinfo=UTC)
    assert call.closes_at == datetime(2027, 2, 22, 17, 0, tzinfo=UTC)
    assert str(call.decides_on) == "2027-03-01"


def test_importing_twice_changes_nothing_and_what_organisers_changed_stays(db: DbSession, now: datetime) -> None:
    factories.cohort(db, slug="lab")
    call = import_call(db, read(SMALL), by="command", now=now)
    assert call is not None
    call.title_en = "Our own title"

    again = import_call(db, read(SMALL), by="command", now=now)

    assert (again, call.title_en) == (None, "Our own title")
    assert len(db.scalars(select(ApplicationForm)).all()) == len(db.scalars(select(FormVersion)).all()) == 1


def test_a_call_of_a_programme_that_is_not_there_is_refused(db: DbSession, now: datetime) -> None:
    with pytest.raises(Refusal, match="There is no programme lab"):
        import_call(db, read(SMALL), by="command", now=now)


def test_only_the_calls_of_programmes_that_are_there_come_by_themselves(db: DbSession, now: datetime) -> None:
    factories.cohort(db, slug="wac-museums")
    assert [each.slug for each in import_ready_calls(db, by="command", now=now)] == ["wac-museums"]


def test_the_command_imports_what_comes_ready_and_says_what_it_did(app: Flask, db: DbSession) -> None:
    factories.cohort(db, slug="wac-museums")
    factories.cohort(db, slug="wac-factory")
    db.commit()
    told = [app.test_cli_runner().invoke(cli.calls, ["import"]).output for _ in range(2)]
    assert told == [
        "+ call wac-factory: added as a draft\n+ call wac-museums: added as a draft\n",
        "= call wac-factory: is there already, kept as it is\n= call wac-museums: is there already, kept as it is\n",
    ]
    assert db.scalars(select(Call.slug).order_by(Call.slug)).all() == ["wac-factory", "wac-museums"]


def test_the_command_ends_with_every_mistake_of_a_file(app: Flask, db: DbSession, tmp_path: Path) -> None:
    file = tmp_path / "small.toml"
    file.write_text(SMALL.replace("words = 50", "wrods = 50"), encoding="utf-8")
    result = app.test_cli_runner().invoke(cli.calls, ["import", str(file)])
    assert result.exit_code == 1
    assert f"  {file}, line 30: sections[0].questions[1].wrods: is not known here" in result.output
    assert db.scalars(select(Call)).all() == []


def test_the_files_lie_where_the_program_looks_for_them(root: Path) -> None:
    assert root / "config" / "calls" == ready.FOLDER
