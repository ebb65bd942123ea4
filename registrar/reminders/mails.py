"""Reminders as drafts: for a whole batch the same words, for each person their name and their links."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from registrar.db import DbSession
from registrar.letters.rendering import TEMPLATE as OWN_WORDS
from registrar.letters.rendering import personal_values
from registrar.letters.rules import LetterUse
from registrar.mail.kinds import Bulk, CalendarPart, Draft, Kind, NotNeeded
from registrar.mail.models import OutboxMail
from registrar.reminders.audiences import subscription_of
from registrar.reminders.facts import Facts, Recipient, gather
from registrar.reminders.models import ReminderRule
from registrar.reminders.reasons import reason_against
from registrar.reminders.rules import AFTER_KIND, BEFORE_KIND, FOLLOW_UP_KIND, WAITING_KIND
from registrar.reminders.wording import TEMPLATES, Wording
from registrar.weekly.personal_links import join_link, personal_link, unsubscribe_link


def compose(db: DbSession, mails: Sequence[OutboxMail], now: datetime) -> dict[int, Draft | NotNeeded]:
    """Write a batch of reminders, or say of each why it is not needed any more."""
    answers: dict[int, Draft | NotNeeded] = {}
    about = attrgetter("session_id")
    for session_id, group in groupby(sorted(mails, key=about), key=about):
        alike = list(group)
        writer = Writer(gather(db, session_id, alike, now))
        answers.update({mail.id: writer.answer(mail) for mail in alike})
    return answers


KINDS: dict[str, Kind] = dict.fromkeys((BEFORE_KIND, WAITING_KIND, AFTER_KIND, FOLLOW_UP_KIND), Bulk(compose))


class Writer:
    """Writes the mails about one session at one moment."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._wording = Wording(facts.session, facts.now)

    def answer(self, mail: OutboxMail) -> Draft | NotNeeded:
        """Return the draft, or the reason why there is none."""
        reason = reason_against(self._facts, mail)
        if reason is not None:
            return NotNeeded(reason)
        to, rule = self._facts.recipients[mail.registration_id or 0], self._facts.rules[mail.rule_id or 0]
        return self.draft(mail, rule, to)

    def draft(self, mail: OutboxMail, rule: ReminderRule, to: Recipient) -> Draft:
        """Write the mail, whether it is needed or not."""
        manage_url = personal_link(to, self._facts.now)
        template, values, personal = self._words(mail, rule, to, manage_url)
        return Draft(
            to_name=to.name,
            to_address=to.email,
            locale=to.locale,
            timezone=to.timezone,
            template=template,
            values=values,
            personal=personal,
            calendar=self._calendar(mail, to),
            list_name=self._facts.session.programme.slug,
            unsubscribe_url=unsubscribe_link(to.registration_id, subscription_of(rule)),
            manage_url=manage_url,
        )

    def _words(
        self, mail: OutboxMail, rule: ReminderRule, to: Recipient, manage_url: str
    ) -> tuple[str, Mapping[str, Any], dict[str, str]]:
        """Return the template, what is the same for many, and what is this person's alone."""
        join_url = join_link(to.registration_id, self._facts.session.id)
        position = str(self._facts.positions.get(to.registration_id, ""))
        version = self._facts.versions.get(mail.letter_version_id or 0)
        if version is None:
            personal = {"name": to.name, "join_url": join_url}
            more = {"position": position} if mail.kind == WAITING_KIND else {}
            return TEMPLATES[mail.kind], self._wording.house(rule, to.locale), personal | more
        own = personal_values(
            LetterUse.REMINDER, name=to.name, join_link=join_url, my_link=manage_url, position=position
        )
        return OWN_WORDS, self._wording.own(version, rule, to.locale, to.timezone), own | {"join_url": join_url}

    def _calendar(self, mail: OutboxMail, to: Recipient) -> CalendarPart | None:
        if mail.kind != BEFORE_KIND:
            return None
        return self._wording.calendar(to.locale, to.changes, mail.due_at)
