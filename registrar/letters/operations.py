"""Write letters: a change makes a new version, nothing that was ever sent is altered."""

from datetime import datetime

from sqlalchemy import select

from registrar.audit import operations as audit
from registrar.db import DbSession, insert_missing
from registrar.errors import N_, Conflict, Refusal
from registrar.letters import checks, queries
from registrar.letters.models import LetterTemplate, LetterVersion
from registrar.letters.rendering import words_of
from registrar.letters.rules import LetterUse, Words

TAKEN = N_("There is a letter of this name already. Choose another name.")


def create(db: DbSession, name: str, use: LetterUse, words: Words, *, by: str, now: datetime) -> LetterTemplate:
    """Begin a letter; a name that is taken, or words with errors, are refused."""
    _check_words(words, use)
    row = {"name": name, "use": use, "created_at": now, "archived_at": None}
    if not insert_missing(db, LetterTemplate, [row]):  # also when two press at the same moment
        raise Refusal(TAKEN)
    template = db.scalars(select(LetterTemplate).where(LetterTemplate.name == name)).one()
    _add_version(db, template, 1, words, by=by, now=now)
    audit.record(db, by, "letter.create", template, now=now, use=use.value)
    return template


def save(
    db: DbSession, template: LetterTemplate, words: Words, *, seen: int, by: str, now: datetime
) -> LetterVersion | None:
    """Make a new version of these words; return None if nothing differs from the newest.

    `seen` is the number of the version that the writer began with; if another has been saved since, `Conflict`.
    """
    db.execute(select(LetterTemplate.id).where(LetterTemplate.id == template.id).with_for_update())
    newest = queries.newest(db, template.id)
    if words_of(newest) == words:
        return None
    if newest.number != seen:
        raise Conflict(
            N_("Somebody else has saved this letter in the meantime. Compare, and save again to keep yours.")
        )
    _check_words(words, template.use)
    made = _add_version(db, template, newest.number + 1, words, by=by, now=now)
    audit.record(db, by, "letter.save", template, now=now, version=made.number)
    return made


def rename(db: DbSession, template: LetterTemplate, name: str, *, by: str, now: datetime) -> None:
    """Give a letter another name; recipients never see it."""
    if name == template.name:
        return
    _check_name(db, name)
    audit.record(db, by, "letter.rename", template, now=now, before=template.name, after=name)
    template.name = name


def archive(db: DbSession, template: LetterTemplate, *, by: str, now: datetime) -> None:
    """Offer this letter no more; what uses it goes on."""
    if template.archived_at is None:
        template.archived_at = now
        audit.record(db, by, "letter.archive", template, now=now)


def restore(db: DbSession, template: LetterTemplate, *, by: str, now: datetime) -> None:
    """Offer an archived letter again."""
    if template.archived_at is not None:
        template.archived_at = None
        audit.record(db, by, "letter.restore", template, now=now)


def duplicate(db: DbSession, template: LetterTemplate, name: str, *, by: str, now: datetime) -> LetterTemplate:
    """Begin a letter with the words of this one."""
    return create(db, name, template.use, words_of(queries.newest(db, template.id)), by=by, now=now)


def free_name(db: DbSession, name: str) -> str:
    """Return this name, or the first that follows it and is not taken: `Welcome 2`."""
    taken = set(db.scalars(select(LetterTemplate.name).where(LetterTemplate.name.startswith(name, autoescape=True))))
    number = 2
    while (found := f"{name} {number}") in taken:
        number += 1
    return found if name in taken else name


def _add_version(
    db: DbSession, template: LetterTemplate, number: int, words: Words, *, by: str, now: datetime
) -> LetterVersion:
    made = LetterVersion(
        template_id=template.id, number=number, created_at=now, created_by=by,
        subject_en=words.subject_en, subject_fr=words.subject_fr, body_en=words.body_en, body_fr=words.body_fr,
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made


def _check_name(db: DbSession, name: str) -> None:
    if db.scalar(select(LetterTemplate.id).where(LetterTemplate.name == name)) is not None:
        raise Refusal(TAKEN)


def _check_words(words: Words, use: LetterUse) -> None:
    if checks.errors(words, use):
        raise Refusal(N_("Mend the errors first: a letter that is saved can be sent."))
