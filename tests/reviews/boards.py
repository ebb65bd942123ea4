"""A call whose six applications were reviewed by three people, for tests of what is decided from it."""

from dataclasses import dataclass

from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.applications.conflict_models import Conflict
from registrar.applications.models import Application
from registrar.applications.rules import ConflictSource, ConflictState
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.people.rules import InstitutionKind
from registrar.reviews.models import Assignment, Criterion, Review, Reviewer, ReviewScore
from registrar.reviews.rules import ReviewState
from tests import factories

LEVELS = [
    {"value": value, "title": {"en": f"Level {value}", "fr": f"Niveau {value}"}, "text": {"en": "", "fr": ""}}
    for value in range(1, 6)
]
PLACES = (
    ("Alte Mühle", "DE", InstitutionKind.MUSEUM),
    ("Bibliothèque du Port", "FR", InstitutionKind.LIBRARY),
    ("Casa del Faro", "ES", InstitutionKind.MUSEUM),
    ("Dépôt des Images", "FR", InstitutionKind.ARCHIVE),
    ("Ériu Gallery", "IE", InstitutionKind.GALLERY),
    ("Fabrik am Fluss", "DE", InstitutionKind.MUSEUM),
)
SCORES: tuple[dict[int, int], ...] = ({0: 5, 1: 5}, {1: 4, 2: 5}, {0: 4, 2: 4}, {0: 2, 1: 5}, {1: 3, 2: 2}, {})
"""What each reviewer gave to each application, for every criterion alike; nobody has reviewed the last one."""


@dataclass(frozen=True)
class Board:
    """A call with three places, its applications and its reviewers."""

    call: Call
    applications: list[Application]
    reviewers: list[Reviewer]
    criteria: list[Criterion]

    @property
    def url(self) -> str:
        return f"/console/calls/{self.call.slug}"


def board(db: DbSession, **given: object) -> Board:
    """Store a call with its applications, reviewers and reviews."""
    call = factories.call(db, **{"slug": "wac-museums", "title_en": "WAC Museums", "places": 3, **given})
    criteria = [
        criterion(db, call, 1, title_en="Idea", title_fr="Idée", weight=2.0),
        criterion(db, call, 2, title_en="Team", title_fr="Équipe", weight=1.0),
    ]
    reviewers = [reviewer(db, call, name) for name in ("Ada", "Bela", "Chidi")]
    applications = []
    for number, ((name, country, kind), scores) in enumerate(zip(PLACES, SCORES, strict=True), start=1):
        place = factories.institution(db, name=name, country=country, kind=kind)
        application = factories.submitted(db, call, institution_id=place.id, reference=f"WAC-BOARD{number}")
        for who, value in scores.items():
            review(db, application, reviewers[who], dict.fromkeys(criteria, value))
        applications.append(application)
    return Board(call, applications, reviewers, criteria)


def criterion(db: DbSession, call: Call, position: int, **given: object) -> Criterion:
    values: dict[str, object] = {"call_id": call.id, "position": position, "title_en": f"Criterion {position}"}
    values |= {"title_fr": f"Critère {position}", "weight": 1.0, "levels": LEVELS}
    return factories.stored(db, Criterion(**{**values, **given}))


def reviewer(db: DbSession, call: Call, name: str) -> Reviewer:
    staff = factories.staff(db, Role.REVIEWER, name=name)
    values = {"call_id": call.id, "staff_id": staff.id, "languages": [], "subjects": [], "load": 20}
    return factories.stored(db, Reviewer(**values, invited_at=factories.NOW))


def review(db: DbSession, application: Application, reviewer: Reviewer, levels: dict[Criterion, int]) -> Review:
    """Store a submitted review."""
    now = factories.NOW
    values = {"application_id": application.id, "reviewer_id": reviewer.id, "assigned_by": "staff:1"}
    assignment = factories.stored(db, Assignment(**values, assigned_at=now, state_at=now))
    made = factories.stored(
        db, Review(assignment_id=assignment.id, state=ReviewState.SUBMITTED, saved_at=now, submitted_at=now)
    )
    for criterion, value in levels.items():
        factories.stored(db, ReviewScore(review_id=made.id, criterion_id=criterion.id, value=value))
    return made


def barred(db: DbSession, staff: Staff, application: Application) -> None:
    """Let a member of staff have a confirmed conflict with an application."""
    values = {"staff_id": staff.id, "application_id": application.id, "source": ConflictSource.ORGANISER}
    values |= {"state": ConflictState.CONFIRMED, "said_at": factories.NOW, "said_by": "staff:1"}
    values |= {"settled_at": factories.NOW, "settled_by": "staff:1"}
    factories.stored(db, Conflict(**values))
