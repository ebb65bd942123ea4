"""Letters from drafts: subject, languages, styles and headers."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from flask import Flask
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jinja2 import ChoiceLoader, DictLoader
from markupsafe import Markup

from registrar.db import DbSession
from registrar.mail.freezing import Keys
from registrar.mail.kinds import CalendarPart, Draft, slot
from registrar.mail.message import Letter
from registrar.mail.models import OutboxMail
from registrar.mail.rendering import render, write
from registrar.mail.shelf import shelf
from registrar.mail.skeleton import build
from registrar.mail.wording import own_values
from registrar.web.markdown import to_html
from tests.mail import letters, standard
from tests.mail.alike import reading

Queue = Callable[..., OutboxMail]
pytestmark = pytest.mark.usefixtures("context")


def rendered(db: DbSession, mail: OutboxMail, now: datetime) -> Letter:
    return render(letters.letter(db, mail, now), mail, now)


def test_the_subject_is_the_first_line_of_the_text(db: DbSession, queue: Queue, now: datetime) -> None:
    letter = rendered(db, queue(), now)

    assert (letter.subject, letter.text) == ("A letter for Ana", "Hello Ana & all\n")


def test_the_subject_may_be_a_block_of_a_framed_text(db: DbSession, queue: Queue, now: datetime) -> None:
    letter = rendered(db, queue(context={"template": "test/framed"}), now)

    assert letter.subject == "Framed subject"
    assert letter.text.startswith("We Are Museums\n\nA title\n=======\n\nContent\n")


def test_values_are_escaped_in_html_and_not_in_text(db: DbSession, queue: Queue, now: datetime) -> None:
    letter = rendered(db, queue(context={"name": "<b>Ana</b>"}), now)

    assert "Hello <b>Ana</b> & all" in letter.text
    assert "&lt;b&gt;Ana&lt;/b&gt;" in letter.html


def test_styles_are_written_into_the_elements(db: DbSession, queue: Queue, now: datetime) -> None:
    assert '<p style="color: red;">Ana</p>' in rendered(db, queue(), now).html


def test_a_letter_speaks_the_recipients_language(db: DbSession, queue: Queue, now: datetime) -> None:
    letter = rendered(db, queue(context={"template": "test/framed", "locale": "fr"}), now)

    assert '<html lang="fr">' in letter.html


def test_the_message_id_is_that_of_the_row(db: DbSession, queue: Queue, now: datetime) -> None:
    mail = queue()

    assert rendered(db, mail, now).message_id == f"<{mail.message_id}@wearemuseums.example>"


def test_a_subscription_can_be_ended_from_its_headers(db: DbSession, queue: Queue, now: datetime) -> None:
    url = "https://registrar.example/unsubscribe/abc"
    parsed = message_from_bytes(
        build(rendered(db, queue(context={"list": "weekly-4", "unsubscribe": url, "calendar": True}), now)), policy=SMTP
    )

    assert isinstance(parsed, EmailMessage)
    assert {name: parsed[name] for name in ("List-Id", "List-Unsubscribe", "List-Unsubscribe-Post")} == {
        "List-Id": "<weekly-4.wearemuseums.example>",
        "List-Unsubscribe": f"<{url}>, <mailto:hello@wearemuseums.example?subject=unsubscribe>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert [part.get_content_type() for part in parsed.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]


PERSONAL = {
    "printed": "{{ _('A letter') }} for {{ name }}{% if url %}: {{ url }}{% endif %}",
    "greeted": "{{ _('Dear %(name)s,', name=name) }}",
    "in another": "{{ 'Dear ' ~ name ~ '!' }}",
    "shouted": "{{ name|upper }}",
    "lowered": "{{ name|lower }}",
    "cut": "{{ name|truncate(12) }}",
    "cut late": "{{ name|truncate(300) }}",
    "counted": "{{ '=' * name|length }}",
    "compared": "{% if name == 'Ana' %}Ana!{% endif %}{{ name }}",
    "found in": "{% if 'A' in name %}A!{% endif %}{{ name }}",
    "asked": "{% if url.startswith('https') %}safe{% endif %} {{ url }}",
    "for an address": "{{ url|urlencode }}",
    "first sign": "{{ name[0] }}",
    "each sign": "{% for sign in name %}{{ sign }}-{% endfor %}",
    "looked up": "{{ {'Ana': 'you'}[name] or 'somebody' }} {{ name }}",
    "replaced": "{{ name|replace('A', 'a') }}",
    "marked up": "{{ name|markdown }}",
}
"""What a template may do with a personal value; only the first three print it as it is."""
OWN = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=60),
    st.sampled_from(["Ana", " Ana ", slot("url"), slot("name"), "<b>", "&amp;", "zoë\u00a0x", "a\u0301", "", "."]),
)


@pytest.mark.parametrize("way", PERSONAL)
def test_letters_that_share_read_as_if_each_were_written_for_itself(
    app: Flask, queue: Queue, now: datetime, way: str
) -> None:
    mail = queue()
    teach(app, **{"emails/test/own.txt": f"Subject: Hello {{{{ name }}}}\n\n{PERSONAL[way]}\nend\n"})
    teach(app, **{"emails/test/own.html": f"<p title='{{{{ name }}}}'>{PERSONAL[way]}</p>{{{{ shared }}}}"})

    @settings(max_examples=15, deadline=None)
    @given(OWN, OWN)
    @example("Ana", "https://example.org/a?b=c&d=e")
    @example("Ana\nBo", "a\r\nb")
    def read_alike(name: str, url: str) -> None:
        draft = own(name, url)
        assert reading(write_octets(draft, mail, now)) == reading(build(render(draft, mail, now)))

    read_alike()


@pytest.mark.parametrize("way", list(PERSONAL)[:3])
def test_what_only_prints_personal_values_is_rendered_once(app: Flask, now: datetime, way: str) -> None:
    teach(app, **{"emails/test/own.txt": f"Subject: Hello {{{{ name }}}}\n\n{PERSONAL[way]}\nend\n"})
    teach(app, **{"emails/test/own.html": f"<p title='{{{{ name }}}}'>{PERSONAL[way]}</p>{{{{ shared }}}}"})
    first, second = own("Ana", "https://example.org/1"), own("Bo", "https://example.org/2")

    found = [shelf().skeleton(draft, own_values(draft), Keys()) for draft in (first, second)]

    assert found[0] is found[1] is not None


@pytest.mark.parametrize("way", list(PERSONAL)[3:])
def test_what_does_more_with_a_personal_value_is_rendered_for_each(app: Flask, now: datetime, way: str) -> None:
    teach(app, **{"emails/test/own.txt": f"Subject: Hello {{{{ name }}}}\n\n{PERSONAL[way]}\nend\n"})
    teach(app, **{"emails/test/own.html": "<p>{{ name }}</p>"})
    draft = own("Ana", "https://example.org/1")

    assert shelf().skeleton(draft, own_values(draft), Keys()) is None


def test_a_change_of_a_shared_value_is_seen(app: Flask, queue: Queue, now: datetime) -> None:
    mail = queue()
    teach(app, **{"emails/test/own.txt": "Subject: x\n\n{{ shared }}\n", "emails/test/own.html": "{{ shared }}"})
    said: list[Any] = [1, True, "1", Markup("<b>1</b>"), "<b>1</b>", Decimal("1.0"), Decimal("1.00"), [1], (1,), None]

    written = [write_octets(own("Ana", "", shared=each), mail, now) for each in said]

    assert [standard.read(standard.parsed(octets))[2][3] for octets in written] == [[str(each)] for each in said]


def test_a_row_of_the_database_is_read_anew_for_each_letter(
    app: Flask, db: DbSession, queue: Queue, now: datetime
) -> None:
    mail = queue()
    teach(app, **{"emails/test/own.txt": "Subject: x\n\n{{ shared.key }}\n", "emails/test/own.html": "<p>"})
    draft = own("Ana", "", shared=mail)
    write_octets(draft, mail, now)
    mail.key = "letter:2"

    assert standard.read(standard.parsed(write_octets(draft, mail, now)))[2][3] == ["letter:2"]


def test_a_mark_in_a_shared_value_is_filled_in(app: Flask, queue: Queue, now: datetime) -> None:
    """So organisers' words name each person, after Markdown has been through."""
    mail = queue()
    teach(app, **{"emails/test/own.txt": "Subject: x\n\n{{ shared }}\n", "emails/test/own.html": "{{ shared }}"})
    name = f"<i>{slot('url')}"
    shared = Markup(f"<a href='{slot('url')}'>Come</a>, ") + to_html(f"*{slot('name')}*")

    for trouble in ("", "\n"):  # the second is written for itself
        parts = reading(write_octets(own(name + trouble, "https://example.org", shared=shared), mail, now))[1]
        assert f"<em>{name}" in parts[2][3]
        assert 'href="https://example.org"' in parts[3][3]
        assert f"<em>{name}" in parts[3][3]


def teach(app: Flask, **templates: str) -> None:
    """Let the application find these templates; the fixture `letters_of_tests` forgets them."""
    assert app.jinja_env.loader is not None
    app.jinja_env.loader = ChoiceLoader([DictLoader(templates), app.jinja_env.loader])


def own(name: str, url: str, shared: Any = "the same") -> Draft:
    return Draft(
        to_name="",
        to_address="ana@example.org",
        locale="en",
        timezone="Europe/Paris",
        template="test/own",
        values={"shared": shared},
        personal={"name": name, "url": url},
        calendar=CalendarPart("PUBLISH", f"METHOD:PUBLISH\r\nDESCRIPTION:{slot('name')}\r\n".encode()),
    )


def write_octets(draft: Draft, mail: OutboxMail, now: datetime) -> bytes:
    return write(draft, mail, now).data


def test_outside_a_request_a_letter_needs_no_page(app: Flask, db: DbSession, queue: Queue, now: datetime) -> None:
    """The frame of pages reads the request; a mail has none."""
    assert rendered(db, queue(context={"template": "test/framed"}), now).html.count("We Are Museums") == 2
