"""Skeletons and calendars that were compiled before; the least used are given up first."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from functools import cached_property
from threading import Lock
from typing import Generic, TypeVar

from flask import current_app

from registrar.mail import signing
from registrar.mail.freezing import CannotFreeze, Keys
from registrar.mail.kinds import CalendarPart, Draft
from registrar.mail.message import Calendar, CalendarMethod, Frame, Mailbox
from registrar.mail.signing import Signer
from registrar.mail.skeleton import SealedCalendar, Skeleton
from registrar.mail.slots import is_plain
from registrar.mail.wording import shared_words
from registrar.settings import Settings

EXTENSION = "registrar.mail.shelf"
MOST = 512
"""A session whose readers live in a hundred zones has two hundred skeletons in two languages, each about 15 kB."""

Kept = TypeVar("Kept")


class Recent(Generic[Kept]):
    """What was asked for most recently; threads that ask for the same thing at once may both make it."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made


class Shelf:
    """What one application has compiled, with its settings."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.sender = Mailbox.parse(settings.mail_sender)
        self.reply_to = Mailbox.parse(settings.mail_reply_to) if settings.mail_reply_to else None
        self._skeletons: Recent[Skeleton | None] = Recent()
        self._calendars: Recent[SealedCalendar] = Recent()

    @cached_property
    def signer(self) -> Signer | None:
        """What signs the mails, if anything; a key that cannot be used raises `SettingsError`."""
        return signing.signer(self.settings, self.sender.address)

    def skeleton(self, draft: Draft, own: Mapping[str, str], keys: Keys) -> Skeleton | None:
        """Return what letters like this one share, or None where this letter must be written for itself.

        That is where its values may change behind our back, where a template does more than print what is personal,
        and where a personal value would not read the same wherever it stands.
        """
        environment = current_app.jinja_env
        if environment.auto_reload or not all(map(is_plain, own.values())):
            return None
        try:
            values = keys.of(draft.values)
        except CannotFreeze:
            return None
        shown = tuple([(name, value != "") for name, value in own.items()])
        key = (draft.template, draft.locale, draft.timezone, draft.list_name, shown, values, environment.loader)
        return self._skeletons.get(key, lambda: self._compiled(draft, own))

    def calendar(self, part: CalendarPart, own: Mapping[str, str]) -> SealedCalendar:
        """Return a calendar as parts of a mail."""
        key = (part.method, part.content, tuple(own))
        method = CalendarMethod(part.method)
        return self._calendars.get(key, lambda: SealedCalendar(Calendar(method, part.content), own))

    def frame(self, draft: Draft) -> Frame:
        """Return what the heads of letters like this one share."""
        list_id = f"{draft.list_name}.{self.settings.mail_domain}" if draft.list_name else None
        return Frame(self.sender, self.reply_to, list_id, self.sender.address if draft.unsubscribe_url else None)

    def _compiled(self, draft: Draft, own: Mapping[str, str]) -> Skeleton | None:
        words = shared_words(draft, self.settings)
        return Skeleton(words, self.frame(draft), own) if words else None


def shelf() -> Shelf:
    """Return the shelf of the application; other settings begin a new one."""
    settings: Settings = current_app.extensions["registrar.settings"]
    found: Shelf | None = current_app.extensions.get(EXTENSION)
    if found is None or found.settings is not settings:
        found = current_app.extensions[EXTENSION] = Shelf(settings)
    return found
