"""Forms of one session: what it says before, and what remains of it afterwards."""

from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, Form, FormField, HiddenField, SelectField, ValidationError
from wtforms.validators import Optional

from registrar.programmes.models import Session
from registrar.programmes.rules import SpeakerPart
from registrar.web.forms import BaseForm, LineField, ProseField
from registrar.weekly.planner.aftermath import Aftermath, ResourceDetails, aftermath_of
from registrar.weekly.planner.editing import SessionDetails, SpeakerDetails, details_of
from registrar.weekly.planner.fields import https_only, options
from registrar.weekly.planner.forms import capacity_field, join_field

MOST_ROWS = 20
PARTS = options([(SpeakerPart.SPEAKER, _l("Speaker")), (SpeakerPart.MODERATOR, _l("Moderator"))])
AnyForm = TypeVar("AnyForm", bound="RowsForm")


class SpeakerRow(Form):
    """One speaker; a row without a name is left out."""

    name = LineField(_l("Name"))
    role = LineField(_l("Role"))
    affiliation = LineField(_l("Institution"))
    country = SelectField(_l("Country"), [Optional()], validate_choice=True)
    part = SelectField(_l("Part"), choices=PARTS, default=SpeakerPart.SPEAKER)

    def validate_name(self, field: LineField) -> None:
        if not field.data and (self.role.data or self.affiliation.data):
            raise ValidationError(_l("Enter the name, or empty the whole row."))


class ResourceRow(Form):
    """One link; an empty row is left out."""

    label = LineField(_l("What it is"))
    url = LineField(_l("Address"), [https_only])

    def validate_label(self, field: LineField) -> None:
        if bool(field.data) != bool(self.url.data):
            raise ValidationError(_l("Enter both what it is and its address, or empty the row."))


class RowsForm(BaseForm):
    """A form with a list of rows that grows and shrinks without JavaScript, and a memory of what was seen."""

    rows_name = ""
    seen_at = HiddenField()
    """When the session was last changed, as it was shown."""

    @property
    def rows(self) -> "FieldList[Any]":
        found: FieldList[Any] = self[self.rows_name]
        return found

    def with_rows(self: AnyForm, rows: list[Any]) -> AnyForm:
        """Return the same form, everything typed kept, with these rows."""
        data = {name: value for name, value in self.data.items() if name not in {"csrf_token", self.rows_name}}
        return type(self)(formdata=None, data={**data, self.rows_name: rows[:MOST_ROWS]})


class SessionForm(RowsForm):
    rows_name = "speakers"
    title_en = LineField(_l("Title in English"))
    title_fr = LineField(_l("Title in French"))
    description_en = ProseField(
        _l("Description in English"), description=_l("Markdown: **bold**, [link](https://…), lists.")
    )
    description_fr = ProseField(_l("Description in French"))
    speakers = FieldList(FormField(SpeakerRow), max_entries=MOST_ROWS)
    known_speaker = SelectField(_l("Somebody who spoke before"), [Optional()], validate_choice=False)
    join_url = join_field()
    capacity = capacity_field()

    def offer(self, countries: list[tuple[str, str]], people: list[tuple[str, str]]) -> None:
        """Fill the lists to choose from."""
        self.known_speaker.choices = options([("", "—"), *people])
        for row in self.speakers:
            row.form.country.choices = options([("", "—"), *countries])

    @property
    def details(self) -> SessionDetails:
        return SessionDetails(
            title_en=self.title_en.data or "",
            title_fr=self.title_fr.data or "",
            description_en=self.description_en.data or "",
            description_fr=self.description_fr.data or "",
            join_url=self.join_url.data or None,
            capacity=self.capacity.data,
            speakers=tuple(_speaker(row) for row in self.speakers.data if row["name"]),
        )


class AftermathForm(RowsForm):
    rows_name = "resources"
    summary_en = ProseField(_l("Summary in English"), description=_l("Markdown: **bold**, [link](https://…), lists."))
    summary_fr = ProseField(_l("Summary in French"))
    recording_url = LineField(_l("Address of the recording"), [https_only])
    resources = FieldList(FormField(ResourceRow), max_entries=MOST_ROWS)

    @property
    def aftermath(self) -> Aftermath:
        return Aftermath(
            summary_en=self.summary_en.data or "",
            summary_fr=self.summary_fr.data or "",
            recording_url=self.recording_url.data or None,
            resources=tuple(ResourceDetails(row["label"], row["url"]) for row in self.resources.data if row["url"]),
        )


def session_values(session: Session) -> dict[str, Any]:
    """Return what is stored of a session, as the fields of its form."""
    details = details_of(session)
    rows = [vars(speaker) for speaker in details.speakers]
    return {**vars(details), "speakers": rows or [{}], "seen_at": session.updated_at.isoformat()}


def aftermath_values(session: Session) -> dict[str, Any]:
    """Return what remains of a session, as the fields of its form."""
    after = aftermath_of(session)
    rows = [vars(resource) for resource in after.resources]
    return {**vars(after), "resources": rows or [{}], "seen_at": session.updated_at.isoformat()}


def _speaker(row: dict[str, Any]) -> SpeakerDetails:
    return SpeakerDetails(
        name=row["name"],
        role=row["role"] or None,
        affiliation=row["affiliation"] or None,
        country=row["country"] or None,
        part=SpeakerPart(row["part"]),
    )
