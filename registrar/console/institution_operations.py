"""What organisers do to institutions that other features know of too: completed programmes and merges."""

from datetime import datetime

from registrar.audit import operations as audit
from registrar.console.institution_history import both_open
from registrar.db import DbSession, insert_missing
from registrar.errors import N_, Refusal
from registrar.people import merging
from registrar.people.models import Institution, InstitutionMerge
from registrar.programmes.models import Completion, Season


def record_completion(
    db: DbSession, institution: Institution, line: str, season: Season, note: str, *, by: str, now: datetime
) -> None:
    """Say that an institution completed a programme in a season: evidence for the calls that ask for it."""
    facts = {"institution_id": institution.id, "line": line, "season_id": season.id, "note": note}
    if not insert_missing(db, Completion, [{**facts, "stated_at": now, "stated_by": by}]):
        raise Refusal(N_("This is recorded already."))
    audit.record(db, by, "institution.complete", institution, now=now, line=line, season=season.slug)


def remove_completion(db: DbSession, completion: Completion, *, by: str, now: datetime) -> None:
    """Take back that an institution completed a programme."""
    db.delete(completion)
    facts = {"line": completion.line, "season": completion.season.slug}
    audit.record(db, by, "institution.uncomplete", completion.institution, now=now, **facts)


def plan_merge(db: DbSession, kept: Institution, merged: Institution) -> merging.Plan:
    """Say what a merge would do; refuse it, with the call, where both have applied."""
    for call in both_open(db, kept, merged):
        raise Refusal(N_("Both have an open application to %(call)s. Withdraw one of them first."), call=call.title_en)
    return merging.plan(db, kept, merged)


def merge(db: DbSession, kept: Institution, merged: Institution, *, by: str, now: datetime) -> InstitutionMerge:
    """Let one institution stand for both."""
    merging.lock(db, kept, merged)
    plan_merge(db, kept, merged)
    return merging.merge(db, kept, merged, by=by, now=now)
