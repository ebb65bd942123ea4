"""The whole of applying in the demonstration: calls, institutions, applications, and who completed the line before."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.applications.rules import Enrolment, Verdict
from registrar.calls.models import Call, FormVersion
from registrar.db import DbSession
from registrar.ops.demo import answers, applications, calls, deciding, panel, released, reviewing
from registrar.ops.demo.applications import Scene, Told
from registrar.ops.demo.book import Book
from registrar.ops.demo.ledger import Ledger, Post
from registrar.ops.demo.papers import Papers
from registrar.ops.demo.people import Member
from registrar.ops.demo.season import Times
from registrar.ops.demo.teams import Team, teams
from registrar.programmes.models import Completion, Season

OPEN_TEAMS = len(applications.DRAFTS) + applications.SUBMITTED + applications.WITHDRAWN
FIRST_ROUND_TEAMS = 64
EARLIER_TEAMS = 34
RELEASED_AFTER = timedelta(days=30)
QUALITY, SPREAD = 3.1, 0.75
"""Of applications, in levels: the mean and how far they are apart."""
BY_VERDICT = {Verdict.ACCEPT: 4.1, Verdict.WAITLIST: 3.2, Verdict.DECLINE: 2.3}


class Applying:
    """Notes everything that belongs to applications."""

    def __init__(
        self, db: DbSession, book: Book, ledger: Ledger, found: Times, museums: Call, staff: Sequence[Staff]
    ) -> None:
        self._db, self._book, self._ledger, self._found = db, book, ledger, found
        self._museums, self._organiser, self._reviewers = museums, staff[0], staff[1:]
        self._papers = Papers(db, book, museums.opens_at)
        self._rng = Random(f"applying {found.seed}")  # noqa: S311 - it must be predictable

    def tell(self, members: list[Member]) -> None:
        """Note the institutions, the open call, the one in review, and the one of an earlier season."""
        made = teams(self._book, members, self._found, self._rng, OPEN_TEAMS + FIRST_ROUND_TEAMS)
        until = self._found.today - timedelta(minutes=1)
        scene = self._scene(self._museums.id, self._museums.opens_at, until)
        self._letters(applications.open_call(scene, made[:OPEN_TEAMS]))
        versions = deciding.letters(self._book, self._found.today - timedelta(days=400))
        self._first_round(made[OPEN_TEAMS:], made[0].lead, versions)
        self._earlier(made[:EARLIER_TEAMS], versions)

    def _first_round(self, made: list[Team], camille: Member, versions: dict[Verdict, dict[str, Any]]) -> None:
        """Note the call that is in review: nearly everything is scored, the clear cases are decided."""
        call = calls.first_round(self._book, self._museums, self._found)
        begins, today = call["closes_at"] + timedelta(days=3), self._found.today
        writing = self._scene(call["id"], call["opens_at"], call["closes_at"])
        told = applications.first_round(writing, made, camille)
        scene = self._scene(call["id"], call["opens_at"], today - timedelta(minutes=1))
        who = panel.panel(scene, self._reviewers, begins)
        panel.phases(scene, 2, today - timedelta(days=3), today + timedelta(days=5, hours=17))
        barred = panel.conflicts(scene, who, told)
        quality = {each.id: self._rng.gauss(QUALITY, SPREAD) for each in told}
        quality[told[applications.CAMILLES_PLACE].id] = QUALITY + 2 * SPREAD
        totals = reviewing.in_review(scene, who, told, quality, barred)
        deciding.decide_some(scene, told, totals)
        deciding.discuss(scene, who, told)
        deciding.choose_letters(self._book, call["id"], versions)

    def _earlier(self, made: list[Team], versions: dict[Verdict, dict[str, Any]]) -> None:
        """Note the call that went all the way, and who completed what it led to."""
        call = calls.earlier(self._db, self._book, self._museums, self._found)
        if call is None:
            return
        begins, at = call["closes_at"] + timedelta(days=3), call["closes_at"] + RELEASED_AFTER
        told = applications.earlier_call(
            self._scene(call["id"], call["opens_at"], call["closes_at"] - timedelta(minutes=1)), made
        )
        scene = self._scene(call["id"], call["opens_at"], at - timedelta(days=2))
        who = panel.panel(scene, self._reviewers[:4], begins)
        panel.phases(scene, None, begins + timedelta(days=14), at)
        quality = {each.id: BY_VERDICT[released.verdict_of(number)] for number, each in enumerate(told)}
        reviewing.reviewed(scene, who, told, quality)
        deciding.choose_letters(self._book, call["id"], versions)
        ending = released.Ending(scene, self._ledger, versions, call["programme_id"], at)
        released.release(ending, told)
        self._completed(told, call)

    def _scene(self, call_id: int, opens_at: datetime, until: datetime) -> Scene:
        version = self._db.get_one(FormVersion, self._museums.form_version_id)
        return Scene(
            call_id=call_id, form_version_id=version.id, definition=version.definition, book=self._book,
            opens_at=opens_at, until=until, papers=self._papers, rng=self._rng, staff_id=self._organiser.id,
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

    def _completed(self, told: list[Told], earlier: dict[str, Any]) -> None:
        """Note that most of those who took part went all the way: WAC Factory is open to them."""
        season = self._db.scalars(select(Season.id).where(Season.slug == calls.EARLIER_SEASON)).one()
        words, line = answers.words()["desk"]["completed"], self._museums.programme.line
        for each in told:
            if each.row["enrolment"] is Enrolment.COMPLETED:
                row = {"institution_id": each.team.institution["id"], "season_id": season, "line": line, "note": words}
                row |= {"stated_at": earlier["closes_at"] + timedelta(days=200)}
                self._book.add(Completion, **row, stated_by=f"staff:{self._organiser.id}")
