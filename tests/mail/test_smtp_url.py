"""Where mail is handed over, read from a url."""

import pytest

from registrar.mail.smtp_url import BadSmtpUrl, Security, SmtpServer, parse_smtp_url


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://localhost", SmtpServer("localhost", 25)),
        ("smtp://127.0.0.1:2525/", SmtpServer("127.0.0.1", 2525)),
        ("smtp://[::1]:2525", SmtpServer("::1", 2525)),
        ("smtps://mail.example.org", SmtpServer("mail.example.org", 465, Security.TLS)),
        (
            "smtp+starttls://user%40example.org:p%3Aw%2F@mail.example.org",
            SmtpServer("mail.example.org", 587, Security.STARTTLS, "user@example.org", "p:w/"),
        ),
        ("smtp://musée.example", SmtpServer("xn--muse-dpa.example", 25)),
    ],
)
def test_a_url_names_the_server(url: str, server: SmtpServer) -> None:
    assert parse_smtp_url(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:25",
        "http://secret:secret@localhost",
        "smtp://",
        "smtp://user:secret@",
        "smtp://user:secret@localhost:secret",
        "smtp://user:secret@localhost:99999",
        "smtp://user:secret@localhost/path",
        "smtp://user:secret@localhost?tls=secret",
        "smtp://secret@localhost",
        "smtp://user:secret%C3%A9@localhost",
        "smtp://user:secret@[::1",
        "smtp://user:secret@" + "a" * 64 + ".example",
    ],
)
def test_a_url_that_names_no_server_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(BadSmtpUrl) as refused:
        parse_smtp_url(url)

    assert "secret" not in str(refused.value)


def test_a_password_is_never_shown() -> None:
    assert "secret" not in repr(parse_smtp_url("smtp://user:secret@localhost"))
