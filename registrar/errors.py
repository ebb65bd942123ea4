"""Errors whose message a participant may read, and the marker that makes such messages translatable."""


def N_(message: str) -> str:  # noqa: N802 - the field's name for "translate later" (gettext)
    """Mark a message for translation and return it unchanged."""
    return message


class Refusal(Exception):  # noqa: N818 - it is a refusal with a reason, not a fault of the program
    """Something that cannot be done, with a message for the person who asked; `values` fill its placeholders."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return self.message % self.values if self.values else self.message


class IllegalTransition(Refusal):
    """A state that cannot follow the current one."""


class Conflict(Refusal):
    """Somebody else was faster: the thing is no longer as it was shown."""


class Busy(Refusal):
    """The database could not be written in time; the same request may be sent again."""
