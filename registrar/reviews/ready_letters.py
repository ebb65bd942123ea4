"""The three letters that a call begins with, written warmly in both languages, and which letter tells which verdict."""

from datetime import datetime

from sqlalchemy import select

from registrar.applications.rules import Verdict
from registrar.audit import operations as audit
from registrar.calls.freezing import refuse_if_frozen
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.errors import N_, Refusal
from registrar.letters import operations as letters
from registrar.letters.models import LetterTemplate
from registrar.letters.rules import LetterUse, Words
from registrar.reviews.decision_models import CallLetter

READY: dict[Verdict, tuple[str, Words]] = {
    Verdict.ACCEPT: (
        "Accepted",
        Words(
            "{{ institution }} is invited to {{ programme }}",
            "{{ institution }} est invité à rejoindre {{ programme }}",
            "Dear {{ name }},\n\n"
            "we have wonderful news: {{ institution }} is invited to take part in {{ call }}. Thank you for the care "
            "that you and your team put into the application {{ reference }}. It was a pleasure to read.\n\n"
            "**Please accept your place before {{ offer_until }}.** It takes one click, and anybody of your team who "
            "writes in the application can do it:\n\n"
            "[Accept the place]({{ application_link }})\n\n"
            "If you cannot take part after all, please decline there. Another institution is waiting and will be glad "
            "to hear from us.\n\n"
            "We look forward to working with you.",
            "Bonjour {{ name }},\n\n"
            "nous avons une très bonne nouvelle : {{ institution }} est invité à participer à {{ call }}. Merci pour "
            "le soin que vous et votre équipe avez mis dans la candidature {{ reference }}. Nous l'avons lue avec "
            "plaisir.\n\n"
            "**Merci d'accepter votre place avant le {{ offer_until }}.** Un clic suffit, et toute personne de votre "
            "équipe qui écrit dans la candidature peut le faire :\n\n"
            "[Accepter la place]({{ application_link }})\n\n"
            "Si vous ne pouvez finalement pas participer, déclinez-la au même endroit. Une autre institution attend et "
            "sera heureuse d'avoir de nos nouvelles.\n\n"
            "Nous nous réjouissons de travailler avec vous.",
        ),
    ),
    Verdict.WAITLIST: (
        "Waiting list",
        Words(
            "{{ institution }} is on the waiting list of {{ programme }}",
            "{{ institution }} est sur la liste d'attente de {{ programme }}",
            "Dear {{ name }},\n\n"
            "thank you for applying to {{ call }}. The reviewers were impressed by the application of "
            "{{ institution }} ({{ reference }}). There were more good applications than places, and yours is on "
            "the waiting list.\n\n"
            "If a place becomes free, we offer it in the order of the list and write to you at once. You do not need "
            "to do anything. Here you always see how things stand:\n\n"
            "[See your application]({{ application_link }})\n\n"
            "If your plans change, you can leave the list there. Whatever happens, we would like to stay in touch.",
            "Bonjour {{ name }},\n\n"
            "merci d'avoir répondu à l'appel {{ call }}. La candidature de {{ institution }} ({{ reference }}) a "
            "beaucoup plu. Il y avait plus de bonnes candidatures que de places, et la vôtre est sur la liste "
            "d'attente.\n\n"
            "Si une place se libère, nous la proposons dans l'ordre de la liste et vous écrivons aussitôt. Vous n'avez "
            "rien à faire. Vous voyez ici à tout moment où en sont les choses :\n\n"
            "[Voir votre candidature]({{ application_link }})\n\n"
            "Si vos projets changent, vous pouvez y quitter la liste. Quoi qu'il arrive, nous aimerions rester en "
            "contact.",
        ),
    ),
    Verdict.DECLINE: (
        "Not chosen this time",
        Words(
            "Your application to {{ programme }}",
            "Votre candidature à {{ programme }}",
            "Dear {{ name }},\n\n"
            "thank you for applying to {{ call }} with {{ institution }}. We know how much time an application takes, "
            "and several people have read yours ({{ reference }}) with attention.\n\n"
            "There were many more good applications than places, and we are sorry that we cannot offer you one this "
            "time. This says nothing against your project, and you are welcome to apply again: your answers are kept, "
            "and you can start from them.\n\n"
            "[See your application]({{ application_link }})\n\n"
            "We hope to meet you at another of our programmes.",
            "Bonjour {{ name }},\n\n"
            "merci d'avoir répondu à l'appel {{ call }} avec {{ institution }}. Nous savons le temps que demande une "
            "candidature, et plusieurs personnes ont lu la vôtre ({{ reference }}) avec attention.\n\n"
            "Il y avait bien plus de bonnes candidatures que de places, et nous regrettons de ne pas pouvoir vous en "
            "proposer une cette fois-ci. Cela ne dit rien contre votre projet, et vous pourrez candidater à nouveau : "
            "vos réponses sont gardées, et vous pourrez en repartir.\n\n"
            "[Voir votre candidature]({{ application_link }})\n\n"
            "Nous espérons vous retrouver dans un autre de nos programmes.",
        ),
    ),
}


def make_ready(db: DbSession, call: Call, *, by: str, now: datetime) -> int:
    """Write the ready letter for each verdict that has none; return how many that were."""
    refuse_if_frozen(call)
    missing = [verdict for verdict in READY if verdict not in chosen(db, call)]
    for verdict in missing:
        name, words = READY[verdict]
        free = letters.free_name(db, f"{call.title('en') or call.slug}: {name}")
        template = letters.create(db, free, LetterUse.DECISION, words, by=by, now=now)
        choose(db, call, verdict, template, by=by, now=now)
    return len(missing)


def choose(db: DbSession, call: Call, verdict: Verdict, template: LetterTemplate, *, by: str, now: datetime) -> None:
    """Let a letter tell a verdict of a call."""
    refuse_if_frozen(call)
    if template.use is not LetterUse.DECISION or template.archived_at is not None:
        raise Refusal(N_("Choose one of the letters for decisions."))
    found = chosen(db, call).get(verdict)
    if found is None:
        found = CallLetter(call_id=call.id, verdict=verdict, template_id=template.id)
        db.add(found)
    found.template_id = template.id
    db.flush()
    audit.record(db, by, "call.letter", call, now=now, verdict=verdict, letter=template.id)


def chosen(db: DbSession, call: Call) -> dict[Verdict, CallLetter]:
    """Return the letter of each verdict that has one."""
    return {each.verdict: each for each in db.scalars(select(CallLetter).where(CallLetter.call_id == call.id))}
