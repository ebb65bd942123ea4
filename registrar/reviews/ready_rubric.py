"""A rubric to begin with: five criteria for museums' applications, their five levels described in both languages."""

from registrar.reviews.rubrics import CriterionDetails, Level

TITLES = (("Missing", "Absent"), ("Weak", "Faible"), ("Sound", "Solide"), ("Strong", "Fort"),
          ("Outstanding", "Remarquable"))  # fmt: skip


def _criterion(
    title: tuple[str, str], help_: tuple[str, str], weight: float, *texts: tuple[str, str]
) -> CriterionDetails:
    levels = tuple(
        Level(value, *TITLES[value - 1], text_en=text[0], text_fr=text[1]) for value, text in enumerate(texts, start=1)
    )
    return CriterionDetails(*title, *help_, weight=weight, is_required=True, levels=levels)


READY = (
    _criterion(
        ("Need and relevance", "Besoin et pertinence"),
        ("Does the programme answer a question that the institution really has?",
         "Le programme répond-il à une question que l’institution se pose vraiment ?"),
        2.0,
        ("No need is described.", "Aucun besoin n’est décrit."),
        ("A general wish, without a link to the institution’s own situation.",
         "Un souhait général, sans lien avec la situation de l’institution."),
        ("A real need, of which some parts stay vague.", "Un besoin réel, dont certaines parts restent vagues."),
        ("A clear need, with facts, that the programme can answer.",
         "Un besoin clair, étayé par des faits, auquel le programme peut répondre."),
        ("A pressing need, well understood, that others share and can learn from.",
         "Un besoin pressant, bien compris, que d’autres partagent et dont ils peuvent apprendre."),
    ),
    _criterion(
        ("Idea and ambition", "Idée et ambition"),
        ("Is there an idea that goes beyond what the institution does already?",
         "Y a-t-il une idée qui va au-delà de ce que l’institution fait déjà ?"),
        2.0,
        ("No idea can be recognised.", "Aucune idée n’est reconnaissable."),
        ("What is proposed is usual practice.", "Ce qui est proposé est de pratique courante."),
        ("A fitting idea that is new to the institution.", "Une idée adaptée, nouvelle pour l’institution."),
        ("An original idea with a convincing reason.", "Une idée originale, avec une raison convaincante."),
        ("An idea that can change how museums work.", "Une idée qui peut changer la manière de travailler des musées."),
    ),
    _criterion(
        ("Team and commitment", "Équipe et engagement"),
        ("Are the right people in the team, with time and with the support of those who lead?",
         "Les bonnes personnes sont-elles dans l’équipe, avec du temps et le soutien de la direction ?"),
        1.5,
        ("It stays open who would take part.", "On ne sait pas qui participerait."),
        ("One person alone, without visible support.", "Une seule personne, sans soutien visible."),
        ("A team that can take part; its time or its support is not certain.",
         "Une équipe qui peut participer ; son temps ou son soutien n’est pas assuré."),
        ("A mixed team with time and the support of those who lead.",
         "Une équipe mixte, qui a du temps et le soutien de la direction."),
        ("A team from across the institution that can decide and carry things on.",
         "Une équipe issue de toute l’institution, qui peut décider et poursuivre."),
    ),
    _criterion(
        ("Feasibility", "Faisabilité"),
        ("Can it be done in the time and with the means there are?",
         "Est-ce réalisable dans le temps et avec les moyens disponibles ?"),
        1.0,
        ("No plan.", "Pas de plan."),
        ("A plan that the means do not suffice for.", "Un plan pour lequel les moyens ne suffisent pas."),
        ("A plan that can succeed, with risks that are not named.",
         "Un plan qui peut réussir, avec des risques qui ne sont pas nommés."),
        ("A realistic plan that names its risks.", "Un plan réaliste, qui nomme ses risques."),
        ("A realistic plan with steps, means and answers to its risks.",
         "Un plan réaliste, avec des étapes, des moyens et des réponses à ses risques."),
    ),
    _criterion(
        ("Effect and sharing", "Effet et partage"),
        ("What stays afterwards, and who else gains from it?",
         "Que reste-t-il ensuite, et qui d’autre en profite ?"),
        1.5,
        ("No effect is described.", "Aucun effet n’est décrit."),
        ("An effect that ends with the programme.", "Un effet qui s’arrête avec le programme."),
        ("An effect on the institution itself.", "Un effet sur l’institution elle-même."),
        ("A lasting effect on the institution and its visitors.",
         "Un effet durable sur l’institution et ses publics."),
        ("A lasting effect that is shared with other institutions from the start.",
         "Un effet durable, partagé dès le début avec d’autres institutions."),
    ),
)  # fmt: skip
