"""The forms of a reviewer: what they read and take on, who is invited, and what binds them to institutions."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, IntegerField, SelectField, SelectMultipleField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from registrar.accounts.forms import LOCALE_CHOICES
from registrar.accounts.models import Staff
from registrar.errors import Refusal
from registrar.people.rules import tag_of
from registrar.reviews.models import Reviewer
from registrar.reviews.reviewers import Newcomer, ReviewerDetails
from registrar.reviews.rules import Tie
from registrar.web.failures import tell
from registrar.web.forms import AddressField, BaseForm, LineField

USUAL_LOAD = 15
TIES = {
    Tie.WORKS_AT: _l("Works there"),
    Tie.WORKED_AT: _l("Worked there"),
    Tie.MENTORED: _l("Mentored it"),
    Tie.COHORT: _l("Was in a cohort with it"),
}


def _subjects(form: BaseForm, field: Field) -> None:
    """Keep the subjects as tags are written, so that they meet the tags of applications."""
    try:
        field.data = ", ".join(dict.fromkeys(tag_of(each) for each in (field.data or "").split(",") if each.strip()))
    except Refusal as refusal:
        raise ValidationError(tell(refusal)) from refusal


class ReviewerForm(BaseForm):
    """What a reviewer reads, knows and takes on."""

    languages = SelectMultipleField(
        _l("Reads applications in"),
        [Optional()],
        choices=LOCALE_CHOICES,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("None ticked: in any language."),
    )
    subjects = LineField(
        _l("Knows most about"),
        [Optional(), _subjects],
        description=_l("Separated by commas, in the words of the tags on applications: “collections, climate”."),
    )
    load = IntegerField(
        _l("Most reviews"), [InputRequired(_l("Say how many.")), NumberRange(min=0, max=500)], default=USUAL_LOAD
    )

    def show(self, reviewer: Reviewer) -> None:
        """Fill the form with what is stored."""
        self.languages.data, self.load.data = list(reviewer.languages), reviewer.load
        self.subjects.data = ", ".join(reviewer.subjects)

    @property
    def details(self) -> ReviewerDetails:
        subjects = tuple(each.strip() for each in (self.subjects.data or "").split(",") if each.strip())
        return ReviewerDetails(tuple(self.languages.data or ()), subjects, self.load.data or 0)


class InviteReviewerForm(ReviewerForm):
    """Invite one of the team, or somebody new by their address."""

    member = SelectField(_l("One of the team"), coerce=int, default=0)
    name = LineField(_l("Or somebody new: name"), [Optional()])
    email = AddressField(_l("E-mail address"), [Optional()])
    locale = SelectField(_l("Language of their mails"), choices=LOCALE_CHOICES)

    def offer(self, staff: Iterable[Staff]) -> None:
        """Fill the select with those who do not review the call yet."""
        there = [SelectChoice(each.id, f"{each.name} ({each.email})") for each in staff]
        self.member.choices = [SelectChoice(0, _("Somebody new")), *there]

    def validate(self, extra_validators: object = None) -> bool:
        """Ask for a name and an address where nobody of the team is chosen."""
        fine = super().validate()
        if self.member.data:
            return bool(fine)
        for field, message in ((self.name, _("Enter a name.")), (self.email, _("Enter an e-mail address."))):
            if not field.data and not field.errors:
                field.errors = [message]
                fine = False
        return bool(fine)

    def newcomer(self, timezone: str) -> Newcomer:
        return Newcomer(self.name.data or "", self.email.data or "", self.email.key, self.locale.data, timezone)


class TieForm(BaseForm):
    """What binds a reviewer to an institution."""

    institution = LineField(_l("Institution"), [InputRequired(_l("Write the name of the institution."))])
    tie = SelectField(_l("What binds them"), choices=[SelectChoice(each.value, name) for each, name in TIES.items()])
