"""A call under review in which everything that must stay secret carries a word that occurs nowhere else."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.applications.conflict_models import Conflict
from registrar.applications.file_models import StoredFile, Upload
from registrar.applications.models import Application
from registrar.applications.rules import ConflictSource, ConflictState, Verdict
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.people.models import Person
from registrar.reviews.decision_models import CallLetter, Contribution, Decision, Scenario
from registrar.reviews.models import Assignment, Criterion, Review, Reviewer, ReviewPhase, ReviewScore
from registrar.reviews.rules import AssignmentState, Capabilities, Hearing, ReviewState, Sees
from tests import factories
from tests.factories import NOW
from tests.reviews.scenes import decision_letter

INSTITUTION, PERSON, FILE, ANSWER = "MuseumCanary", "Anacanary", "FileCanary", "AnswerCanary"
"""What tells who applies, and what they wrote."""
REVIEWER, COMMENT, NOTE, FEEDBACK = "ReviewerCanary", "CommentCanary", "NoteCanary", "FeedbackCanary"
REASON, COMMITTEE, ORGANISERS, SCENARIO = "ReasonCanary", "CommitteeCanary", "OrganisersCanary", "ScenarioCanary"
CRITERION, PHASE, INTEREST, SCORE = "CriterionCanary", "PhaseCanary", "InterestCanary", 73919
OF_REVIEWS = (REVIEWER, COMMENT, NOTE, FEEDBACK, REASON, COMMITTEE, ORGANISERS, SCENARIO, CRITERION, PHASE, INTEREST)
"""What no applicant learns before a release, and most of it never."""
SCORES = ("73919", "73,919", "73 919", "73\u202f919", "73\u00a0919")
"""The score as pages may write it."""
REFERENCE, OTHER, MISSING = "WAC-CANAR", "WAC-OTHER", "WAC-NEVER"


class Phase(StrEnum):
    NONE = "none"
    BLIND = "blind"
    OPEN = "open"


PHASES = {
    Phase.BLIND: Capabilities(scores=True),
    Phase.OPEN: Capabilities(sees_names=True, scores=True, sees_others=Sees.AFTER_OWN, discusses=True, decides=True),
}


@dataclass(frozen=True)
class World:
    """The call, its two applications, and everybody who may be curious."""

    call: Call
    application: Application
    """Ana's, the one with the secrets."""
    other: Application
    """Bea's."""
    ana: Person
    bea: Person
    assigned: Staff
    """Reviews Ana's application, and has not submitted yet."""
    done: Staff
    """Has submitted a review of Ana's application: the one with the secrets."""
    elsewhere: Staff
    """Reviews another call."""
    conflicted: Staff
    """Reviewed Ana's application until a conflict was confirmed."""
    organiser: Staff
    barred: Staff
    """An organiser with a conflict."""
    admin: Staff
    upload: Upload


def world(db: DbSession, phase: Phase) -> World:
    """Make the call in a phase; Ana's application is accepted in private."""
    call = factories.call(db, slug="call-watched", closes_at=NOW - timedelta(minutes=30), places=5)
    ana, bea = factories.person(db, name=PERSON, email="anacanary@museum.example"), factories.person(db, name="Bea")
    museum = factories.institution(db, name=INSTITUTION)
    answers = {**factories.ANSWERS, "why": f"Because. {ANSWER}", "people": [{"name": PERSON, "role": "", "email": ""}]}
    mine = factories.submitted(db, call, lead=ana, institution_id=museum.id, reference=REFERENCE, counted=answers)
    other = factories.submitted(db, call, lead=bea, reference=OTHER)
    upload = _file(db, mine, ana)
    _phase(db, call, phase)
    criterion = _criterion(db, call)
    assigned, done, elsewhere, conflicted, organiser, barred, admin = _staff(db)
    found = World(
        call, mine, other, ana, bea, assigned, done, elsewhere, conflicted, organiser, barred, admin, upload
    )  # fmt: skip
    _reviews(db, found, criterion)
    _secrets(db, found)
    db.commit()
    return found


def decide(db: DbSession, application: Application, verdict: Verdict | None) -> None:
    """Set the verdict on an application in private, as an organiser would."""
    row = db.get(Decision, application.id)
    if row is not None:
        db.delete(row)
        db.flush()
    if verdict is not None:
        position = 1 if verdict is Verdict.WAITLIST else None
        factories.decision(db, application, verdict, reason=REASON, waitlist_position=position)
    db.commit()


def _file(db: DbSession, application: Application, person: Person) -> Upload:
    content = StoredFile(sha256="c" * 64, size=3, media_type="application/pdf", created_at=NOW)
    row = {"application_id": application.id, "question": "plan", "name": f"{FILE}.pdf", "uploaded_at": NOW}
    found = Upload(file_id=factories.stored(db, content).id, uploaded_by_id=person.id, **row)
    factories.stored(db, found)
    application.counted = {**(application.counted or {}), "plan": [found.id]}
    factories.answer(db, application, "plan", [found.id])
    return found


def _phase(db: DbSession, call: Call, phase: Phase) -> None:
    may = PHASES.get(phase, Capabilities())
    names = {"name_en": PHASE, "name_fr": PHASE, "sees_names": may.sees_names, "scores": may.scores}
    names |= {"sees_others": may.sees_others, "discusses": may.discusses, "decides": may.decides}
    active = None if phase is Phase.NONE else NOW
    factories.stored(db, ReviewPhase(call_id=call.id, position=1, active_since=active, **names))


def _criterion(db: DbSession, call: Call) -> Criterion:
    levels = [{"value": value, "title": {"en": f"L{value}", "fr": ""}, "text": {}} for value in (1, SCORE)]
    row = {"title_en": CRITERION, "title_fr": CRITERION, "weight": 1.0, "levels": levels}
    return factories.stored(db, Criterion(call_id=call.id, position=1, **row))


def _staff(db: DbSession) -> tuple[Staff, ...]:
    """Return the reviewers (assigned, done, elsewhere, conflicted) and the organisers (free, barred, administrator)."""
    names = ("Assigned", REVIEWER, "Elsewhere", "Conflicted")
    reviewers = [factories.staff(db, Role.REVIEWER, name=name, email=f"{name.lower()}@example.org") for name in names]
    organisers = [factories.staff(db, role, name=name) for role, name in (
        (Role.ORGANISER, "Organiser"), (Role.ORGANISER, "Barred"), (Role.ADMIN, "Admin"))]  # fmt: skip
    return (*reviewers, *organisers)


def _reviewer(db: DbSession, call: Call, staff: Staff) -> Reviewer:
    row = {"languages": [], "subjects": [], "load": 10, "invited_at": NOW}
    return factories.stored(db, Reviewer(call_id=call.id, staff_id=staff.id, **row))


def _assign(db: DbSession, application: Application, reviewer: Reviewer) -> Assignment:
    row = {"assigned_at": NOW, "assigned_by": "staff:1", "state_at": NOW}
    return factories.stored(db, Assignment(application_id=application.id, reviewer_id=reviewer.id, **row))


def _reviews(db: DbSession, found: World, criterion: Criterion) -> None:
    assigned, done, conflicted = (
        _reviewer(db, found.call, each) for each in (found.assigned, found.done, found.conflicted)
    )
    elsewhere = _reviewer(db, factories.call(db), found.elsewhere)
    for task in (_assign(db, found.application, done), _assign(db, found.application, conflicted)):
        said = {"comment": COMMENT, "private_note": NOTE, "feedback": FEEDBACK, "saved_at": NOW}
        state = {"state": ReviewState.SUBMITTED, "submitted_at": NOW}
        review = factories.stored(db, Review(assignment_id=task.id, **said, **state))
        factories.stored(db, ReviewScore(review_id=review.id, criterion_id=criterion.id, value=SCORE))
        if task.reviewer_id == conflicted.id:
            task.state = AssignmentState.CONFLICTED
    db.flush()
    _assign(db, found.application, assigned)
    _plain_review(db, _assign(db, found.other, done), criterion)
    _assign(db, factories.submitted(db, db.get_one(Call, elsewhere.call_id)), elsewhere)


def _plain_review(db: DbSession, task: Assignment, criterion: Criterion) -> None:
    state = {"state": ReviewState.SUBMITTED, "submitted_at": NOW, "saved_at": NOW}
    review = factories.stored(db, Review(assignment_id=task.id, **state))
    factories.stored(db, ReviewScore(review_id=review.id, criterion_id=criterion.id, value=1))


def _secrets(db: DbSession, found: World) -> None:
    decide(db, found.application, Verdict.ACCEPT)
    for staff in (found.conflicted, found.barred):
        row = {"staff_id": staff.id, "application_id": found.application.id, "source": ConflictSource.TEAM}
        row |= {"state": ConflictState.CONFIRMED, "reason": INTEREST, "said_at": NOW, "said_by": "staff:1"}
        factories.stored(db, Conflict(**row))
    for hearing, text in ((Hearing.COMMITTEE, COMMITTEE), (Hearing.ORGANISERS, ORGANISERS)):
        row = {"application_id": found.application.id, "staff_id": found.done.id, "hearing": hearing, "text": text}
        factories.stored(db, Contribution(**row, created_at=NOW))
    both = [found.application.id, found.other.id]
    chosen = {"chosen": both, "total": 2.0, "without": 2.0, "comes_in": [], "goes_out": [], "prices": []}
    chosen |= {"candidates": both, "scores": {str(each): 1.0 for each in both}}
    made = {"created_at": NOW, "created_by": "staff:1", "reason": SCENARIO}
    letter = decision_letter(db, NOW)
    for verdict in Verdict:
        factories.stored(db, CallLetter(call_id=found.call.id, verdict=verdict, template_id=letter.template_id))
    factories.stored(db, Scenario(call_id=found.call.id, name=SCENARIO, places=5, limits=[], result=chosen, **made))
