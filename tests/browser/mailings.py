"""Mailings in every state, for the pages that show them."""

from datetime import datetime, timedelta

from sqlalchemy import select

from registrar.campaigns import audience, operations
from registrar.campaigns.fan_out import fan_out
from registrar.campaigns.models import Campaign
from registrar.campaigns.operations import Approval
from registrar.campaigns.segments import Segment
from registrar.db import DbSession
from registrar.letters.operations import create as write
from registrar.letters.rules import LetterUse, Words
from registrar.people.models import Person
from registrar.programmes.models import Programme
from registrar.tokens import Purpose
from tests.browser.house import CAMILLE, House

PATH = "/console/mail/campaigns"
SERIES = "wac-weekly"
LONG = timedelta(days=30)
BY = "staff:1"


def mailings(house: House) -> list[str]:
    """Write a mailing in each state, and return the pages that show them."""
    with house.db() as db:
        if db.scalar(select(Campaign.id).where(~Campaign.is_demo).limit(1)) is None:
            _write_all(db, house.clock.now)
            db.commit()
        draft, *others = db.scalars(select(Campaign.id).where(~Campaign.is_demo).order_by(Campaign.id).limit(4))
    steps = ("details", "recipients", "schedule", "preview", "preview?language=fr&view=text", "check")
    pages = [PATH, f"{PATH}/new", f"{PATH}/{draft}", *(f"{PATH}/{draft}/{step}" for step in steps)]
    return [*pages, *(f"{PATH}/{number}" for number in others)]


def announcements(house: House) -> str:
    """Return the page on which a participant stops announcements."""
    with house.db() as db:
        person = db.scalars(select(Person.id).where(Person.email == CAMILLE)).one()
        series = db.scalars(select(Programme.id).where(Programme.slug == SERIES)).one()
    return f"/announcements/{house.tokens.make(Purpose.OPT_OUT, person, series)}"


def _write_all(db: DbSession, now: datetime) -> None:
    """Write a draft, one that is held, one on its way to a few, and one that was cancelled half-way."""
    words = Words(
        "News of {{ programme }}", "Nouvelles de {{ programme }}",
        "Dear {{ name }},\n\nthe weeks go on: [see them]({{ my_link }}).",
        "Bonjour {{ name }},\n\nles semaines continuent : [les voici]({{ my_link }}).",
    )  # fmt: skip
    letter = write(db, "News of the season", LetterUse.CAMPAIGN, words, by=BY, now=now)
    series = db.scalars(select(Programme).where(Programme.slug == SERIES)).one()
    everybody, few = Segment(series=series.id), Segment(series=series.id, locale="fr")
    made = {}
    for name, segment in (("Draft", everybody), ("Held", everybody), ("Few", few), ("Cancelled", everybody)):
        made[name] = operations.create(db, name, series, letter, timezone="Europe/Paris", by=BY, now=now)
        operations.choose(db, made[name].id, segment, by=BY, now=now)
    for name, hold in (("Held", LONG), ("Few", timedelta(0)), ("Cancelled", timedelta(0))):
        count = audience.count(db, audience.recipients_of(made[name], now))
        operations.approve(db, made[name].id, Approval(count, count), hold=hold, by=BY, now=now)
    fan_out(db, now)
    operations.cancel(db, made["Cancelled"].id, by=BY, now=now)
