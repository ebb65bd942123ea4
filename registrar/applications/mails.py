"""The mails about applications."""

from collections.abc import Mapping

from registrar.mail.kinds import Composer

KINDS: Mapping[str, Composer] = {}
