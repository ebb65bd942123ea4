"""Views of the list are kept, shared, named anew, seen first and removed."""

from sqlalchemy import select

from registrar.accounts.rules import Role
from registrar.applications.desk_models import SavedView
from registrar.db import DbSession
from registrar.tokens import Tokens
from tests import factories
from tests.applications.desk.conftest import Desk, references
from tests.browsing import send, sign_in
from tests.conftest import Client
from tests.pages import text


def views(db: DbSession) -> list[tuple[str, str, bool]]:
    db.rollback()
    found = db.scalars(select(SavedView).where(SavedView.query != "").order_by(SavedView.name))
    return [(each.name, each.query, each.shared_at is not None) for each in found]


def keep(client: Client, db: DbSession, desk: Desk, name: str, query: str) -> SavedView:
    answer = send(client, f"{desk.url}/views?{query}", desk.url, name=name)
    assert answer.status_code == 303
    db.rollback()
    return db.scalars(select(SavedView).where(SavedView.name == " ".join(name.split()))).one()


def test_a_view_keeps_filters_and_order_without_what_is_empty(client: Client, db: DbSession, desk: Desk) -> None:
    keep(client, db, desk, " Ours  in France ", "q=&country=FR&sort=country&page=3&lang=en")
    keep(client, db, desk, "Ours in France", "country=FR")

    assert views(db) == [("Ours in France", "country=FR", False)]
    assert "Ours in France" in text(client.get(desk.url))


def test_a_view_needs_a_name_and_two_do_not_share_one(client: Client, db: DbSession, desk: Desk) -> None:
    first = keep(client, db, desk, "France", "country=FR")
    second = keep(client, db, desk, "Ghana", "country=GH")

    assert send(client, f"{desk.url}/views?country=FR", desk.url, name=" ").status_code == 422
    assert send(client, f"{desk.url}/views", desk.url, name="x" * 61).status_code == 422
    assert send(client, f"{desk.url}/views/{second.id}/rename", desk.url, name="France").status_code == 422
    assert send(client, f"{desk.url}/views/{first.id}/rename", desk.url, name="Frankreich").status_code == 303
    assert [name for name, _, _ in views(db)] == ["Frankreich", "Ghana"]


def test_the_list_opens_with_the_view_that_is_seen_first(client: Client, db: DbSession, desk: Desk) -> None:
    view = keep(client, db, desk, "France", "country=FR")
    send(client, f"{desk.url}/views/{view.id}/first", desk.url)
    opened = client.get(desk.url)
    assert opened.location == f"{desk.url}?view={view.id}&country=FR"
    assert references(client.get(opened.location).text) == ["WAC-SALT1", "WAC-GONE1"]
    assert len(references(client.get(f"{desk.url}?everything=1").text)) == 4

    send(client, f"{desk.url}/views/everything-first", opened.location)
    assert client.get(desk.url).status_code == 200


def test_a_removed_view_is_seen_first_no_more_and_comes_back_by_undo(client: Client, db: DbSession, desk: Desk) -> None:
    view = keep(client, db, desk, "France", "country=FR")
    send(client, f"{desk.url}/views/{view.id}/first", desk.url)
    send(client, f"{desk.url}/views/{view.id}/remove", f"{desk.url}?everything=1")

    assert views(db) == []
    page = client.get(desk.url)
    assert (page.status_code, "The view is removed." in text(page)) == (200, True)
    send(client, f"{desk.url}/views?country=FR", desk.url, name="France")
    assert views(db) == [("France", "country=FR", False)]


def test_others_see_what_is_shared_and_cannot_change_it(
    client: Client, db: DbSession, desk: Desk, tokens: Tokens
) -> None:
    secret, shared = keep(client, db, desk, "Mine", "country=FR"), keep(client, db, desk, "Ours", "country=GH")
    send(client, f"{desk.url}/views/{shared.id}/share", desk.url)
    sign_in(client, tokens, factories.staff(db, Role.ORGANISER, name="Kim"))
    page = text(client.get(desk.url))

    assert ("Ours (shared)" in page, "Mine" in page) == (True, False)
    for view in (secret, shared):
        for change in ("rename", "share", "unshare", "remove"):
            assert send(client, f"{desk.url}/views/{view.id}/{change}", desk.url, name="x").status_code == 404
    assert send(client, f"{desk.url}/views/{shared.id}/first", desk.url).status_code == 303
    assert send(client, f"{desk.url}/views/{secret.id}/first", f"{desk.url}?everything=1").status_code == 404


def test_a_view_is_kept_to_oneself_again(client: Client, db: DbSession, desk: Desk) -> None:
    view = keep(client, db, desk, "Ours", "country=GH")
    send(client, f"{desk.url}/views/{view.id}/share", desk.url)
    assert views(db) == [("Ours", "country=GH", True)]
    send(client, f"{desk.url}/views/{view.id}/unshare", desk.url)
    assert views(db) == [("Ours", "country=GH", False)]
