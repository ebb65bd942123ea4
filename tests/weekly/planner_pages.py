"""What tests do with the pages of the season planner."""

import html
import re
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from registrar.db import DbSession
from registrar.programmes.models import Programme, Session
from tests import factories
from tests.browsing import send
from tests.conftest import Client

SEEN = re.compile(r'name="seen" value="([0-9a-f]+)"')
SEEN_AT = re.compile(r'name="seen_at"[^>]*value="([^"]+)"')


def post(client: Client, url: str, **fields: Any) -> TestResponse:
    return send(client, url, page="/console/sessions/generate", **fields)


def sessions(db: DbSession) -> list[Session]:
    db.rollback()
    return list(db.scalars(select(Session).order_by(Session.starts_at), execution_options={"populate_existing": True}))


def seen(page: TestResponse) -> str:
    found = SEEN.search(page.text)
    assert found, page.text
    return found[1]


def seat_in(db: DbSession, programme: Programme, session: Session, **person: Any) -> None:
    registration = factories.registration(db, programme, person_id=factories.person(db, **person).id)
    factories.seat(db, registration, session)


def edit_fields(page: TestResponse, **given: str) -> dict[str, str]:
    found = SEEN_AT.search(page.text)
    assert found
    fields = {
        "seen_at": html.unescape(found[1]),
        "title_en": "Lending",
        "title_fr": "Prêter",
        "description_en": "**Why**",
    }
    return {
        **fields,
        "speakers-0-name": "Inês Duarte",
        "speakers-0-country": "PT",
        "speakers-0-part": "speaker",
        **given,
    }
