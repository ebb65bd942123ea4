"""The form of a criterion, with its levels."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FloatField, Form, FormField, IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from registrar.reviews.models import Criterion
from registrar.reviews.rubrics import FEWEST_LEVELS, CriterionDetails, Level, level_of
from registrar.web.forms import BaseForm, LineField, ProseField

MOST_LEVELS = 10
USUAL_LEVELS = 5


class LevelForm(Form):
    """A level; one without a value and without a title is left out."""

    value = IntegerField(_l("Value"), [Optional(), NumberRange(min=0, max=100)])
    title_en = LineField(_l("Title in English"), [Optional()])
    title_fr = LineField(_l("Title in French"), [Optional()])
    text_en = LineField(_l("Description in English"), [Optional()])
    text_fr = LineField(_l("Description in French"), [Optional()])

    @property
    def level(self) -> Level | None:
        if self.value.data is None and not self.title_en.data:
            return None
        typed = (each.data or "" for each in (self.title_en, self.title_fr, self.text_en, self.text_fr))
        return Level(self.value.data if self.value.data is not None else -1, *typed)


class CriterionForm(BaseForm):
    """A criterion of a rubric."""

    title_en = LineField(_l("Title in English"), [InputRequired(_l("Give the criterion a title."))])
    title_fr = LineField(_l("Title in French"), [Optional()])
    help_en = ProseField(_l("What to look at, in English"), [Optional()])
    help_fr = ProseField(_l("What to look at, in French"), [Optional()])
    weight = FloatField(
        _l("Weight"),
        [InputRequired(_l("Give a weight above 0.")), NumberRange(min=0.01, max=100)],
        default=1.0,
        description=_l("Twice the weight counts twice in the total."),
    )
    required = BooleanField(
        _l("Counts for the total, and has to be scored"),
        default=True,
        description=_l("Without it a score is welcome and stands beside the total."),
    )
    levels = FieldList(FormField(LevelForm), max_entries=MOST_LEVELS)

    def begin(self) -> None:
        """Offer the usual five levels, to be described."""
        for value in range(1, USUAL_LEVELS + 1):
            self.levels.append_entry({"value": value})

    def show(self, criterion: Criterion, *, free: int) -> None:
        """Fill the form with what is stored, and so many free rows."""
        for name in ("title_en", "title_fr", "help_en", "help_fr", "weight", "required"):
            self[name].data = getattr(criterion, name)
        rows: list[dict[str, Any]] = [vars(level_of(each)) for each in criterion.levels]
        for row in [*rows, *[{}] * min(free, MOST_LEVELS - len(rows))]:
            self.levels.append_entry(row)

    @property
    def details(self) -> CriterionDetails | None:
        """Return what was typed; None, with the reason at its field, if the levels do not make a scale."""
        found = [level for row in self.levels if (level := row.form.level)]
        if problem := _problem(found):
            self.form_errors = [problem]
            return None
        return CriterionDetails(
            self.title_en.data or "", self.title_fr.data or "", self.help_en.data or "", self.help_fr.data or "",
            self.weight.data or 1.0, self.required.data, tuple(found),
        )  # fmt: skip


def _problem(levels: list[Level]) -> str:
    """Say why these levels are no scale."""
    if len(levels) < FEWEST_LEVELS:
        return str(_("Describe at least two levels."))
    if any(each.value < 0 or not each.title_en for each in levels):
        return str(_("Give each level a value and a title in English."))
    if len({each.value for each in levels}) < len(levels):
        return str(_("Give each level a value of its own."))
    return ""
