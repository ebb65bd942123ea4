"""The letter editor's form."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import InputRequired

from registrar.letters.rules import Words
from registrar.web.forms import BaseForm, LineField, ProseField


class LetterForm(BaseForm):
    """Words in both languages; `seen` is the number of the version that they began with."""

    name = LineField(
        _l("Name of the letter"),
        [InputRequired(_l("Give the letter a name."))],
        description=_l("Readers never see it."),
    )
    subject_en = LineField(_l("Subject"))
    body_en = ProseField(_l("Text"))
    subject_fr = LineField(_l("Subject"))
    body_fr = ProseField(_l("Text"))
    seen = HiddenField(default="0")

    @property
    def words(self) -> Words:
        return Words(
            self.subject_en.data or "", self.subject_fr.data or "", self.body_en.data or "", self.body_fr.data or ""
        )

    @property
    def seen_number(self) -> int:
        text = self.seen.data or ""
        return int(text) if text.isdecimal() and len(text) < 9 else 0
