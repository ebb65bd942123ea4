"""Letters as mails: the same words for everybody, with personal values put in last."""

from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from flask import Flask

from registrar.letters import rendering
from registrar.letters.rules import At, LetterUse, Value, Words, placeholders
from registrar.mail.kinds import Draft, slot
from registrar.mail.models import OutboxMail
from registrar.mail.rendering import words as write
from registrar.mail.rendering import write as send
from registrar.settings import Settings

pytestmark = pytest.mark.usefixtures("context")
USE = LetterUse.CAMPAIGN
WEDNESDAY = datetime(2027, 1, 13, 17, 0, tzinfo=UTC)
SHARED: dict[str, Value] = {
    "programme": "WAC *Weekly* & <friends>",
    "season": "Season 4",
    "series_link": "https://museums.example/weekly/wac",
    "next_session": "Lending `digital` works",
    "next_session_at": At(WEDNESDAY, "America/New_York"),
    "next_session_link": "https://museums.example/weekly/wac/week-9",
}
Written = tuple[str, str, str]
Writer = Callable[..., Written]


@pytest.fixture
def base_url(app: Flask) -> str:
    settings: Settings = app.extensions["registrar.settings"]
    return settings.base_url


@pytest.fixture
def letter(app: Flask, base_url: str) -> Writer:
    """Return subject, text and HTML of a letter with this English body."""

    def written(body: str, subject: str = "News", locale: str = "en", body_fr: str = "", **personal: Any) -> Written:
        given = {"name": "Ama", "institution": "MoMA", "my_link": f"{base_url}/my/t?a=1&b=2", "unsubscribe_link": ""}
        draft = Draft(
            to_name="Ama", to_address="ama@example.org", locale=locale, timezone="America/New_York",
            template=rendering.TEMPLATE,
            values=rendering.draft_values(Words(subject, "", body, body_fr), USE, locale, SHARED),
            personal=rendering.personal_values(USE, **{**given, **personal}),
        )  # fmt: skip
        return write(draft, app.extensions["registrar.settings"])

    return written


def test_values_stand_in_subject_text_and_html(letter: Writer) -> None:
    subject, text, html = letter("Hello **{{ name }}** of {{institution}}: {{ programme }}", subject="For {{ name }}")

    assert subject == "For Ama"
    assert "\n\nHello Ama of MoMA: WAC *Weekly* & <friends>\n\n" in text
    assert "Hello <strong>Ama</strong> of MoMA: WAC *Weekly* &amp; &lt;friends&gt;</p>" in html


def test_moments_are_told_in_the_readers_zone_and_in_the_language_of_the_letter(letter: Writer) -> None:
    _, text, _ = letter("{{ next_session_at }}", locale="fr")
    _, french, _ = letter("{{ next_session_at }}", locale="fr", body_fr="le {{ next_session_at }}")

    assert "\nWednesday 13 January 2027, 12:00, New York (UTC-5)\n".replace("-", "−") in text
    assert "\nle mercredi 13 janvier 2027 à 12:00, New York (UTC-5)\n".replace("-", "−") in french


def test_a_link_placeholder_is_a_target_a_link_of_its_own_or_a_label(letter: Writer, base_url: str) -> None:
    body = "[Come]({{ my_link }}), {{ my_link }}, <{{ my_link }}>, [{{ my_link }}](<{{ my_link }}>), [x][1]"
    _, text, html = letter(body + "\n\n[1]: {{my_link}}")

    address = f"{base_url}/my/t?a=1&b=2"
    assert f"Come <{address}>, {address}, {address}, {address}, x <{address}>\n" in text
    assert html.count('href="' + address.replace("&", "&amp;") + '"') == 5
    assert html.count(">" + address.replace("&", "&amp;") + "</a>") == 3
    assert "placeholder.invalid" not in text + html


def test_text_reads_as_if_written_by_hand(letter: Writer) -> None:
    body = (
        "## Topics\n\n* one *two*\n* three\n   1. a\n   2. b\n\n[Register](https://museums.example)\n\n> quoted\n> more"
    )
    _, text, _ = letter(body)

    assert text.startswith("We Are Museums\n\nNews\n\n")
    assert (
        "\n\nTopics\n\n- one two\n- three\n  1. a\n  2. b\n\nRegister:\nhttps://museums.example\n\n> quoted\n> more\n"
    ) in text


def test_what_a_person_typed_is_escaped_and_no_link(letter: Writer) -> None:
    subject, text, html = letter(
        "Hello {{ name }}",
        subject="For {{ name }}",
        name="[x](http://spam.example) <img src=x> {{ my_link }} \ue000name\ue001",
    )

    assert subject.startswith("For [x](http: spam. example) <img src=x> {{ my_link }} name")
    assert "Hello [x](http: spam. example) <img src=x> {{ my_link }} name\n" in text
    assert "Hello [x](http: spam. example) &lt;img src=x&gt; {{ my_link }} name</p>" in html
    assert (text.count("http://"), html.count("<a ")) == (0, 0)


def test_nothing_is_executed(letter: Writer) -> None:
    _, text, _ = letter("{{ name.upper() }} {{ 7*7 }} {% if true %}x{% endif %} {{ config }}")

    assert "\n{{ name.upper() }} {{ 7*7 }} {% if true %}x{% endif %} {{ config }}\n" in text


def test_personal_values_stay_marks_in_what_is_shared() -> None:
    values = rendering.draft_values(Words("Hi {{ name }}", "", "[Go]({{ my_link }})"), USE, "en", SHARED)

    assert values["subject"] == f"Hi {slot('name')}"
    assert values["text"] == f"Go:\n{slot('my_link')}"
    assert f'href="{slot("my_link")}"' in values["html"]


def test_a_strangers_link_is_refused() -> None:
    with pytest.raises(ValueError, match="this site only"):
        rendering.personal_values(USE, name="", institution="", my_link="https://spam.example", unsubscribe_link="")


def test_a_forgotten_or_unknown_value_is_told() -> None:
    with pytest.raises(KeyError, match="institution"):
        rendering.personal_values(USE, name="Ama", my_link="", unsubscribe_link="")
    with pytest.raises(KeyError, match="colour"):
        rendering.personal_values(USE, name="", institution="", my_link="", unsubscribe_link="", colour="red")
    with pytest.raises(KeyError, match="programme"):
        rendering.draft_values(Words(), USE, "en", {})


@pytest.mark.parametrize("use", LetterUse)
def test_every_placeholder_survives_markdown_wherever_it_stands(use: LetterUse) -> None:
    for name in placeholders(use):
        body = "# {{ x }}\n\n* **{{x}}** _{{ x }}_\n\n> {{ x }}\n\n|a|\n|-|\n|{{ x }}|".replace("x", name)
        html, text = rendering._html(body, use), rendering._text(body, use)
        shown = html.replace(f'href="{slot(name)}"', "")

        assert (shown.count(slot(name)), text.count(slot(name))) == (5, 5)
        assert "{" not in html + text


@pytest.mark.parametrize("name", ["Ama", "\u05d0\u05de\u05d4 🎨", "=?x?= <b>&", "\ue000name\ue001", "x" * 300, ""])
def test_the_mail_on_the_wire_says_what_was_rendered(app: Flask, base_url: str, now: datetime, name: str) -> None:
    words = Words(
        "For {{ name }}", "", "Hello {{ name }},\n\n. [come]({{ my_link }}) = {{ my_link }}\n\n{{ programme }}"
    )
    own = {"name": name, "institution": None, "my_link": f"{base_url}/my/t?a=1&b=2", "unsubscribe_link": ""}
    draft = Draft(
        to_name="Ama", to_address="ama@example.org", locale="en", timezone="Europe/Paris", template=rendering.TEMPLATE,
        values=rendering.draft_values(words, USE, "en", SHARED), personal=rendering.personal_values(USE, **own),
    )  # fmt: skip

    data = send(draft, OutboxMail(id=1, message_id="m"), now).data

    message = message_from_bytes(data, EmailMessage, policy=default)
    subject, text, html = write(draft, app.extensions["registrar.settings"])
    parts = [part.get_content().replace("\r\n", "\n").rstrip() for part in message.walk() if not part.is_multipart()]
    assert (message["Subject"], *parts) == (subject, text.rstrip(), html.rstrip())
