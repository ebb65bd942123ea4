"""The list of the files that answer a question, for the script of a page to put in place."""

from flask import render_template

from registrar.applications.files import uploads
from registrar.applications.models import Application
from registrar.calls.definition import Question
from registrar.db import db


def file_list(application: Application, question: Question, *, may_write: bool) -> str:
    """Return the list as it is now; with `may_write` also with what was removed, and with its buttons."""
    shown = {"question": question, "application": application, "uploads": uploads.of(db, application)}
    return render_template("applications/file_list.html", **shown, may_write=may_write)
