"""Files of an application: added to a question, fetched, removed and put back by its team; with and without JavaScript."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from flask import abort, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import validate_csrf
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from wtforms import ValidationError

from registrar.applications import answers, teams
from registrar.applications.answers import StaleAnswer, TooLate
from registrar.applications.applying.blueprint import applicant, bp, member_of, private
from registrar.applications.file_models import Upload
from registrar.applications.files import storing, uploads
from registrar.applications.files.kinds import RefusedFile
from registrar.applications.files.serving import serve
from registrar.applications.files.shelf import NoRoom, Shelf, shelf
from registrar.applications.files.storing import MEGABYTE
from registrar.applications.models import Application
from registrar.calls.definition import Question
from registrar.calls.reading import value_of, was_sent
from registrar.calls.rules import QuestionType
from registrar.clock import now
from registrar.db import db
from registrar.errors import N_, Refusal
from registrar.settings import Settings
from registrar.web.access import applicant as for_applicants
from registrar.web.failures import error_page, tell

TOO_MUCH = N_("This is too much at once. Add the files one by one, each smaller than %(size)s MB.")
"""Said before anything was read."""
