"""The applications of the demonstration, in every state: answers, files, teams, and what organisers put beside."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from registrar.applications.desk_models import ApplicationTag, Note
from registrar.applications.file_models import Upload
from registrar.applications.models import Answer, Application, GraceLink, Invitation, JoinRequest, Member
from registrar.applications.references import SIGNS
from registrar.applications.rules import Lifecycle, Override, TeamRole
from registrar.calls.conditions import counting
from registrar.calls.definition import Definition, Question
from registrar.calls.rules import QuestionType
from registrar.ops.demo import answers
from registrar.ops.demo.book import Book
from registrar.ops.demo.papers import Papers
from registrar.ops.demo.people import Member as Registered
from registrar.ops.demo.teams import Team
from registrar.people.rules import InstitutionKind

DRAFTS = (0.5, 0, 0.1, 0.2, 0.3, 0.35, 0.45, 0.55, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1, 1)
"""How far the drafts are; the first is Camille's."""
SUBMITTED = 68
WITHDRAWN = 5
CAMILLES_PLACE = 2
"""Of the application of the first round that she belongs to: a strong one."""
ROLES = (TeamRole.LEAD, TeamRole.EDITOR, TeamRole.EDITOR, TeamRole.READER)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A call as it stands, with what is needed to tell of its applications."""

    call_id: int
    form_version_id: int
    definition: Definition
    opens_at: datetime
    until: datetime
    """The end of what has happened."""
    book: Book
    papers: Papers
    rng: Random
    staff_id: int

    def moment(self, early: datetime) -> datetime:
        """Return a moment, to the second, between this one and the end."""
        seconds = max((self.until - early).total_seconds(), 3600)
        return min(early + timedelta(seconds=int(seconds * self.rng.random())), self.until)


@dataclass(eq=False)
class Told:
    """One application with its stored row."""

    row: dict[str, Any]
    team: Team
    values: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The stored rows by question."""

    @property
    def id(self) -> int:
        return int(self.row["id"])

    @property
    def actor(self) -> str:
        return self.team.lead.actor


def open_call(scene: Scene, teams: list[Team]) -> list[Told]:
    """Note the applications to the open call: drafts at several stages, submitted ones, withdrawn ones."""
    left = iter(teams)
    drafts = [draft(scene, team, share) for share, team in zip(DRAFTS, left, strict=False)]
    sent = [submitted(scene, team) for _, team in zip(range(SUBMITTED), left, strict=False)]
    gone = [draft(scene, team, 0.4) for _, team in zip(range(WITHDRAWN), left, strict=False)]
    for number, told in enumerate([*gone, *sent[-2:]]):
        withdraw(scene, told, number)
    for told, kind in ((sent[3], InstitutionKind.OTHER), (sent[11], InstitutionKind.OTHER), (sent[5], None)):
        told.team.institution["kind"] = kind
    for told in (sent[4], sent[12]):
        _changing(scene, told)
    _around_camille(scene, drafts, sent)
    _beside(scene, drafts, sent)
    return [*drafts, *sent, *gone]


def draft(scene: Scene, team: Team, share: float) -> Told:
    """Note an application that is begun; `share` of what is asked is answered."""
    begun = scene.moment(scene.opens_at)
    reference = "WAC-" + "".join(scene.rng.choices(SIGNS, k=5))
    ids = {"call_id": scene.call_id, "institution_id": team.institution["id"], "reference": reference}
    row = scene.book.add(Application, **ids, created_at=begun, is_demo=True)
    told = Told(row, team)
    scene.book.audit(told.actor, "application.begin", Application, told.id, begun)
    for person, role in zip(team.people, ROLES, strict=False):
        join(scene, told, person, role, begun)
    _answer(scene, told, share)
    return told


def submitted(scene: Scene, team: Team) -> Told:
    """Note an application that was submitted whole."""
    told = draft(scene, team, 1)
    at = scene.moment(told.row["created_at"] + timedelta(hours=2))
    told.row |= {"state": Lifecycle.SUBMITTED, "submitted_at": at, "counted_at": at, "version": 2}
    told.row |= {"form_version_id": scene.form_version_id, "counted": counting(scene.definition, told.values)}
    scene.book.audit(told.actor, "application.submit", Application, told.id, at, state=Lifecycle.SUBMITTED)
    return told


def withdraw(scene: Scene, told: Told, number: int) -> None:
    at = scene.moment(told.row["submitted_at"] or told.row["created_at"])
    told.row |= {"state": Lifecycle.WITHDRAWN, "withdrawn_at": at, "version": told.row["version"] + 1}
    actor = told.actor if number % 3 else f"staff:{scene.staff_id}"
    scene.book.audit(actor, "application.withdraw", Application, told.id, at, state=Lifecycle.WITHDRAWN)


def earlier_call(scene: Scene, teams: list[Team]) -> list[Told]:
    """Note the applications to a call that is over, and a draft that came too late; return what was submitted."""
    late = draft(scene, teams[-1], 0.8)
    late.row |= {"grace_asked_at": scene.until, "grace_asked": scene.rng.choice(answers.words()["desk"]["asked"])}
    return [submitted(scene, team) for team in teams[:-1]]


def first_round(scene: Scene, teams: list[Team], camille: Registered) -> list[Told]:
    """Note the applications to the call that is in review: Camille writes for the team of another house."""
    told = [submitted(scene, team) for team in teams]
    join(scene, told[CAMILLES_PLACE], camille, TeamRole.EDITOR, told[CAMILLES_PLACE].row["created_at"])
    return told


def join(scene: Scene, told: Told, person: Registered, role: TeamRole, begun: datetime) -> None:
    at = begun if role is TeamRole.LEAD else scene.moment(begun)
    ids = {"application_id": told.id, "person_id": person.person_id}
    scene.book.add(Member, **ids, role=role, joined_at=at, seen_at=scene.moment(at))


def _answer(scene: Scene, told: Told, share: float) -> None:
    begun, writers = told.row["created_at"], told.team.people[:3]

    def upload(question: Question) -> int:
        return _upload(scene, told, question, begun)

    told.values = answers.answers(scene.definition, told.team, upload, scene.rng, share)
    for number, (key, value) in enumerate(told.values.items()):
        writer = writers[number // 6 % len(writers)]
        row = {"application_id": told.id, "question": key, "value": value, "form_version_id": scene.form_version_id}
        at = min(begun + timedelta(minutes=5 * number), scene.until)
        row |= {"version": scene.rng.randint(1, 6), "saved_at": at, "saved_by_id": writer.person_id}
        told.answers[key] = scene.book.add(Answer, **row)


def _upload(scene: Scene, told: Told, question: Question, at: datetime) -> int:
    is_letter = question.required
    file_id, name = scene.papers.letter(told.team.locale) if is_letter else scene.papers.sketch(told.id)
    row = {"application_id": told.id, "question": question.key, "file_id": file_id, "name": name, "uploaded_at": at}
    return int(scene.book.add(Upload, **row, uploaded_by_id=told.team.lead.person_id)["id"])


def _around_camille(scene: Scene, drafts: list[Told], sent: list[Told]) -> None:
    """Let somebody be invited to her draft, somebody ask to join it, and herself write in one that is submitted."""
    hers, at = drafts[0], scene.until - timedelta(days=1)
    who = {"email": "colleague@example.org", "email_key": "colleague@example.org", "locale": "en"}
    row = {"call_id": scene.call_id, "application_id": hers.id, "role": TeamRole.EDITOR, "created_at": at}
    row |= {"timezone": "Europe/Paris", "invited_by_id": hers.team.lead.person_id, "mail_number": 1, "mailed_at": at}
    scene.book.add(Invitation, **who, **row)
    asks = drafts[-1].team.lead
    scene.book.add(JoinRequest, application_id=hers.id, person_id=asks.person_id, asked_at=at)
    join(scene, sent[0], hers.team.lead, TeamRole.EDITOR, sent[0].row["created_at"])


def _changing(scene: Scene, told: Told) -> None:
    """Let a team change what it has submitted, and be in the middle of it: what counted before goes on counting."""
    texts = (each.key for each in scene.definition.questions() if each.type is QuestionType.LONG_TEXT)
    row = told.answers[next(key for key in texts if key in told.answers)]
    row |= {"value": "", "version": row["version"] + 1, "saved_at": scene.moment(told.row["submitted_at"])}


def _beside(scene: Scene, drafts: list[Told], sent: list[Told]) -> None:
    """Note what organisers wrote and decided."""
    desk, staff = answers.words()["desk"], f"staff:{scene.staff_id}"
    for told, text in zip(sent[1::7], desk["notes"] * 3, strict=False):
        at = scene.moment(told.row["submitted_at"])
        scene.book.add(Note, application_id=told.id, staff_id=scene.staff_id, text=text, created_at=at)
    for told, tag in _tagged(sent, desk["tags"]):
        scene.book.add(ApplicationTag, application_id=told.id, tag=tag)
    for told, decided in ((sent[3], Override.ADMITTED), (sent[9], Override.REFUSED)):
        told.row |= {"eligibility": decided, "eligibility_reason": desk[decided], "eligibility_by": staff}
        told.row["eligibility_at"] = at = scene.moment(told.row["submitted_at"])
        scene.book.audit(staff, "application.override", Application, told.id, at, decided=decided)
    for told, text in zip(drafts[3:5], desk["asked"], strict=False):
        told.row |= {"grace_asked_at": scene.moment(told.row["created_at"]), "grace_asked": text}
    link = {"until": scene.until + timedelta(days=16), "reason": desk["grace"], "created_by": staff}
    scene.book.add(GraceLink, application_id=drafts[3].id, created_at=scene.until, **link)


def _tagged(sent: list[Told], tags: list[str]) -> Iterator[tuple[Told, str]]:
    for number, tag in enumerate(tags):
        yield from ((told, tag) for told in sent[number :: 5 + 2 * number])
