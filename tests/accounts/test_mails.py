"""The letters to staff hold the link, until when it works, and nothing else that opens a door."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from registrar.accounts import operations
from registrar.db import DbSession
from registrar.mail import kinds, rendering
from registrar.mail.models import OutboxMail
from tests import factories


@pytest.mark.parametrize("locale", ["en", "fr"])
@pytest.mark.parametrize("send", [operations.send_link, operations.send_invitation])
def test_both_letters_hold_the_link_as_text_and_as_a_button(
    app: Flask, db: DbSession, context: None, now: datetime, send: object, locale: str
) -> None:
    staff = factories.staff(db, name="Noor & Söhne", locale=locale)
    send(db, staff, now=now)  # type: ignore[operator]  # one of the two operations above
    mail = db.scalars(select(OutboxMail)).one()

    draft = kinds.compose(db, mail, now)
    letter = rendering.render(draft, mail, now)

    link = str(draft.values["link"])
    assert (letter.to_address, letter.unsubscribe_url) == (staff.email, None)
    assert (letter.text.count(link), letter.html.count(f'href="{link}"')) == (1, 2)
    assert ("Noor & Söhne" in letter.text, "Noor &amp; Söhne" in letter.html) == (True, True)
    assert letter.subject != ""


def test_the_times_in_the_letter_are_the_readers(db: DbSession, context: None, now: datetime) -> None:
    staff = factories.staff(db, timezone="Asia/Singapore")
    operations.send_link(db, staff, now=now)
    mail = db.scalars(select(OutboxMail)).one()

    letter = rendering.render(kinds.compose(db, mail, now), mail, now)

    assert letter.subject == "Your sign-in link"
    assert "It works until Monday 11 January 2027, 17:30." in letter.text
