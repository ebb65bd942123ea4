"""The whole of applying in the demonstration: calls, institutions, applications, and who completed the line before."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.calls.models import Call, FormVersion
from registrar.db import DbSession
from registrar.ops.demo import answers, applications, calls
from registrar.ops.demo.applications import Scene, Told
from registrar.ops.demo.book import Book
from registrar.ops.demo.ledger import Ledger, Post
from registrar.ops.demo.papers import Papers
from registrar.ops.demo.people import Member
from registrar.ops.demo.season import Times
from registrar.ops.demo.teams import Team, teams
from registrar.programmes.models import Completion, Season

TEAMS = len(applications.DRAFTS) + applications.SUBMITTED + applications.WITHDRAWN
EARLIER_TEAMS = 8


class Applying:
    """Notes everything that belongs to applications."""

    def __init__(self, db: DbSession, book: Book, ledger: Ledger, found: Times, museums: Call, staff: Staff) -> None:
        self._db, self._book, self._ledger, self._found = db, book, ledger, found
        self._museums, self._staff = museums, staff
        self._papers = Papers(db, book, museums.opens_at)
        self._rng = Random(f"applying {found.seed}")  # noqa: S311 - it must be predictable

    def tell(self, members: list[Member]) -> None:
        """Note the institutions, the open call, and the one of an earlier season."""
        made = teams(self._book, members, self._found, self._rng, TEAMS)
        until = self._found.today - timedelta(minutes=1)
        told = applications.open_call(self._scene(self._museums.id, self._museums.opens_at, until), made)
        self._letters(told)
        earlier = calls.earlier(self._db, self._book, self._museums, self._found)
        if earlier is not None:
            scene = self._scene(earlier["id"], earlier["opens_at"], earlier["closes_at"] - timedelta(minutes=1))
            applications.earlier_call(scene, made[:EARLIER_TEAMS])
            self._completed(made[:EARLIER_TEAMS], earlier)

    def _scene(self, call_id: int, opens_at: datetime, until: datetime) -> Scene:
        version = self._db.get_one(FormVersion, self._museums.form_version_id)
        return Scene(
            call_id=call_id, form_version_id=version.id, definition=version.definition, book=self._book,
            opens_at=opens_at, until=until, papers=self._papers, rng=self._rng, staff_id=self._staff.id,
        )  # fmt: skip

    def _letters(self, told: list[Told]) -> None:
        """Note the mails of record, and the farewells."""
        for each in told:
            for person in each.team.people:
                self._letter(each, person, "submitted", each.row["submitted_at"], 2)
                self._letter(each, person, "withdrawn", each.row["withdrawn_at"], each.row["version"])

    def _letter(self, told: Told, person: Member, kind: str, at: datetime | None, version: int) -> None:
        if at is None:
            return
        key = f"{kind}:{told.id}:{version}:{person.person_id}"
        post = Post(key=key, kind=f"applications.{kind}", at=at, about={"application_id": told.id})
        self._ledger.to_member(person, post)["registration_id"] = None

    def _completed(self, made: list[Team], earlier: dict[str, Any]) -> None:
        """Note that most of those who were chosen went all the way: WAC Factory is open to them."""
        season = self._db.scalars(select(Season.id).where(Season.slug == calls.EARLIER_SEASON)).one()
        words, line = answers.words()["desk"]["completed"], self._museums.programme.line
        for number, team in enumerate(made[:-1]):
            if number and number % 3:
                row = {"institution_id": team.institution["id"], "season_id": season, "line": line, "note": words}
                row |= {"stated_at": earlier["closes_at"] + timedelta(days=200), "stated_by": f"staff:{self._staff.id}"}
                self._book.add(Completion, **row)
