"""The base of every form and its text fields: CSRF, tidy text, no invisible tricks."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from unicodedata import category, normalize

from email_validator import EmailNotValidError, ValidatedEmail, validate_email
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, StringField, TextAreaField, ValidationError
from wtforms.form import BaseForm as AnyForm
from wtforms.i18n import get_translations
from wtforms.validators import Length

from registrar.web.locale import current_locale

LINE_LENGTH = 200
PROSE_LENGTH = 20_000
_FORBIDDEN = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})
_DIRECTION_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def tidy(value: Any) -> Any:
    """Trim text, use one kind of line end and composed characters (NFC); leave everything else as it is."""
    return normalize("NFC", value.strip().replace("\r\n", "\n")) if isinstance(value, str) else value


def invisible(text: str, allowed: str = "") -> bool:
    """Tell whether text holds control characters or direction overrides other than those allowed."""
    return any((category(c) in _FORBIDDEN or c in _DIRECTION_OVERRIDES) and c not in allowed for c in text)


@cache
def _own_words_of_wtforms(language: str) -> Any:
    """Read WTForms' own messages once per language; Flask-WTF would read the file in each request."""
    return get_translations([language])


class BaseForm(FlaskForm):
    """A form with CSRF protection."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: AnyForm) -> Any:
            return _own_words_of_wtforms(current_locale())

    @property
    def first_error(self) -> str:
        """The first message of the form, for places that have room for one."""
        return next((str(message) for messages in self.errors.values() for message in messages), "")


class LineField(StringField):
    """One line of text of at most 200 characters."""

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, [*validators, _at_most(LINE_LENGTH)], filters=[tidy], **kwargs)

    def pre_validate(self, form: AnyForm) -> None:
        if invisible(self.data or ""):
            raise ValidationError(_l("Remove line breaks and invisible characters."))


class ProseField(TextAreaField):
    """Text of several lines, at most 20,000 characters; Markdown where the page says so."""

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, [*validators, _at_most(PROSE_LENGTH)], filters=[tidy], **kwargs)

    def pre_validate(self, form: AnyForm) -> None:
        if invisible(self.data or "", allowed="\n\t"):
            raise ValidationError(_l("Remove invisible control characters."))


class AddressField(EmailField):
    """An e-mail address; after validation `key` tells whether two are the same."""

    data: str | None
    key: str = ""

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, list(validators), filters=[tidy], **kwargs)

    def post_validate(self, form: AnyForm, validation_stopped: bool) -> None:
        if validation_stopped or not self.data:
            return
        try:
            valid = check_address(self.data)
        except EmailNotValidError as error:
            message = _l("Enter an e-mail address like name@example.org.")
            raise ValidationError(message) from error
        self.data, self.key = valid.normalized, address_key(valid)


def check_address(address: str) -> ValidatedEmail:
    """Return the parsed address, or raise `EmailNotValidError`; syntax only, no look-up."""
    return validate_email(address, check_deliverability=False, test_environment=True)


def address_key(valid: ValidatedEmail) -> str:
    """Return the form of an address in which two spellings of the same mailbox are equal."""
    return f"{valid.local_part}@{valid.ascii_domain or valid.domain}".casefold()


def _at_most(length: int) -> Length:
    return Length(max=length, message=_l("Use at most %(max)d characters."))
