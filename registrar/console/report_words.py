"""The console's words for what came back and for addresses that get no mail."""

from flask_babel import lazy_gettext as _l

from registrar.mail.rules import ReportMethod, ReportState, ReportVerdict, SuppressionReason

VERDICTS = {
    ReportVerdict.HARD: _l("No such mailbox"),
    ReportVerdict.SOFT: _l("Not taken"),
    ReportVerdict.DELAYED: _l("Still being tried"),
    ReportVerdict.COMPLAINT: _l("Reported as unwanted"),
    ReportVerdict.AUTO_REPLY: _l("Automatic answer"),
    ReportVerdict.UNKNOWN: _l("Not understood"),
}
STYLES = {ReportVerdict.HARD: "failed", ReportVerdict.COMPLAINT: "failed", ReportVerdict.SOFT: "deferred"}
"""Which tag a verdict looks like."""

METHODS = {
    ReportMethod.DSN: _l("from a delivery report"),
    ReportMethod.ARF: _l("from a complaint"),
    ReportMethod.PATTERN: _l("from a known wording"),
    ReportMethod.TEXT: _l("from a code in the text"),
    ReportMethod.NONE: _l("from its header"),
}

REPORT_STATES = {
    ReportState.APPLIED: _l("Dealt with by itself"),
    ReportState.WAITING: _l("Waits for you"),
    ReportState.SETTLED: _l("Settled by a person"),
}

SOURCES = {"pipe": _l("by pipe"), "maildir": _l("from the Maildir"), "imap": _l("from the mailbox")}

SUPPRESSIONS = {
    SuppressionReason.BOUNCE: _l("There is no such mailbox."),
    SuppressionReason.SOFT_BOUNCES: _l("Mail came back again and again for a week or longer."),
    SuppressionReason.COMPLAINT: _l("A mail was reported as unwanted."),
    SuppressionReason.NOT_ME: _l(
        "Its owner said “not me”: only confirmation mails stop, and only they can allow them."
    ),
    SuppressionReason.BY_HAND: _l("Somebody of the team stopped it."),
}
