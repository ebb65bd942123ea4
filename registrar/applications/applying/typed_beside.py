"""What was typed beside a file: a form that sends a file sends the answers around it too, and they are saved."""

from dataclasses import dataclass
from datetime import datetime

from werkzeug.datastructures import MultiDict

from registrar.applications import answers
from registrar.applications.answers import Save, TooLate
from registrar.applications.models import Application
from registrar.calls.definition import Question
from registrar.calls.reading import field_name, value_of, was_sent
from registrar.calls.rules import QuestionType
from registrar.calls.wording import text
from registrar.db import DbSession
from registrar.errors import Refusal
from registrar.people.models import Person


@dataclass(frozen=True)
class Unsaved:
    """An answer that could not be saved, in words, and why."""

    question: Question
    text: str
    refusal: Refusal


def keep(
    db: DbSession, application: Application, sent: MultiDict[str, str], *, by: Person, now: datetime
) -> list[Unsaved]:
    """Save the answers that a page sent; return those that could not be, because somebody else has changed them.

    The caller holds the application's row. Raise `TooLate` when nothing may be saved any more.
    """
    unsaved = []
    for question in answers.form_of(application).definition.questions():
        if question.type is QuestionType.FILE or not was_sent(question, sent):
            continue
        seen = sent.get(f"{field_name(question)}-asked", 0, type=int)
        wanted = Save(question, value_of(question, sent), seen)
        try:
            answers.save(db, application, wanted, by=by, now=now)
        except TooLate:
            raise
        except Refusal as refusal:
            unsaved.append(Unsaved(question, text(question, wanted.value), refusal))
    return unsaved
