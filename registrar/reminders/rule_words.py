"""Reminder rules in words: how long before or after what, or at which hour of which day, and for whom."""

from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from registrar.reminders.models import ReminderRule
from registrar.reminders.rules import Anchor, Audience

DAY = timedelta(days=1)


def rule_name(rule: ReminderRule) -> str:
    """Name a reminder rule: `24 hours before`, `The day before at 17:00 (waiting list)`."""
    when = _by_the_wall(rule) if rule.at_local else _elapsed(rule)
    audience = _audience(rule)
    return f"{when} ({audience})" if audience else when


def _audience(rule: ReminderRule) -> str:
    """Name those it is for, where that does not go without saying."""
    if rule.audience is Audience.WAITING:
        return str(_("waiting list"))
    if rule.audience is Audience.SETTLED:
        return str(_("confirmed for a day or longer"))
    return str(_("who missed it")) if rule.audience is Audience.MISSED and rule.anchor is Anchor.END else ""


def _elapsed(rule: ReminderRule) -> str:
    minutes = int(rule.lead.total_seconds() // 60)
    if rule.anchor is Anchor.START:
        return _before(minutes)
    if rule.anchor is Anchor.END:
        return str(_("%(time)s after the end", time=duration(minutes)) if minutes else _("When it ends"))
    if not minutes:
        return str(_("After the recording is published"))
    return str(_("%(time)s after the recording is published", time=duration(minutes)))


def _before(minutes: int) -> str:
    if minutes % (24 * 60) == 0 and minutes > 24 * 60:
        return str(ngettext("%(num)s day before", "%(num)s days before", minutes // (24 * 60)))
    if minutes % 60 == 0:
        return str(ngettext("%(num)s hour before", "%(num)s hours before", minutes // 60))
    return str(ngettext("%(num)s minute before", "%(num)s minutes before", minutes))


def duration(minutes: int) -> str:
    """Say a time in its largest whole unit."""
    if minutes % (24 * 60) == 0:
        return str(ngettext("%(num)s day", "%(num)s days", minutes // (24 * 60)))
    if minutes % 60 == 0:
        return str(ngettext("%(num)s hour", "%(num)s hours", minutes // 60))
    return str(ngettext("%(num)s minute", "%(num)s minutes", minutes))


def _by_the_wall(rule: ReminderRule) -> str:
    days, clock = rule.lead // DAY, f"{rule.at_local:%H:%M}"
    if rule.anchor is Anchor.START:
        return _wall_before(days, clock)
    if rule.anchor is Anchor.END:
        return _wall_after(days, clock)
    if days == 0:
        return str(_("On the day of publication at %(time)s", time=clock))
    return str(
        ngettext(
            "%(num)s day after publication at %(time)s", "%(num)s days after publication at %(time)s", days, time=clock
        )
    )


def _wall_before(days: int, clock: str) -> str:
    if days == 0:
        return str(_("On the day at %(time)s", time=clock))
    if days == 1:
        return str(_("The day before at %(time)s", time=clock))
    return str(_("%(days)s days before at %(time)s", days=days, time=clock))


def _wall_after(days: int, clock: str) -> str:
    if days == 0:
        return str(_("After the end, the same day at %(time)s", time=clock))
    if days == 1:
        return str(_("The day after at %(time)s", time=clock))
    return str(_("%(days)s days after at %(time)s", days=days, time=clock))


def audience_name(audience: Audience) -> str:
    """Name those whom a rule is for."""
    return str(AUDIENCES[audience])


AUDIENCES = {
    Audience.CONFIRMED: _l("Everybody with a seat"),
    Audience.SETTLED: _l("Who has had a seat for a day or longer"),
    Audience.MISSED: _l("Who had a seat and did not come"),
    Audience.WAITING: _l("Who is on the waiting list"),
}
ANCHORS = {
    Anchor.START: _l("before the start"),
    Anchor.END: _l("after the end"),
    Anchor.PUBLISHED: _l("after the recording is published"),
}
