"""A campaign's letter carries each person's own values and is asked again before it leaves."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import default

import pytest
from sqlalchemy import delete, select

from registrar.campaigns import fan_out, operations
from registrar.campaigns.models import Campaign
from registrar.campaigns.rules import CampaignState
from registrar.db import DbSession
from registrar.mail.models import LocalMail, OutboxMail
from registrar.mail.rules import MailState, Reason
from registrar.people import opt_outs
from registrar.people.models import Consent, OptOut
from registrar.tokens import Purpose, Tokens
from tests import factories
from tests.campaigns.conftest import BY, Agreeing
from tests.conftest import TestClock

Approve = Callable[..., Campaign]
Work = Callable[[], int]


def letters(db: DbSession) -> dict[str, Message]:
    """Return what is in the local mailbox, by recipient."""
    return {each.recipient: message_from_bytes(each.raw, policy=default) for each in db.scalars(select(LocalMail))}


def queued(db: DbSession, clock: TestClock) -> list[OutboxMail]:
    """Let the fan-out write its mails."""
    fan_out.fan_out(db, clock.advance(minutes=10))
    return list(db.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def text_of(letter: Message) -> str:
    part = letter.get_body(("plain",))  # type: ignore[attr-defined]  # EmailMessage, which the policy makes
    return str(part.get_content())


def test_each_reads_it_in_their_language_with_their_links(
    db: DbSession, clock: TestClock, agreeing: Agreeing, approve: Approve, work: Work, tokens: Tokens
) -> None:
    ana = agreeing(name="Ana", email="ana@example.org", locale="en")
    agreeing(name="Benoît", email="benoit@example.org", locale="fr")
    campaign = approve(2)
    clock.advance(minutes=10)

    work()

    found = letters(db)
    assert {to: letter["Subject"] for to, letter in found.items()} == {
        "ana@example.org": "News of WAC Weekly",
        "benoit@example.org": "Nouvelles de WAC Weekly",
    }
    assert "Dear Ana," in text_of(found["ana@example.org"])
    assert "Bonjour Benoît," in text_of(found["benoit@example.org"])
    token = tokens.make(Purpose.OPT_OUT, ana.id, campaign.programme_id)
    assert f"/announcements/{token}" in found["ana@example.org"]["List-Unsubscribe"]
    assert found["ana@example.org"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert found["ana@example.org"]["List-Id"].startswith(f"<{campaign.programme.slug}.")


@pytest.mark.parametrize("reason", [Reason.UNSUBSCRIBED, Reason.NO_BASIS, Reason.TAKEN_BACK])
def test_what_changed_after_the_fan_out_is_seen(
    db: DbSession, clock: TestClock, agreeing: Agreeing, approve: Approve, work: Work, reason: Reason
) -> None:
    person = agreeing()
    campaign = approve(1)
    (mail,) = queued(db, clock)
    match reason:
        case Reason.UNSUBSCRIBED:
            factories.stored(db, OptOut(person_id=person.id, topic=campaign.programme.slug, created_at=clock.now))
        case Reason.NO_BASIS:
            db.execute(delete(Consent).where(Consent.person_id == person.id))
        case _:
            campaign.state = CampaignState.CANCELLED

    work()

    assert letters(db) == {}
    assert mail.reason is reason
    assert mail.state in {MailState.SKIPPED, MailState.CANCELLED}


def test_an_opt_out_ends_what_waits(db: DbSession, clock: TestClock, agreeing: Agreeing, approve: Approve) -> None:
    person = agreeing()
    campaign = approve(1)
    (mail,) = queued(db, clock)

    opt_outs.opt_out(db, person.id, campaign.programme.slug, by=f"person:{person.id}", now=clock.now)
    db.refresh(mail)

    assert (mail.state, mail.reason) == (MailState.CANCELLED, Reason.UNSUBSCRIBED)


def test_words_written_after_the_approval_are_not_sent(
    db: DbSession, clock: TestClock, agreeing: Agreeing, approve: Approve, work: Work
) -> None:
    from registrar.letters.models import LetterVersion

    agreeing(email="ana@example.org", locale="en")
    campaign = approve(1)
    words = {"subject_en": "Other", "subject_fr": "Autre", "body_en": "Other.", "body_fr": "Autre."}
    values = {"template_id": campaign.template_id, "number": 2, "created_at": clock.now, "created_by": BY}
    factories.stored(db, LetterVersion(**values, **words))
    clock.advance(minutes=10)

    work()

    assert letters(db)["ana@example.org"]["Subject"] == "News of WAC Weekly"


def test_a_test_goes_to_the_team_marked_and_with_nobodys_links(
    db: DbSession, draft: Campaign, agreeing: Agreeing, work: Work, now: datetime, tokens: Tokens
) -> None:
    person = agreeing(name="Ana", institution="Museum of Ana")
    staff = factories.staff(db, email="robin@example.org")

    operations.send_test(db, draft, staff.id, "fr", person.id, by=BY, now=now)
    work()

    letter = letters(db)["robin@example.org"]
    assert letter["Subject"] == "[Test] Nouvelles de WAC Weekly"
    assert "Bonjour Ana," in text_of(letter)
    assert letter["List-Unsubscribe"] is None
    assert "/my/enter/" not in letter.as_string()


def test_a_member_of_the_team_who_left_gets_no_test(db: DbSession, draft: Campaign, work: Work, now: datetime) -> None:
    staff = factories.staff(db, email="robin@example.org")
    operations.send_test(db, draft, staff.id, "en", None, by=BY, now=now)
    staff.deactivated_at = now + timedelta(seconds=1)

    work()

    assert letters(db) == {}
