"""A committee in the house: a call in review with its rubric, two reviewers and a handful of applications."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from playwright.sync_api import Page
from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.accounts.operations import sign_in_token
from registrar.accounts.rules import Role
from registrar.applications.models import Application
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.people.models import Institution
from registrar.reviews.models import Assignment, Criterion, Review, Reviewer, ReviewPhase, ReviewScore
from registrar.reviews.rules import ReviewState, Sees
from tests import factories
from tests.browser.conftest import Visit
from tests.browser.house import House

TITLES = ("Weak", "Fair", "Good", "Very good", "Outstanding")
TEXTS = (
    "The application does not say what will change, for whom or how.",
    "A change is named; how to get there stays vague.",
    "A clear change with first steps and somebody in charge.",
    "Steps, people and means fit together; risks are seen.",
    "Others could learn from it: ambitious, grounded and shared.",
)
CRITERIA = (
    ("Impact on the institution", "What is different in two years?", 3.0, True),
    ("Readiness of the team", "", 2.0, True),
    ("Openness to share", "Only where the application speaks of it.", 1.0, False),
)
WHY = (
    "Our visitors come once and do not come back. We want to find out why, together with them, and to change two of "
    "our rooms for good.\n\nWe have asked forty families; most of them never knew that they may touch the models."
)


@dataclass(frozen=True)
class Committee:
    """A call in review; its reviewer has five applications to read."""

    house: House
    staff: int
    call: int
    references: tuple[str, ...]

    @classmethod
    def gather(
        cls, house: House, of: int | None = None, title: str = "WAC Museums 4", **of_the_phase: Any
    ) -> "Committee":
        """Store a committee; `of` is the id of a reviewer who is there already."""
        now = house.clock.now
        with house.app.app_context(), house.db() as db:
            call = factories.call(db, title_en=title, title_fr=title,
                                  closes_at=now - timedelta(days=2), opens_at=now - timedelta(days=30))  # fmt: skip
            me = db.get_one(Staff, of) if of else factories.staff(db, Role.REVIEWER, name="Rita Okafor")
            reviewers = [
                _reviewer(db, call, each) for each in (me, factories.staff(db, Role.REVIEWER, name="Otto Lind"))
            ]
            values = {"name_en": "First reading", "name_fr": "Première lecture", "sees_names": True, "scores": True}
            values |= {"sees_others": Sees.AFTER_OWN, "discusses": True, "decides": False, "active_since": now}
            facts = {"ends_at": now + timedelta(days=6), "position": 1, **values, **of_the_phase}
            db.add(ReviewPhase(call_id=call.id, **facts))
            criteria = [_criterion(db, call, number, *each) for number, each in enumerate(CRITERIA)]
            references = tuple(_application(db, call, name, reviewers, criteria) for name in NAMES)
            db.commit()
            return cls(house, me.id, call.id, references)

    @property
    def door(self) -> str:
        """Return the address behind which the reviewer signs in."""
        with self.house.db() as db:
            token = sign_in_token(self.house.tokens, db.get_one(Staff, self.staff), expires_at=self.house.tomorrow)
        return f"{self.house.url}/sign-in/{token}"

    def enter(self, visit: Visit, **options: Any) -> Page:
        """Let the reviewer sit down at a browser."""
        page = visit(**options)
        page.goto(self.door)
        page.locator("main form button").first.click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    def submit(self, reference: str) -> None:
        """Let the reviewer have submitted a review."""
        with self.house.db() as db:
            mine = (Reviewer.staff_id == self.staff, Application.reference == reference)
            found = select(Assignment).join(Assignment.application).join(Assignment.reviewer).where(*mine)
            review = Review(assignment_id=db.scalars(found).one().id, state=ReviewState.SUBMITTED)
            review.saved_at = review.submitted_at = factories.NOW
            factories.stored(db, review)
            for each in db.scalars(select(Criterion).where(Criterion.call_id == self.call)):
                db.add(ReviewScore(review_id=review.id, criterion_id=each.id, value=3))
            db.commit()

    def review(self, reference: str) -> "Written | None":
        """Return what is stored of the reviewer's review."""
        with self.house.db() as db:
            found = db.scalar(
                select(Review)
                .join(Review.assignment)
                .join(Assignment.application)
                .join(Assignment.reviewer)
                .where(Reviewer.staff_id == self.staff, Application.reference == reference)
            )
            return Written(found.state, found.comment, sorted(each.value for each in found.scores)) if found else None


@dataclass(frozen=True)
class Written:
    """A review as it is stored."""

    state: ReviewState
    comment: str
    levels: list[int]


NAMES = ("Musée du Sel", "Glass House", "Museum für Ägyptische Kunst", "National Museum of Overlooked Things", "Attic")


def _reviewer(db: DbSession, call: Call, staff: Staff) -> Reviewer:
    values: dict[str, Any] = {"languages": [], "subjects": [], "load": 20, "invited_at": factories.NOW}
    return factories.stored(db, Reviewer(call_id=call.id, staff_id=staff.id, **values))


def _criterion(
    db: DbSession, call: Call, position: int, title: str, hint: str, weight: float, required: bool
) -> Criterion:
    levels = [
        {"value": value, "title": {"en": word, "fr": word}, "text": {"en": text, "fr": text}}
        for value, (word, text) in enumerate(zip(TITLES, TEXTS, strict=True), 1)
    ]
    words = {"title_en": title, "title_fr": title, "help_en": hint, "help_fr": hint}
    row = Criterion(call_id=call.id, position=position, weight=weight, required=required, levels=levels, **words)
    return factories.stored(db, row)


def _application(db: DbSession, call: Call, name: str, reviewers: list[Reviewer], criteria: list[Criterion]) -> str:
    """Store an application that both read, and that the second has reviewed."""
    counted = factories.ANSWERS | {"why": f"{WHY} {name} begins with the first room.", "new": False, "past": "A blog."}
    known = db.scalar(select(Institution).where(Institution.name == name))
    place = known or factories.institution(db, name=name)
    found = factories.submitted(db, call, institution_id=place.id, counted=counted)
    state = {"assigned_at": factories.NOW, "assigned_by": "staff:1", "state_at": factories.NOW}
    rows = [
        factories.stored(db, Assignment(application_id=found.id, reviewer_id=each.id, **state)) for each in reviewers
    ]
    said = Review(assignment_id=rows[1].id, state=ReviewState.SUBMITTED, comment="Honest about what did not work.")
    said.saved_at = said.submitted_at = factories.NOW
    factories.stored(db, said)
    for number, each in enumerate(criteria[:2]):
        db.add(ReviewScore(review_id=said.id, criterion_id=each.id, value=4 - number))
    return found.reference


def of_reviewers(house: House) -> tuple[Committee, list[str]]:
    """Return a reviewer with the pages of their room: to do, submitted with the others' reviews, blind."""
    committee = Committee.gather(house)
    hidden = Committee.gather(
        house, of=committee.staff, title="WAC Factory 4", sees_names=False, scores=False, ends_at=None
    )
    first, second, third, *_ = committee.references
    committee.submit(first)
    rooms = [f"/reviews/{each}" for each in (first, second, third, *hidden.references[:2])]
    return committee, ["/reviews", "/reviews?q=nobody-at-all", *rooms]
