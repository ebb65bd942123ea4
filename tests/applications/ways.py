"""The ways in that mails hold: paths with the tokens that their composers make."""

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from registrar.applications import links
from registrar.applications.models import GraceLink, Invitation
from registrar.mail.models import OutboxMail
from tests.conftest import Client
from tests.pages import tags
from tests.weekly.browsing import path_of

ADDRESS = "ana@museum.example"


def begin_path(app: Flask, invitation: Invitation) -> str:
    with app.app_context():
        return path_of(links.begin_link(invitation, invitation.mailed_at or invitation.created_at))


def invited_path(app: Flask, invitation: Invitation) -> str:
    with app.app_context():
        return path_of(links.invitation_link(invitation, invitation.mailed_at or invitation.created_at))


def grace_path(app: Flask, link: GraceLink) -> str:
    with app.app_context():
        return path_of(links.grace_link(link))


def mails(db: Session, kind: str) -> list[OutboxMail]:
    """Return the mails of a kind that wait, in their order."""
    db.expire_all()
    return list(db.scalars(select(OutboxMail).where(OutboxMail.kind == f"applications.{kind}").order_by(OutboxMail.id)))


def fields(client: Client, page: str) -> dict[str, str]:
    """Return what the first form of a page holds, hidden fields among it."""
    return {
        str(each["name"]): each.get("value") or "" for each in tags(client.get(page), "input") if each.get("name")
    }  # fmt: skip
