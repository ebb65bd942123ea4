"""Nothing personal is held that the export does not tell: a new table or column must be named in it."""

from sqlalchemy import Column, Table

from registrar import models  # noqa: F401 - the whole schema must be known
from registrar.db import Base
from registrar.privacy.holdings import HOLDINGS

NOT_ABOUT_PARTICIPANTS = {
    "organisation": "the organisation itself",
    "institution": "museums, not people",
    "partner": "organisations",
    "speaker": "speakers of the public programme",
    "staff": "the team, who have accounts",
    "staff_session": "the team's sign-ins",
    "suppression": "a keyed hash; the export tells whether it concerns the person",
    "worker_beat": "machines",
    "mail_machine": "machines",
    "campaign": "what organisers sent; its mails are in the outbox",
    "letter_template": "organisers' words",
    "letter_version": "organisers' words",
    "institution_alias": "museums, not people",
    "institution_domain": "museums, not people",
    "completion": "museums, not people",
    "roster_entry": "museums, not people",
    "call": "what organisers ask for",
    "application_form": "organisers' words",
    "saved_view": "the team's lists",
    "review_phase": "what the team may see when",
    "reviewer_tie": "the team's conflicts of interest",
    "scenario": "the team's calculations",
}
PERSONAL_NAMES = ("name", "email", "address", "recipient", "institution", "country", "timezone", "joined_at")
OWNERS = {"person", "registration", "sign_up", "outbox"}


def is_personal(column: Column[object]) -> bool:
    """Tell whether a column speaks of a person: by its name, or because it leads to one."""
    leads_to = {key.column.table.name for key in column.foreign_keys}
    return bool(leads_to & OWNERS) or any(word in column.name.split("_") for word in PERSONAL_NAMES)


def personal_tables() -> set[str]:
    tables: list[Table] = Base.metadata.sorted_tables
    programme = {"season", "programme", "session", "event", "event_session", "resource", "partnership", "selection"}
    found = {table.name for table in tables if any(is_personal(column) for column in table.columns)}
    return found - programme - NOT_ABOUT_PARTICIPANTS.keys()


def test_every_table_about_people_is_in_the_export() -> None:
    exported = {holding.model.__table__.name for holding in HOLDINGS}  # type: ignore[attr-defined]  # a Table

    assert personal_tables() - exported == set()


def test_every_column_of_an_exported_table_has_a_meaning_or_a_reason_to_stay() -> None:
    for holding in HOLDINGS:
        columns = {column.name for column in holding.model.__table__.columns}
        assert (holding.columns.keys() | holding.withheld.keys()) == columns
        assert not holding.columns.keys() & holding.withheld.keys()


def test_a_planted_personal_column_is_noticed() -> None:
    planted = Table("planted", Base.metadata, Column("recipient_name"))
    try:
        assert "planted" in personal_tables()
    finally:
        Base.metadata.remove(planted)
