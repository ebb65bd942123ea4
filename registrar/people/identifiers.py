"""What identifies an institution elsewhere: ROR, Wikidata and ISIL, its website and domains; read kindly, checked."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

import idna

from registrar.errors import N_, Refusal

LONGEST_WEBSITE = 300
_ROR = re.compile(r"(?:(?:https?://)?ror\.org/)?(0[0-9a-hjkmnp-tv-z]{6}[0-9]{2})/?")
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_WIKIDATA = re.compile(r"(?:(?:https?://)?(?:www\.|m\.)?wikidata\.org/(?:wiki|entity)/)?(Q[1-9][0-9]{0,11})")
_ISIL = re.compile(r"(?:ISIL[ :]*)?([A-Z]{2}|[A-Za-z0-9]|[A-Za-z0-9]{3,4})-([A-Za-z0-9:/-]{1,11})")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_SHARED = (
    "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com icloud.com me.com mac.com aol.com"
    " gmx.de gmx.net web.de orange.fr wanadoo.fr free.fr laposte.net proton.me protonmail.com mail.ru qq.com 163.com"
    " facebook.com instagram.com linkedin.com x.com twitter.com linktr.ee youtube.com wikipedia.org wordpress.com"
    " blogspot.com wixsite.com weebly.com github.io google.com"
)
SHARED_DOMAINS = frozenset(_SHARED.split())
"""Domains that many share: they say nothing about who somebody is."""


def ror_of(typed: str) -> str:
    """Return a ROR id without its address; refuse one whose check digits are wrong (ISO 7064, MOD 97-10)."""
    found = _ROR.fullmatch(typed.strip().lower())
    if found is None:
        raise Refusal(N_("A ROR identifier looks like https://ror.org/02nr0ka47."))
    identifier = found[1]
    if ror_check_digits(identifier[1:7]) != identifier[7:]:
        raise Refusal(N_("The check digits of this ROR identifier are wrong. Compare it with ror.org."))
    return identifier


def ror_check_digits(letters: str) -> str:
    """Return the two check digits of the six letters of a ROR id, which are a number in Crockford's base 32."""
    number = 0
    for letter in letters:
        number = number * 32 + _CROCKFORD.index(letter)
    return f"{98 - number * 100 % 97:02}"


def wikidata_of(typed: str) -> str:
    """Return a Wikidata item, `Q160236`, also from its address."""
    text = typed.strip()
    found = _WIKIDATA.fullmatch(f"Q{text[1:]}" if text.startswith("q") else text)
    if found is None:
        raise Refusal(N_("A Wikidata identifier looks like Q160236."))
    return found[1]


def isil_of(typed: str) -> str:
    """Return an ISIL (ISO 15511): a prefix, a hyphen, at most eleven letters, digits, colons, slashes and hyphens."""
    found = _ISIL.fullmatch(typed.strip())
    if found is None:
        raise Refusal(N_("An ISIL looks like FR-751131010."))
    return f"{found[1]}-{found[2]}"


def website_of(typed: str) -> str:
    """Return an address of the web with its scheme; refuse what is none."""
    text = typed.strip()
    address = text if "://" in text else f"https://{text}"
    try:
        pieces = urlsplit(address)
        host = _ascii(pieces.hostname or "")
    except ValueError:
        host = ""
    if not host or pieces.scheme not in {"http", "https"} or pieces.username or len(address) > LONGEST_WEBSITE:
        raise Refusal(N_("A website looks like https://www.museum.example."))
    if any(sign.isspace() or not sign.isprintable() for sign in address):
        raise Refusal(N_("A website looks like https://www.museum.example."))
    return address


def domain_of(typed: str) -> str:
    """Return a domain in small letters and IDNA, also out of an address of the web or of mail."""
    text = typed.strip()
    try:
        host = urlsplit(text if "://" in text else f"//{text.rpartition('@')[2]}").hostname or ""
        domain = _ascii(host).removeprefix("www.")
    except ValueError:
        domain = ""
    if not domain:
        raise Refusal(N_("%(typed)s is no domain. A domain looks like museum.example."), typed=text)
    if domain in SHARED_DOMAINS:
        raise Refusal(N_("%(domain)s is shared by many and says nothing about an institution."), domain=domain)
    return domain


def _ascii(host: str) -> str:
    """Return a host name as the network knows it, or nothing if it is none."""
    try:
        name = idna.encode(host.rstrip("."), uts46=True).decode("ascii").lower()
    except idna.IDNAError:
        return ""
    labels = name.split(".")
    fits = len(labels) > 1 and len(name) < 254 and all(_LABEL.fullmatch(label) for label in labels)
    return name if fits and not _is_number(name) else ""


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return host.rpartition(".")[2].isdecimal()
    return True
