"""What the DNS says about our mail: SPF, DMARC, the DKIM key and where bounces go; receivers decide by it."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import dkim
import dns.exception
import dns.resolver

from registrar.ops.findings import Finding, ok, warn
from registrar.settings import Settings

PATIENCE = 3.0
"""Seconds for all questions together."""
SAMPLE = b"From: <check@%s>\r\nSubject: Check\r\n\r\nA letter that is signed and verified here, and never sent.\r\n"


class Unreachable(Exception):  # noqa: N818 - it says what happened, and is no fault of ours
    """The DNS did not answer in time, or not at all."""


class Dns(Protocol):
    """Answers questions about names; raises `Unreachable`."""

    def texts(self, name: str) -> list[str]:
        """Return the TXT records of a name."""
        ...

    def takes_mail(self, name: str) -> bool:
        """Tell whether a name has a mail server: an MX record, or an address where there is none (RFC 5321, 5.1)."""
        ...


class SystemDns:
    """The resolver of this machine, with one patience for all questions."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._ends = time.monotonic() + patience

    def texts(self, name: str) -> list[str]:
        return [b"".join(record.strings).decode("utf-8", "replace") for record in self._ask(name, "TXT")]

    def takes_mail(self, name: str) -> bool:
        exchanges = self._ask(name, "MX")
        if exchanges:
            return any(str(record.exchange) != "." for record in exchanges)  # a null MX (RFC 7505) takes none
        return bool(self._ask(name, "A") or self._ask(name, "AAAA"))

    def _ask(self, name: str, kind: str) -> list[Any]:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise Unreachable
        try:
            return list(dns.resolver.resolve(name, kind, lifetime=left, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.YXDOMAIN):
            return []
        except (dns.exception.DNSException, OSError, ValueError) as error:
            raise Unreachable from error


def examine(settings: Settings, dns_: Dns | None = None) -> Iterator[Finding]:
    """Yield what the DNS says; nothing is asked while mail stays in the local outbox."""
    if settings.smtp_url is None:
        return
    asked = dns_ or SystemDns()
    sender = _domain(settings.mail_sender)
    envelope = _domain(settings.bounce_address or settings.mail_sender)
    try:
        yield _spf(asked, envelope)
        yield _dmarc(asked, sender)
        yield from _dkim(asked, sender, settings)
        yield from _bounces(asked, settings)
    except Unreachable:
        yield warn(
            "Could not ask the DNS about SPF, DMARC and DKIM.",
            "Run the doctor where there is a network, or look up the records of your domain elsewhere.",
        )
    yield _alignment(sender, envelope)


def _domain(mailbox: str) -> str:
    return mailbox.rpartition("@")[2].rstrip(">").lower()


def _spf(asked: Dns, domain: str) -> Finding:
    """Check who may send for the domain of the envelope (RFC 7208)."""
    found = [text for text in asked.texts(domain) if text.lower().split(" ")[0] == "v=spf1"]
    if not found:
        example = "v=spf1 include:<the name your mail provider gives> -all"
        return warn(f"{domain} has no SPF record.", f"Publish a TXT record at {domain}: {example}")
    if len(found) > 1:
        return warn(f"{domain} has {len(found)} SPF records: receivers take that as none.", "Join them into one.")
    if {"all", "+all"} & set(found[0].lower().split(" ")):
        return warn(f"The SPF record of {domain} allows everybody to send.", "End it with -all or ~all.")
    return ok(f"{domain} has one SPF record")


def _dmarc(asked: Dns, domain: str) -> Finding:
    """Check the policy of the domain of the sender, or of a domain above it (RFC 7489, 6.6.3)."""
    labels = domain.split(".")
    for number in range(max(len(labels) - 1, 1)):
        name = "_dmarc." + ".".join(labels[number:])
        if found := [text for text in asked.texts(name) if text.replace(" ", "").lower().startswith("v=dmarc1")]:
            return _policy(name, found)
    advice = f'"v=DMARC1; p=none; rua=mailto:postmaster@{domain}", later p=quarantine'
    return warn(f"{domain} has no DMARC record: large providers want one.", f"Publish _dmarc.{domain}: {advice}.")


def _policy(name: str, found: list[str]) -> Finding:
    if len(found) > 1:
        return warn(f"{name} has {len(found)} DMARC records: receivers ignore them all.", "Keep one.")
    policy = _tags(found[0]).get("p", "").lower()
    if policy not in {"none", "quarantine", "reject"}:
        return warn(f"{name} names no policy.", "Add p=none, p=quarantine or p=reject after v=DMARC1.")
    return ok(f"DMARC policy {policy} at {name}")


def _tags(record: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs if name.strip()}


def _dkim(asked: Dns, domain: str, settings: Settings) -> Iterator[Finding]:
    """Check that what we sign verifies with the published key (RFC 6376); without a key the provider signs."""
    if settings.dkim_key_file is None:
        yield ok("Signing (DKIM) is left to the mail provider")
        return
    name = f"{settings.dkim_selector}._domainkey.{domain}"
    signed = _signed(settings.dkim_key_file, settings.dkim_selector, domain)
    if signed is None:
        yield warn(
            f"Cannot sign with {settings.dkim_key_file.name}.", "Give it a PEM private key that the worker reads."
        )
        return
    published = asked.texts(name)
    if not published:
        yield warn(f"{name} has no key: signatures cannot be verified.", "Publish the public half of the key there.")
    elif _verifies(signed, published):
        yield ok(f"Signatures verify with the key at {name}")
    else:
        yield warn(f"Signatures do not verify with the key at {name}.", "Publish the public half of this key there.")


def _signed(key_file: Path, selector: str, domain: str) -> bytes | None:
    """Return a signed sample, or None where the key cannot be read or used."""
    letter = SAMPLE % domain.encode()
    try:
        key = key_file.read_bytes()
        algorithm = b"rsa-sha256" if b"BEGIN" in key else b"ed25519-sha256"
        header = dkim.sign(letter, selector.encode(), domain.encode(), key, signature_algorithm=algorithm)
    except (OSError, ValueError, dkim.DKIMException):
        return None
    return bytes(header) + letter


def _verifies(signed: bytes, published: list[str]) -> bool:
    def answer(_name: bytes, timeout: float = 0) -> bytes:
        return published[0].encode()

    try:
        return bool(dkim.verify(signed, dnsfunc=answer))
    except (ValueError, dkim.DKIMException):
        return False


def _bounces(asked: Dns, settings: Settings) -> Iterator[Finding]:
    """Check that what comes back can arrive."""
    if settings.bounce_address is None:
        return
    domain = _domain(settings.bounce_address)
    if asked.takes_mail(domain):
        yield ok(f"{domain} takes mail, so bounces can arrive")
    else:
        yield warn(f"{domain} takes no mail: bounces are lost.", f"Publish an MX record for {domain}.")


def _alignment(sender: str, envelope: str) -> Finding:
    """Check that SPF counts for DMARC: both domains belong together (RFC 7489, 3.1.2, relaxed)."""
    if sender == envelope or sender.endswith(f".{envelope}") or envelope.endswith(f".{sender}"):
        return ok(f"Sender and envelope belong together ({sender}, {envelope})")
    return warn(
        f"Mail comes from {sender}, its envelope from {envelope}: SPF does not count for DMARC.",
        f"Use a bounce address below {sender}, or be sure that DKIM signs as {sender}.",
    )
