"""Changes of the season in the browser: written, previewed, carried out, taken back."""

import html
import re
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.programmes.models import Programme
from registrar.weekly.models import Seat
from tests import factories
from tests.conftest import Client
from tests.weekly.planner_pages import post, seat_in, seen, sessions


def test_a_move_is_previewed_with_the_letter_and_then_done(organiser: Client, db: DbSession, series: Programme) -> None:
    session = factories.session(db, series, title_en="Lending", title_fr="Prêter")
    seat_in(db, series, session, timezone="America/New_York")
    seat_in(db, series, session, locale="fr")
    moved = {"on": "2027-01-14", "at": "19:00", "minutes": "90"}
    url = f"/console/sessions/{session.id}/move"

    shown = post(organiser, url, **moved, step="preview")
    untouched = (sessions(db)[0].starts_at, db.scalars(select(OutboxMail)).all())
    done = post(organiser, url, **moved, step="confirm", seen=seen(shown))

    text = html.unescape(shown.text)
    assert (shown.status_code, done.status_code) == (200, 303)
    assert "Moved: Lending, now on Thursday 14 January 2027, 13:00" in text
    assert "Déplacé" in text or "Prêter" in text
    assert untouched == (datetime(2027, 1, 13, 17, tzinfo=UTC), [])
    assert sessions(db)[0].starts_at == datetime(2027, 1, 14, 18, tzinfo=UTC)
    assert sessions(db)[0].ends_at - sessions(db)[0].starts_at == timedelta(minutes=90)
    assert len(db.scalars(select(OutboxMail)).all()) == 2


def test_the_sample_letter_gives_the_organiser_no_personal_link(
    organiser: Client, db: DbSession, series: Programme
) -> None:
    session = factories.session(db, series)
    seat_in(db, series, session)

    shown = post(organiser, f"/console/sessions/{session.id}/shift", weeks="1", step="preview")

    assert "/my/enter/" not in shown.text
    assert "/join/" not in shown.text


def test_a_change_can_be_taken_back_by_one_button(organiser: Client, db: DbSession, series: Programme) -> None:
    session = factories.session(db, series)
    url = f"/console/sessions/{session.id}/shift"
    post(organiser, url, weeks="1", step="confirm", seen=seen(post(organiser, url, weeks="1", step="preview")))

    page = organiser.get("/console/sessions").text
    back = post(organiser, url, weeks="-1", step="preview")

    assert re.search(rf'action="{url}">.*name="step" value="preview".*name="weeks" value="-1"', page, re.S)
    assert "13 Jan, 18:00" in back.text


def test_a_world_that_changed_meanwhile_is_shown_again(organiser: Client, db: DbSession, series: Programme) -> None:
    first, second = factories.session(db, series), factories.session(db, series)
    url = f"/console/sessions/{first.id}/shift"
    shown = post(organiser, url, weeks="1", step="preview")
    second.revision += 1
    db.commit()

    answer = post(organiser, url, weeks="1", step="confirm", seen=seen(shown))

    assert answer.status_code == 409
    assert "The season has changed since you looked" in answer.text
    assert seen(answer) != seen(shown)
    assert sessions(db)[0].starts_at == datetime(2027, 1, 13, 17, tzinfo=UTC)


def test_a_session_is_cancelled_with_its_reason_and_comes_back(
    organiser: Client, db: DbSession, series: Programme
) -> None:
    session = factories.session(db, series)
    seat_in(db, series, session)
    cancel, reinstate = (f"/console/sessions/{session.id}/{verb}" for verb in ("cancel", "reinstate"))
    why = {"reason_en": "The speaker is ill."}

    silent = post(organiser, cancel, step="preview")
    shown = post(organiser, cancel, step="preview", **why)
    post(organiser, cancel, step="confirm", seen=seen(shown), **why)
    cancelled = (sessions(db)[0].cancelled_at is not None, sessions(db)[0].cancel_reason_en)
    post(organiser, reinstate, step="confirm", seen=seen(post(organiser, reinstate, step="preview")))

    assert (silent.status_code, shown.status_code) == (422, 200)
    assert shown.text.count("The speaker is ill.") == 3  # in the letter and in the hidden fields of both ways on
    assert cancelled == (True, "The speaker is ill.")
    assert sessions(db)[0].cancelled_at is None


def test_a_session_is_added_with_a_seat_for_the_whole_season(
    organiser: Client, db: DbSession, series: Programme
) -> None:
    seat_in(db, series, factories.session(db, series))
    new = {"on": "2027-01-20", "at": "18:00", "minutes": "60", "title_en": "More", "series": series.slug}

    shown = post(organiser, "/console/sessions/add", step="preview", **new)
    done = post(organiser, "/console/sessions/add", step="confirm", seen=seen(shown), **new)

    added = sessions(db)[-1]
    assert (shown.status_code, done.status_code, added.title_en) == (200, 303, "More")
    assert len(db.scalars(select(Seat).where(Seat.session_id == added.id)).all()) == 1
