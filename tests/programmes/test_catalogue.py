"""The real catalogue is read whole, as facts, with nothing invented for what is absent."""

from dataclasses import FrozenInstanceError
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from registrar.programmes.catalogue import (
    Catalogue,
    Event,
    EventSession,
    Material,
    Organisation,
    Programme,
    SelectedInstitution,
    SpeakerRef,
    Weekday,
    WeeklySlot,
    read,
)
from registrar.programmes.rules import Access, EventKind, ProgrammeKind, SeasonStatus

REAL = (Path(__file__).parents[2] / "config" / "catalogue" / "we-are-museums.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def real() -> Catalogue:
    return read(REAL)


def test_the_organisation_is_read(real: Catalogue) -> None:
    assert real.organisation == Organisation(
        name="We Are Museums",
        since=2013,
        purpose=real.organisation.purpose,
        founder="Diane Drubay",
        website="wearemuseums.com",
        default_timezone="Europe/Paris",
        locales=("en", "fr"),
    )


def test_everything_is_read_in_the_order_of_the_file(real: Catalogue) -> None:
    assert [season.slug for season in real.seasons] == [
        "wac-lab",
        "wac-lab-season-3",
        "wac-lab-season-2",
        "wac-lab-season-1",
    ]
    assert [programme.slug for programme in real.seasons[0].programmes] == ["wac-weekly", "wac-museums", "wac-factory"]
    assert [len(season.selected) for season in real.seasons] == [0, 19, 4, 0]
    assert len(real.events) == 19
    assert sum(len(event.sessions) for event in real.events) == 6


def test_the_series_is_read_with_its_weekly_slot(real: Catalogue) -> None:
    weekly = real.seasons[0].programmes[0]
    assert weekly == Programme(
        slug="wac-weekly",
        title="WAC Weekly",
        kind=ProgrammeKind.SERIES,
        access=Access.OPEN,
        weeks=25,
        slot=WeeklySlot(weekday=Weekday.WEDNESDAY, starts=time(18), timezone="Europe/Paris", minutes=60, online=True),
        topic="Weekly online discussions about web3 and museums",
        expected_registrations=800,
        after_each_session=(Material.SUMMARY, Material.RECORDING, Material.RESOURCES),
    )
    assert weekly.slot is not None
    assert (weekly.slot.weekday.number, weekly.slot.duration) == (2, timedelta(hours=1))


def test_the_accelerator_is_read_with_what_it_follows(real: Catalogue) -> None:
    factory = real.seasons[0].programmes[2]
    assert (factory.kind, factory.eligible_after, factory.matched_with, factory.ends_with, factory.places) == (
        ProgrammeKind.ACCELERATOR,
        "wac-museums",
        "tech integrators",
        "Demo Day",
        None,
    )


def test_an_earlier_season_is_read_with_its_facts(real: Catalogue) -> None:
    third, first = real.seasons[1], real.seasons[3]
    assert (third.status, third.open_call_on, third.demo_day_on) == (
        SeasonStatus.ARCHIVED,
        date(2023, 12, 1),
        date(2024, 5, 30),
    )
    assert third.figures["demo_day_projects"] == 10
    assert third.programme_lines == ("25 weekly discussions", "6-week training by application", "4-week accelerator")
    assert third.selected[4] == SelectedInstitution(name="Domaine national de Chambord", country="FR")
    assert (first.started, first.figures, first.partners) == ("2021-12", {"institutions_selected": 8}, ())


def test_partial_dates_stay_as_they_are_known(real: Catalogue) -> None:
    events = {event.slug: event for event in real.events}
    assert (events["we-are-museums-2018"].year, events["we-are-museums-2018"].starts_on) == (2018, None)
    assert (events["api-culture-day-1"].day, events["api-culture-day-1"].year) == ("June 28", None)
    assert (events["we-are-museums-2019"].starts_on, events["we-are-museums-2019"].ends_on) == (
        date(2019, 5, 27),
        date(2019, 5, 29),
    )


def test_what_is_absent_is_none_or_empty(real: Catalogue) -> None:
    talks = real.events[0]
    assert (talks.title, talks.online, talks.starts_on, talks.place, talks.country, talks.sessions, talks.figures) == (
        (None,) * 5 + ((), {})
    )


def test_the_talks_of_an_event_are_read_with_their_people(real: Catalogue) -> None:
    (meetups,) = [event for event in real.events if event.slug == "community-meetups-2020"]
    assert [session.on for session in meetups.sessions] == [
        date(2020, 4, 9),
        date(2020, 4, 22),
        date(2020, 5, 13),
        date(2020, 6, 25),
    ]
    assert meetups.sessions[3] == EventSession(
        on=date(2020, 6, 25),
        title="Collect Crisis",
        speakers=(
            SpeakerRef(name="Danielle Kuijten", role="Co-curator", affiliation="Imagine IC, Amsterdam", country="NL"),
        ),
        moderator=SpeakerRef(
            name="Sandro Debono", role="Museum Thinker", affiliation="University of Malta", country="MT"
        ),
    )


def test_an_event_without_a_title_is_headed_by_the_words_of_its_slug() -> None:
    assert Event(slug="museum-resilience", kind=EventKind.MEETUPS).heading == "Museum resilience"
    assert Event(slug="museum-resilience", kind=EventKind.MEETUPS, title="A Title").heading == "A Title"


def test_what_is_read_cannot_be_changed(real: Catalogue) -> None:
    with pytest.raises(FrozenInstanceError):
        real.events[0].slug = "other"  # type: ignore[misc]  # the type checker forbids it too
