"""Applications for exports and prints: a few hundred at a time, each with its answers, people, tags and files."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from registrar.accounts.models import Staff
from registrar.applications.conflicts import reachable
from registrar.applications.desk_models import ApplicationTag
from registrar.applications.file_models import Upload
from registrar.applications.findings import finding
from registrar.applications.models import Answer, Application, Member
from registrar.applications.visibility import Source
from registrar.calls.conditions import counting
from registrar.calls.definition import Definition
from registrar.calls.eligibility import Finding
from registrar.calls.models import Call, FormVersion
from registrar.db import DbSession
from registrar.people.models import Institution

AT_A_TIME = 100


@dataclass(frozen=True)
class Beside:
    """What belongs to an application and is no answer."""

    members: tuple[Member, ...]
    tags: tuple[str, ...]
    finding: Finding
    files: Mapping[int, str]


@dataclass(frozen=True)
class Exported:
    """One application as it is exported."""

    application: Application
    source: Source
    beside: Beside


def versions_used(db: DbSession, call: Call, staff: Staff) -> dict[int, Definition]:
    """Return the forms that are answered, by the number of their version's row: the call's own, then the newest."""
    here = (Application.call_id == call.id, reachable(staff))
    used = select(Application.form_version_id).where(*here).distinct()
    wanted = FormVersion.id.in_(used) | (FormVersion.id == call.form_version_id)
    own_first = (FormVersion.id != call.form_version_id, FormVersion.id.desc())
    found = db.scalars(select(FormVersion).where(wanted).order_by(*own_first))
    return {each.id: each.definition for each in found}


def exported(
    db: DbSession, call: Call, staff: Staff, ids: Sequence[int], versions: dict[int, Definition]
) -> Iterator[Exported]:
    """Yield applications in this order; what was read is let go of, so that any number fits into memory."""
    says, current = finding(call, staff), versions.get(call.form_version_id or 0, Definition())
    for start in range(0, len(ids), AT_A_TIME):
        for application, found in _together(db, says, ids[start : start + AT_A_TIME]):
            yield found(versions.get(application.form_version_id or 0, current))
        db.expunge_all()


def _together(
    db: DbSession, says: ColumnElement[str], ids: Sequence[int]
) -> Iterator[tuple[Application, Callable[[Definition], Exported]]]:
    """Read everything about some applications at once, each to be put together with the form that it answers."""
    statement = select(Application, says).join(Application.institution).where(Application.id.in_(ids))
    named = joinedload(Application.institution).selectinload(Institution.aliases)
    found = {each.id: (each, says) for each, says in db.execute(statement.options(named))}
    members, tags, files = _members(db, ids), _tags(db, ids), _files(db, ids)
    drafts = _drafts(db, [number for number, (each, _) in found.items() if each.counted is None])
    for number in ids:
        if number in found:  # else it was erased since the export began
            application, finding_ = found[number]
            beside = Beside(tuple(members[number]), tuple(tags[number]), Finding(finding_), files[number])
            yield application, partial(_exported, application, beside, drafts[number])


def _exported(application: Application, beside: Beside, draft: dict[str, Any], definition: Definition) -> Exported:
    shown = application.counted if application.counted is not None else counting(definition, draft)
    place, people = application.institution, tuple(member.person.name for member in beside.members)
    source = Source(
        application.reference, place.name, place.country, place.kind, people, definition, shown, beside.files,
        tuple(each.name for each in place.aliases),
    )  # fmt: skip
    return Exported(application, source, beside)


def _members(db: DbSession, ids: Sequence[int]) -> dict[int, list[Member]]:
    found: dict[int, list[Member]] = defaultdict(list)
    statement = select(Member).where(Member.application_id.in_(ids)).options(joinedload(Member.person))
    for member in db.scalars(statement.order_by(Member.joined_at, Member.person_id)):
        found[member.application_id].append(member)
    return found


def _tags(db: DbSession, ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    statement = select(ApplicationTag.application_id, ApplicationTag.tag)
    for number, tag in db.execute(statement.where(ApplicationTag.application_id.in_(ids)).order_by(ApplicationTag.tag)):
        found[number].append(tag)
    return found


def _files(db: DbSession, ids: Sequence[int]) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = defaultdict(dict)
    statement = select(Upload.application_id, Upload.id, Upload.name).where(Upload.removed_at.is_(None))
    for number, upload, name in db.execute(statement.where(Upload.application_id.in_(ids))):
        found[number][upload] = name
    return found


def _drafts(db: DbSession, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return the answers so far of applications that were not submitted."""
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    statement = select(Answer.application_id, Answer.question, Answer.value).where(Answer.application_id.in_(ids))
    for number, question, value in db.execute(statement):
        found[number][question] = value
    return found
