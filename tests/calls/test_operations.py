"""What organisers do with calls: each act checks what it was shown, keeps the rules and leaves a trace."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from registrar.audit.models import AuditEntry
from registrar.calls import checks, operations
from registrar.calls.checks import Finding, Page
from registrar.calls.definition import Definition, to_json
from registrar.calls.models import ApplicationForm, Call, FormVersion
from registrar.calls.operations import NotReady, SlugTaken, Start
from registrar.calls.proposals import Unit, free_slug, moment, monday, moved, moved_day
from registrar.calls.rules import CallState
from registrar.db import DbSession
from registrar.errors import Conflict, IllegalTransition, Refusal
from tests import factories

BY = "staff:1"
LINES = {"wac-museums"}


def entries(db: DbSession) -> list[tuple[str, dict[str, Any]]]:
    """Return what the audit trail says, oldest first."""
    return [(each.action, each.details) for each in db.scalars(select(AuditEntry).order_by(AuditEntry.id))]


def unpublished_form(db: DbSession, definition: Definition = factories.FORM) -> ApplicationForm:
    """A form that has no version yet."""
    given = {"draft": to_json(definition), "updated_by": BY, "created_at": factories.NOW, "updated_at": factories.NOW}
    return factories.stored(db, ApplicationForm(name="New form", **given))


def start_of(call: Call, slug: str = "museums-next") -> Start:
    return Start(call.programme, call.form, slug, "Next", "Suivant")


def test_a_call_that_lacks_nothing_is_published(db: DbSession, draft: Call, now: datetime) -> None:
    call = operations.publish(db, draft.id, seen=1, by=BY, now=now)
    assert (call.state, call.published_at, call.version) == (CallState.PUBLISHED, now, 2)
    assert entries(db) == [("call.publish", {"version": 1})]


def test_publishing_publishes_the_first_version_of_its_form(db: DbSession, draft: Call, now: datetime) -> None:
    draft.form, draft.form_version = unpublished_form(db), None
    version = operations.publish(db, draft.id, seen=1, by=BY, now=now).form_version
    assert version is not None
    assert (version.number, version.definition) == (1, factories.FORM)


@pytest.mark.parametrize(
    ("changes", "page", "message"),
    [
        ({"title_en": " "}, Page.TEXTS, "Give it a title in English."),
        ({"title_fr": ""}, Page.TEXTS, "Give it a title in French."),
        (
            {"opens_at": datetime(2027, 1, 1, tzinfo=UTC), "closes_at": factories.NOW},
            Page.DATES,
            "The deadline has passed. Choose one that is still to come.",
        ),
        (
            {"decides_on": date(2027, 1, 20)},
            Page.DATES,
            "Teams would be told before the deadline. Choose a later day.",
        ),
        (
            {"eligibility": [{"rule": "completed", "line": "gone"}]},
            Page.ADMISSION,
            "No programme is known as “%(line)s”; choose another one.",
        ),
    ],
)
def test_what_is_missing_is_told_with_the_page_that_mends_it(
    db: DbSession, draft: Call, now: datetime, changes: dict[str, Any], page: Page, message: str
) -> None:
    for name, value in changes.items():
        setattr(draft, name, value)
    assert [(each.page, each.message) for each in checks.missing(draft, LINES, now)] == [(page, message)]
    with pytest.raises(NotReady):
        operations.publish(db, draft.id, seen=1, by=BY, now=now)


def test_a_form_with_errors_must_be_mended_first(db: DbSession, draft: Call, now: datetime) -> None:
    broken = Definition((replace(factories.FORM.sections[0], questions=()),))
    draft.form, draft.form_version = unpublished_form(db, broken), None
    assert [each.page for each in checks.missing(draft, LINES, now)] == [Page.FORM]


def test_what_visitors_would_miss_is_advised_and_forbids_nothing(db: DbSession, draft: Call, now: datetime) -> None:
    assert checks.advice(draft) == []
    draft.about_fr, draft.after_en, draft.after_fr, draft.minutes, draft.decides_on = "", "", "", None, None
    assert checks.advice(draft) == [
        Finding(Page.TEXTS, "What it is stands in one language only; the other shows the same text."),
        Finding(Page.TEXTS, "Say what happens after an application."),
        Finding(Page.ADMISSION, "Say how many minutes the form takes."),
        Finding(Page.DATES, "Say by when teams are told."),
    ]
    assert checks.missing(draft, LINES, now) == []


def test_an_edit_says_which_fields_differ_and_leaves_a_trace(db: DbSession, draft: Call, now: datetime) -> None:
    changed = operations.edit(db, draft.id, {"title_en": "Other", "about_en": "about en"}, seen=1, by=BY, now=now)
    assert (changed, draft.title_en, draft.version) == (["title_en"], "Other", 2)
    assert entries(db) == [("call.edit", {"fields": ["title_en"]})]


def test_an_edit_without_a_difference_leaves_no_trace(db: DbSession, draft: Call, now: datetime) -> None:
    assert operations.edit(db, draft.id, {"title_en": draft.title_en}, seen=1, by=BY, now=now) == []
    assert (draft.version, entries(db)) == (1, [])


def test_a_moved_deadline_stands_in_the_trail(db: DbSession, draft: Call, now: datetime) -> None:
    later = draft.closes_at + timedelta(days=1)
    operations.edit(db, draft.id, {"closes_at": later}, seen=1, by=BY, now=now)
    assert entries(db) == [("call.edit", {"fields": ["closes_at"], "closes_at": later.isoformat()})]


def test_nothing_but_what_organisers_edit_can_be_edited(db: DbSession, draft: Call, now: datetime) -> None:
    with pytest.raises(ValueError, match="state"):
        operations.edit(db, draft.id, {"state": CallState.PUBLISHED}, seen=1, by=BY, now=now)


@pytest.mark.parametrize(
    "values",
    [
        {"closes_at": factories.NOW - timedelta(days=3)},
        {"opens_at": factories.NOW + timedelta(days=10)},
        {"decides_on": date(2027, 1, 20)},
    ],
)
def test_dates_must_follow_each_other(db: DbSession, draft: Call, now: datetime, values: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        operations.edit(db, draft.id, values, seen=1, by=BY, now=now)


def test_the_deadline_of_a_published_call_is_not_moved_into_the_past(db: DbSession, draft: Call, now: datetime) -> None:
    operations.publish(db, draft.id, seen=1, by=BY, now=now)
    with pytest.raises(Refusal, match="has passed already"):
        operations.edit(db, draft.id, {"closes_at": now}, seen=2, by=BY, now=now)


def test_whoever_saw_an_older_version_changes_nothing(db: DbSession, draft: Call, now: datetime) -> None:
    operations.edit(db, draft.id, {"title_en": "First"}, seen=1, by=BY, now=now)
    with pytest.raises(Conflict):
        operations.edit(db, draft.id, {"title_en": "Second"}, seen=1, by=BY, now=now)
    for act in (operations.publish, operations.close, operations.reopen):
        with pytest.raises(Conflict):
            act(db, draft.id, seen=1, by=BY, now=now)
    assert draft.title_en == "First"


def test_a_call_goes_back_to_draft_only_while_nobody_has_begun(db: DbSession, draft: Call, now: datetime) -> None:
    operations.publish(db, draft.id, seen=1, by=BY, now=now)
    with pytest.raises(Refusal, match="Somebody has begun"):
        operations.back_to_draft(db, draft.id, lambda call: 1, seen=2, by=BY, now=now)
    operations.back_to_draft(db, draft.id, lambda call: 0, seen=2, by=BY, now=now)
    assert (draft.state, draft.published_at) == (CallState.DRAFT, None)


def test_closing_and_reopening_keep_the_moments(db: DbSession, draft: Call, now: datetime) -> None:
    closes_at = draft.closes_at
    operations.publish(db, draft.id, seen=1, by=BY, now=now)
    operations.close(db, draft.id, seen=2, by=BY, now=now)
    assert (draft.state, draft.closed_at) == (CallState.CLOSED, now)
    operations.reopen(db, draft.id, seen=3, by=BY, now=now)
    assert (draft.state, draft.closed_at, draft.closes_at) == (CallState.PUBLISHED, None, closes_at)
    assert [action for action, _ in entries(db)] == ["call.publish", "call.close", "call.reopen"]


def test_a_draft_cannot_be_closed(db: DbSession, draft: Call, now: datetime) -> None:
    with pytest.raises(IllegalTransition):
        operations.close(db, draft.id, seen=1, by=BY, now=now)


def test_only_a_draft_chooses_another_form(db: DbSession, draft: Call, now: datetime) -> None:
    other = factories.form_version(db)
    operations.choose_form(db, draft.id, other.form, seen=1, by=BY, now=now)
    assert (draft.form_id, draft.form_version_id) == (other.form_id, other.id)
    operations.publish(db, draft.id, seen=2, by=BY, now=now)
    with pytest.raises(Refusal, match="The form of a published call stays"):
        operations.choose_form(db, draft.id, other.form, seen=3, by=BY, now=now)


def test_a_copy_says_the_same_a_year_later_and_is_a_draft(db: DbSession, draft: Call, now: datetime) -> None:
    operations.publish(db, draft.id, seen=1, by=BY, now=now)
    newer = factories.stored(
        db,
        FormVersion(form_id=draft.form_id, number=2, content=draft.form.draft, published_at=now, published_by=BY),
    )
    db.expire(draft.form, ["versions"])
    made = operations.duplicate(db, draft, start_of(draft), (52, Unit.WEEKS), by=BY, now=now)
    assert (made.state, made.slug, made.title_en, made.form_version_id) == (
        CallState.DRAFT, "museums-next", "Next", newer.id,
    )  # fmt: skip
    assert (made.about_en, made.criteria_fr, made.places, made.minutes) == ("about en", "criteria fr", 20, 60)
    assert made.opens_at == draft.opens_at + timedelta(weeks=52)
    assert made.closes_at == draft.closes_at + timedelta(weeks=52)
    assert made.decides_on == date(2028, 2, 9)
    assert [action for action, _ in entries(db)] == ["call.publish", "call.create", "call.duplicate"]


def test_two_calls_do_not_share_an_address(db: DbSession, draft: Call, now: datetime) -> None:
    with pytest.raises(SlugTaken):
        operations.duplicate(db, draft, start_of(draft, "museums"), (1, Unit.YEARS), by=BY, now=now)


def test_moved_moments_keep_their_wall_clock_over_summer_time() -> None:
    winter = datetime(2027, 3, 25, 17, 0, tzinfo=UTC)
    assert moved(winter, "Europe/Paris", 1, Unit.WEEKS) == datetime(2027, 4, 1, 16, 0, tzinfo=UTC)
    assert moved(winter, "Europe/Paris", 1, Unit.YEARS) == datetime(2028, 3, 25, 17, 0, tzinfo=UTC)


def test_a_moment_that_the_clocks_skip_becomes_the_next_that_exists() -> None:
    night = datetime(2027, 3, 28, 2, 30, tzinfo=UTC)
    assert moment(night.date(), night.time(), "Europe/Paris") == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)


def test_a_leap_day_becomes_the_last_of_february() -> None:
    assert [moved_day(date(2028, 2, 29), by, Unit.YEARS) for by in (1, 4)] == [date(2029, 2, 28), date(2032, 2, 29)]


def test_the_proposed_monday_lies_four_weeks_away_at_least() -> None:
    found = [monday(datetime(2027, 1, day, 12, tzinfo=UTC), "Europe/Paris") for day in (11, 12)]
    assert found == [date(2027, 2, 8), date(2027, 2, 15)]


def test_a_free_address_is_the_line_and_the_year_then_numbered(db: DbSession, draft: Call) -> None:
    day = date(2027, 2, 1)
    found = []
    for _ in range(3):
        found.append(free_slug(db, "wac-museums", day))
        factories.call(db, slug=found[-1], programme_id=draft.programme_id)
    assert found == ["wac-museums-2027", "wac-museums-2027-2", "wac-museums-2027-3"]
