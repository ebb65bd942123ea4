"""The checker: everything that is wrong in a world, by the invariants of the product; a pure function."""

from collections import Counter

from registrar.mail.rules import MailState
from tests.faults import bulk_checks, mail_checks, people_checks
from tests.faults.findings import Evidence, Fault, Violation
from tests.faults.world import Act, Answer, World

__all__ = ["Fault", "Violation", "figures", "mail_violations", "violations"]

DELIVERY = (
    mail_checks.ledger,
    mail_checks.deliveries,
    bulk_checks.claims,
    bulk_checks.bans,
    bulk_checks.rates,
    bulk_checks.greylisting,
)
"""What must hold of mail, whoever asked for it."""
CHECKS = (
    people_checks.answers,
    people_checks.lost_sign_ups,
    people_checks.lost_confirmations,
    people_checks.missing_seats,
    people_checks.lost_changes,
    people_checks.doubles,
    people_checks.capacities,
    people_checks.queues,
    people_checks.offers_in_order,
    mail_checks.missing_mails,
    *DELIVERY,
    mail_checks.audit,
)


def violations(world: World) -> list[Violation]:
    """Return everything that must not be."""
    evidence = Evidence(world)
    return [violation for check in CHECKS for violation in check(evidence)]


def mail_violations(world: World) -> list[Violation]:
    """Return what must not be in the ledger, given the mail server's journal."""
    evidence = Evidence(world)
    return [violation for check in DELIVERY for violation in check(evidence)]


def figures(world: World) -> dict[str, int]:
    """Count what happened, doubtful mails included: they are told, not hidden."""
    evidence = Evidence(world)
    answers = Counter((each.act, each.answer) for each in world.told)
    doubtful = [mail for mail in world.mails if mail_checks.doubtful_attempts(evidence, mail)]
    return {
        **{f"acknowledged {act.name.lower()}": answers[act, Answer.YES] for act in Act},
        "refused": sum(answers[act, Answer.NO] for act in Act),
        "unanswered": sum(answers[act, Answer.NONE] for act in Act),
        "registrations": len(world.registrations),
        "seats": len(world.seats),
        "mails": len(world.mails),
        "mails sent": sum(each.state is MailState.SENT for each in world.mails),
        "mails accepted": len(world.accepted),
        "mails once in doubt": len(doubtful),
        "mails still in doubt": sum(each.state is MailState.IN_DOUBT for each in world.mails),
        "mails delivered twice": len(world.accepted) - len({each.message_id for each in world.accepted}),
        "audit entries": len(world.audit),
    }
