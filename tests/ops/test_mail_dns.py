"""The doctor looks at what the DNS says about our mail, and never fails where there is no network."""

import base64
import dataclasses
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from registrar.ops import mail_dns
from registrar.ops.findings import Level
from registrar.ops.mail_dns import SystemDns, Unreachable
from registrar.settings import Settings

SPF, DMARC = "v=spf1 include:mail.example -all", "v=DMARC1; p=reject; rua=mailto:post@museums.example"
WELL = {"museums.example": [SPF], "_dmarc.museums.example": [DMARC]}


class Zone:
    """Names with their TXT records, and names that take mail."""

    def __init__(self, texts: dict[str, list[str]], *mailing: str) -> None:
        self._texts = texts
        self._mailing = mailing

    def texts(self, name: str) -> list[str]:
        return self._texts.get(name, [])

    def takes_mail(self, name: str) -> bool:
        return name in self._mailing


class NoNetwork:
    """A resolver that reaches nobody."""

    def texts(self, name: str) -> list[str]:
        raise Unreachable

    def takes_mail(self, name: str) -> bool:
        raise Unreachable


@pytest.fixture
def settings(app: Flask) -> Settings:
    """An installation that sends by a mail server."""
    found: Settings = app.extensions["registrar.settings"]
    sender = "Museums <hello@museums.example>"
    return dataclasses.replace(found, smtp_url="smtps://mail.example", mail_sender=sender)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An RSA key, and its public half as the DNS holds it."""
    file = tmp_path_factory.mktemp("keys") / "dkim.pem"
    subprocess.run(["openssl", "genrsa", "-traditional", "-out", file, "2048"], check=True, capture_output=True)
    public = subprocess.run(
        ["openssl", "rsa", "-in", file, "-pubout", "-outform", "DER"], check=True, capture_output=True
    )
    return file, f"v=DKIM1; k=rsa; p={base64.b64encode(public.stdout).decode()}"


def wrong(settings: Settings, dns: Any) -> list[str]:
    """Return what is not well."""
    return [each.text for each in mail_dns.examine(settings, dns) if each.level is not Level.OK]


def test_a_domain_with_its_records_is_well(settings: Settings) -> None:
    assert wrong(settings, Zone(WELL)) == []


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ({"museums.example": []}, "museums.example has no SPF record."),
        ({"museums.example": ["v=spf10 all", "verify=1"]}, "museums.example has no SPF record."),
        ({"museums.example": [SPF, "v=spf1 -all"]}, "museums.example has 2 SPF records: receivers take that as none."),
        ({"museums.example": ["v=spf1 +all"]}, "The SPF record of museums.example allows everybody to send."),
        (
            {"_dmarc.museums.example": []},
            "museums.example has no DMARC record: large providers want one.",
        ),
        (
            {"_dmarc.museums.example": [DMARC, DMARC]},
            "_dmarc.museums.example has 2 DMARC records: receivers ignore them all.",
        ),
        ({"_dmarc.museums.example": ["v=DMARC1; rua=mailto:a@b.example"]}, "_dmarc.museums.example names no policy."),
    ],
)
def test_a_missing_or_wrong_record_is_told(settings: Settings, texts: dict[str, list[str]], told: str) -> None:
    assert wrong(settings, Zone(WELL | texts)) == [told]


def test_the_policy_of_the_domain_above_counts(settings: Settings) -> None:
    below = dataclasses.replace(settings, mail_sender="hello@news.museums.example")

    assert wrong(below, Zone(WELL | {"news.museums.example": [SPF]})) == []


@pytest.mark.parametrize(
    ("address", "mailing", "told"),
    [
        ("bounces@back.museums.example", ["back.museums.example"], []),
        ("bounces@back.museums.example", [], ["back.museums.example takes no mail: bounces are lost."]),
        (
            "bounces@other.example",
            ["other.example"],
            [
                "Mail comes from museums.example, its envelope from other.example: SPF does not count for DMARC.",
            ],
        ),
    ],
)
def test_bounces_must_arrive_and_belong_to_the_sender(
    settings: Settings, address: str, mailing: list[str], told: list[str]
) -> None:
    with_bounces = dataclasses.replace(settings, bounce_address=address)
    domain = address.partition("@")[2]

    assert wrong(with_bounces, Zone(WELL | {domain: [SPF]}, *mailing)) == told


def test_a_signature_verifies_with_the_published_key(settings: Settings, keys: tuple[Path, str]) -> None:
    file, record = keys
    signing = dataclasses.replace(settings, dkim_key_file=file, dkim_selector="s1")

    assert wrong(signing, Zone(WELL | {"s1._domainkey.museums.example": [record]})) == []


@pytest.mark.parametrize(
    ("published", "told"),
    [
        ([], "s1._domainkey.museums.example has no key: signatures cannot be verified."),
        (["v=DKIM1; k=rsa; p="], "Signatures do not verify with the key at s1._domainkey.museums.example."),
        (["nonsense"], "Signatures do not verify with the key at s1._domainkey.museums.example."),
    ],
)
def test_another_key_in_the_dns_is_told(
    settings: Settings, keys: tuple[Path, str], published: list[str], told: str
) -> None:
    signing = dataclasses.replace(settings, dkim_key_file=keys[0], dkim_selector="s1")

    assert wrong(signing, Zone(WELL | {"s1._domainkey.museums.example": published})) == [told]


@pytest.mark.parametrize(
    "content", ["", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n", None]
)
def test_a_key_that_is_none_is_told(settings: Settings, tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "dkim.pem"
    if content is not None:
        file.write_text(content)

    assert wrong(dataclasses.replace(settings, dkim_key_file=file), Zone(WELL)) == ["Cannot sign with dkim.pem."]


def test_without_a_network_one_line_says_so(settings: Settings) -> None:
    assert wrong(settings, NoNetwork()) == ["Could not ask the DNS about SPF, DMARC and DKIM."]


def test_nothing_is_asked_while_mail_stays_here(settings: Settings) -> None:
    assert list(mail_dns.examine(dataclasses.replace(settings, smtp_url=None), NoNetwork())) == []


def test_the_patience_is_for_all_questions_together() -> None:
    tired = SystemDns(patience=0)

    began = time.monotonic()
    for ask in (tired.texts, tired.takes_mail):
        with pytest.raises(Unreachable):
            ask("museums.example")

    assert time.monotonic() - began < 1
