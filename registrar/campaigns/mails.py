"""What a campaign says: the organiser's letter with each person's own values, checked again before it leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.campaigns import audience, queries
from registrar.campaigns.models import Campaign
from registrar.campaigns.opt_out_links import opt_out_link
from registrar.campaigns.rules import LETTER, TEST_LETTER, CampaignState
from registrar.db import DbSession
from registrar.letters.models import LetterVersion
from registrar.letters.rendering import TEMPLATE, draft_values, personal_values, words_of
from registrar.letters.rules import At, LetterUse, Value, names_in
from registrar.mail.kinds import Bulk, Draft, Kind, NotNeeded
from registrar.mail.models import OutboxMail
from registrar.mail.rules import Reason
from registrar.people import opt_outs
from registrar.people.models import Person
from registrar.programmes.models import Programme, Session
from registrar.web.links import absolute
from registrar.weekly.personal_links import personal_link

Place = tuple[str, str]
"""The language and the zone in which somebody reads."""
Answer = Draft | NotNeeded


class Shared:
    """What a letter of a series says to all who read it in one language and zone, written once for each."""

    def __init__(self, programme: Programme, version: LetterVersion, coming: Session | None) -> None:
        self._programme, self._version, self._coming = programme, version, coming
        self._written: dict[Place, dict[str, Any]] = {}
        texts = (version.subject_en, version.subject_fr, version.body_en, version.body_fr)
        self._tells_time = any("next_session_at" in names_in(text) for text in texts)

    def place(self, locale: str, zone: str) -> Place:
        """Return where the letter to such a reader is written: in the host's zone if it tells no time."""
        return locale, zone if self._tells_time else self._programme.timezone

    def values(self, place: Place) -> dict[str, Any]:
        """Return the values of the draft for this language and zone."""
        if place not in self._written:
            self._written[place] = self._write(*place)
        return self._written[place]

    def _write(self, locale: str, zone: str) -> dict[str, Any]:
        title = self._programme.title
        with force_locale(locale):
            reason = _("You get this mail because you agreed to mails of %(series)s.", series=title)
        shared = {**self._of_series(), **self._of_session(locale, zone)}
        words = words_of(self._version)
        return draft_values(words, LetterUse.CAMPAIGN, locale, shared, kicker=title, reason=reason)

    def _of_series(self) -> dict[str, Value]:
        programme = self._programme
        link = absolute("weekly.series", programme=programme.slug)
        return {"programme": programme.title, "season": programme.season.title, "series_link": link}

    def _of_session(self, locale: str, zone: str) -> dict[str, Value]:
        coming = self._coming
        if coming is None:
            return {"next_session": "", "next_session_at": "", "next_session_link": ""}
        link = absolute("weekly.session", programme=self._programme.slug, session=coming.slug)
        at = At(coming.starts_at, zone)
        return {"next_session": coming.title(locale), "next_session_at": at, "next_session_link": link}


@dataclass(frozen=True)
class Batch:
    """Mails of one campaign, with what must be known about their recipients at the last moment."""

    campaign: Campaign
    shared: Shared
    people: Mapping[int, Person]
    agreeing: set[int]
    out: set[int]

    def answer(self, mail: OutboxMail, now: datetime) -> Answer:
        """Return the draft of one mail, or why it must not leave."""
        person = self.people.get(mail.person_id or 0)
        if self.campaign.state is CampaignState.CANCELLED:
            return NotNeeded(Reason.TAKEN_BACK)
        if person is None:
            return NotNeeded(Reason.ERASED)
        if person.id in self.out:
            return NotNeeded(Reason.UNSUBSCRIBED)
        if person.id not in self.agreeing:
            return NotNeeded(Reason.NO_BASIS)
        return letter(self.campaign.programme, self.shared, person, now)


def letter(programme: Programme, shared: Shared, person: Person, now: datetime) -> Draft:
    """Return the letter to one person, with the links that are theirs alone."""
    stop, mine = opt_out_link(person.id, programme.id), personal_link(person, now)
    place = shared.place(person.locale, person.timezone)
    return Draft(
        to_name=person.name,
        to_address=person.email,
        locale=person.locale,
        timezone=place[1],
        template=TEMPLATE,
        values=shared.values(place),
        personal=_personal(person, my_link=mine, unsubscribe_link=stop),
        list_name=programme.slug,
        unsubscribe_url=stop,
        manage_url=mine,
    )


def sample(db: DbSession, campaign: Campaign, version: LetterVersion, person: Person | None, place: Place,
           now: datetime) -> Draft:  # fmt: skip
    """Return the letter as this person would read it, to be shown to the team: none of its links is theirs."""
    shared = Shared(campaign.programme, version, queries.next_session(db, campaign.programme_id, now))
    mine, stop = absolute("my.send_link"), absolute("weekly.series", programme=campaign.programme.slug)
    return Draft(
        to_name=person.name if person else "",
        to_address=person.email if person else "",
        locale=place[0],
        timezone=place[1],
        template=TEMPLATE,
        values=shared.values(place),
        personal=_personal(person, my_link=mine, unsubscribe_link=stop),
    )


def compose_letters(db: DbSession, mails: Sequence[OutboxMail], now: datetime) -> Mapping[int, Answer]:
    """Write many mails with a few queries per campaign."""
    answers: dict[int, Answer] = {}
    for campaign in queries.campaigns_numbered(db, {mail.campaign_id or 0 for mail in mails}):
        theirs = [mail for mail in mails if mail.campaign_id == campaign.id]
        batch = _batch(db, campaign, theirs, now)
        answers |= {mail.id: batch.answer(mail, now) for mail in theirs}
    return answers


def compose_test(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Write a test to a member of the team, marked as such."""
    staff, version = db.get(Staff, mail.staff_id), db.get(LetterVersion, mail.letter_version_id)
    campaign = queries.campaign(db, mail.context["campaign"])
    if staff is None or staff.deactivated_at is not None or version is None or campaign is None:
        raise NotNeeded(Reason.WITHDRAWN)
    person = db.get(Person, mail.context["as"]) if mail.context["as"] else None
    locale = mail.context["locale"]
    draft = sample(db, campaign, version, person, (locale, person.timezone if person else staff.timezone), now)
    with force_locale(locale):
        subject = _("[Test] %(subject)s", subject=draft.values["subject"])
    values = {**draft.values, "subject": subject}
    return replace(draft, to_name=staff.name, to_address=staff.email, values=values)


KINDS: Mapping[str, Kind] = {LETTER: Bulk(compose_letters), TEST_LETTER: compose_test}


def _batch(db: DbSession, campaign: Campaign, mails: Sequence[OutboxMail], now: datetime) -> Batch:
    ids = {mail.person_id or 0 for mail in mails}
    people = {person.id: person for person in db.scalars(select(Person).where(Person.id.in_(ids)))}
    proven = (Person.confirmed_at.is_not(None), audience.agreed(campaign.started_at or now))
    agreeing = set(db.scalars(select(Person.id).where(Person.id.in_(ids), *proven)))
    version = campaign.version
    if version is None:
        raise LookupError(f"The campaign {campaign.id} has no words.")
    shared = Shared(campaign.programme, version, queries.next_session(db, campaign.programme_id, now))
    return Batch(campaign, shared, people, agreeing, opt_outs.out_among(db, ids, campaign.programme.slug))


def _personal(person: Person | None, *, my_link: str, unsubscribe_link: str) -> dict[str, str]:
    """Return a person's own values; without a person, words that stand for them."""
    name = person.name if person else _("Ada Example")
    institution = person.institution if person else _("Museum of Examples")
    return personal_values(
        LetterUse.CAMPAIGN, name=name, institution=institution, my_link=my_link, unsubscribe_link=unsubscribe_link
    )
