"""Forms of the builder: a new form, a section, a question with its options and conditions."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, ValidationError
from wtforms.validators import DataRequired, NumberRange, Optional

from registrar.calls.builder import words
from registrar.calls.builder.importing import MOST_OCTETS
from registrar.calls.definition import Question, Section, Words
from registrar.calls.form_checks import CHOICES, LIMITED, MOST_WORDS, WORDED
from registrar.calls.form_queries import Line
from registrar.calls.rules import Audience, QuestionType
from registrar.web.forms import BaseForm, LineField, ProseField

LARGEST = 1_000_000_000
REQUIRED = {"yes": _l("Required"), "no": _l("Optional")}


class NameForm(BaseForm):
    """What a form is called."""

    name = LineField(
        _l("Name of the form"), [DataRequired(_l("Give the form a name."))],
        description=_l("Applicants never see it."),
    )  # fmt: skip


class NewForm(NameForm):
    """A new form, and what it begins with."""

    source = SelectField(_l("Begin with"), validators=[Optional()])
    file = FileField(
        _l("Or from a file"),
        description=_l("A form that was downloaded here, as JSON. It goes before the choice above."),
    )

    def offer(self, lines: Iterable[Line]) -> None:
        """Fill the select with the drafts and versions there are."""
        choices = [("", _("An empty form"))]
        for line in lines:
            name = line.form.name
            choices.append((f"draft:{line.form.id}", _("%(form)s, draft", form=name)))
            choices += [
                (f"version:{each.id}", _("%(form)s, version %(number)s", form=name, number=each.number))
                for each in reversed(line.form.versions)
            ]
        self.source.choices = choices

    @property
    def content(self) -> bytes:
        """What the file holds, cut where it is too large."""
        return self.file.data.read(MOST_OCTETS + 1) if self.file.data else b""


class SectionForm(BaseForm):
    """The words of a section."""

    title_en = LineField(_l("Title"))
    title_fr = LineField(_l("Title"))
    help_en = ProseField(_l("Help text"))
    help_fr = ProseField(_l("Help text"))
    seen = HiddenField()

    @property
    def section(self) -> Section:
        return Section("", _words(self.title_en, self.title_fr), _words(self.help_en, self.help_fr))

    def validate_title_en(self, field: LineField) -> None:
        _refuse_silence(field, self.title_fr, _("Write the title in at least one language."))


class QuestionForm(BaseForm):
    """A question; its options and conditions are rows of their own (see `rows`)."""

    label_en = LineField(_l("Question"))
    label_fr = LineField(_l("Question"))
    help_en = ProseField(_l("Help text"))
    help_fr = ProseField(_l("Help text"))
    required = RadioField(_l("Answer"), choices=[], default="yes")
    words = IntegerField(
        _l("At most so many words"), [Optional(), NumberRange(1, MOST_WORDS, _l("Enter a number from 1 to 10,000."))]
    )
    least = IntegerField(_l("At least"), [Optional(), NumberRange(-LARGEST, LARGEST, _l("Enter a smaller number."))])
    most = IntegerField(_l("At most"), [Optional(), NumberRange(-LARGEST, LARGEST, _l("Enter a smaller number."))])
    audience = RadioField(_l("Who sees the answer"), choices=[], default=Audience.REVIEWERS.value)
    identifying = BooleanField(
        _l("The answer tells who applies"), description=_l("It is hidden while the review is blind.")
    )
    seen = HiddenField()

    def __init__(self, kind: QuestionType, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.required.choices = [(value, str(label)) for value, label in REQUIRED.items()]
        self.audience.choices = [(each.value, str(label)) for each, label in words.AUDIENCES.items()]
        if kind not in WORDED:
            del self.words
        if kind not in LIMITED:
            del self.least
            del self.most

    def validate_label_en(self, field: LineField) -> None:
        _refuse_silence(field, self.label_fr, _("Write the question in at least one language."))

    def validate_most(self, field: IntegerField) -> None:
        least = self.least.data
        if field.data is not None and least is not None and field.data < least:
            raise ValidationError(_("This is less than the least."))

    @property
    def has_choices(self) -> bool:
        return self.kind in CHOICES

    @property
    def question(self) -> Question:
        """What was typed, without rows and without a key."""
        audience = self.audience.data if self.audience.data in list(Audience) else Audience.REVIEWERS
        return Question(
            "", self.kind, _words(self.label_en, self.label_fr), _words(self.help_en, self.help_fr),
            required=self.required.data != "no", audience=Audience(audience), identifying=self.identifying.data,
            words=self._number("words"), least=self._number("least"), most=self._number("most"),
        )  # fmt: skip

    def _number(self, name: str) -> int | None:
        field = self._fields.get(name)
        return field.data if field is not None and isinstance(field.data, int) else None


def shown(question: Question) -> dict[str, Any]:
    """Return a question as the values of its form's fields."""
    return {
        "label_en": question.label.en, "label_fr": question.label.fr,
        "help_en": question.help.en, "help_fr": question.help.fr,
        "required": "yes" if question.required else "no", "audience": question.audience.value,
        "identifying": question.identifying,
        "words": question.words, "least": question.least, "most": question.most,
    }  # fmt: skip


def _words(english: LineField | ProseField, french: LineField | ProseField) -> Words:
    return Words(english.data or "", french.data or "")


def _refuse_silence(field: LineField, other: LineField, message: str) -> None:
    if not field.data and not other.data:
        raise ValidationError(message)
