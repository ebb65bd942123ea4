"""What a batch of reminders says: once for everybody who reads it in one language and zone, with marks for the rest."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar, cast

from flask_babel import force_locale
from flask_babel import gettext as _

from registrar.letters.models import LetterVersion
from registrar.letters.rendering import draft_values, words_of
from registrar.letters.rules import At, LetterUse, Value
from registrar.mail.kinds import CalendarPart, slot
from registrar.programmes import calendars
from registrar.programmes.models import Session
from registrar.reminders.models import ReminderRule
from registrar.reminders.rules import Anchor, Audience, excerpt, time_to_go
from registrar.web.links import absolute
from registrar.weekly.calendar_entries import calendar_session

STAND_IN = "https://join.invalid/"
"""Where the shared calendar leads until the person's own link takes its place; short, so that no line is folded."""
Words = Mapping[str, Any]
Kept = TypeVar("Kept")
TEMPLATES = {
    "reminders.before": "reminders/before",
    "reminders.waiting": "reminders/waiting",
    "reminders.after": "reminders/after",
    "reminders.follow_up": "reminders/follow_up",
}


class Wording:
    """The words about one session at one moment; what is written once is kept for the next person."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.now = now
        self._kept: dict[object, Any] = {}

    def house(self, rule: ReminderRule, locale: str) -> Words:
        """Return the shared values of the house's own texts."""
        return self._once((rule.id, locale), lambda: self._facts(locale) | self._of(rule, locale))

    def own(self, version: LetterVersion, rule: ReminderRule, locale: str, timezone: str) -> Words:
        """Return the shared values of the organiser's words."""

        def written() -> Words:
            shared: dict[str, Value] = {
                "session": self.session.title(locale),
                "programme": self.session.programme.title,
                "starts_at": At(self.session.starts_at, timezone),
                "host_time": At(self.session.starts_at, self.session.timezone),
                "speakers": ", ".join(self.speakers),
                "page_link": self.page,
            }
            kicker, reason = self.session.programme.title, reason_for(rule, locale)
            words = words_of(version)
            return draft_values(words, LetterUse.REMINDER, locale, shared, kicker=kicker, reason=reason)

        return self._once((version.id, rule.id, locale, timezone), written)

    def calendar(self, locale: str, changes: int, stamped_at: datetime) -> CalendarPart:
        """Return the entry that travels with a reminder, with a mark where the person's way in goes."""
        return self._once((locale, changes, stamped_at), lambda: self._calendar(locale, changes, stamped_at))

    @cached_property
    def speakers(self) -> list[str]:
        people = [part.speaker for part in self.session.speakers]
        return [f"{who.name}, {who.affiliation}" if who.affiliation else who.name for who in people]

    @cached_property
    def page(self) -> str:
        return absolute("weekly.session", programme=self.session.programme.slug, session=self.session.slug)

    def _calendar(self, locale: str, changes: int, stamped_at: datetime) -> CalendarPart:
        entry = calendar_session(self.session, None, locale, stamped_at=stamped_at)
        entry = replace(entry, sequence=entry.sequence + changes, join_url=STAND_IN)
        content = calendars.publish(entry).replace(STAND_IN.encode(), slot("join_url").encode())
        return CalendarPart("PUBLISH", content)

    def _facts(self, locale: str) -> dict[str, Any]:
        return {
            "title": self.session.title(locale),
            "programme": self.session.programme.title,
            "starts_at": self.session.starts_at,
            "host_timezone": self.session.timezone,
            "page_url": self.page,
            "speakers": self.speakers,
        }

    def _of(self, rule: ReminderRule, locale: str) -> dict[str, Any]:
        session = self.session
        if rule.anchor is Anchor.START:
            return {"to_go": time_to_go(session.starts_at - self.now)}
        return {
            "excerpt": excerpt(session.summary(locale)) if session.published_at else "",
            "has_recording": session.recording_url is not None,
            "is_published": session.published_at is not None,
            "missed": rule.audience is Audience.MISSED,
            "resources": [resource.label for resource in session.resources],
        }

    def _once(self, key: object, write: Callable[[], Kept]) -> Kept:
        if key not in self._kept:
            self._kept[key] = write()
        return cast(Kept, self._kept[key])


def reason_for(rule: ReminderRule, locale: str) -> str:
    """Say in the reader's language why they get this mail."""
    with force_locale(locale):
        if rule.audience is Audience.WAITING:
            return str(_("You get this mail because you are on the waiting list of this session."))
        if rule.anchor is Anchor.START:
            return str(_("You get this reminder because you have a seat in this session."))
        return str(_("You get this mail because you had a seat in this session."))
