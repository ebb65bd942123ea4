"""Whose mailboxes an address is of: the large providers by name, everybody else by their domain."""

from collections.abc import Mapping
from types import MappingProxyType

from registrar.mail.addresses import BadAddress, wire_address

_PROVIDERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "gmail": ("gmail.com", "googlemail.com"),
        "microsoft": ("outlook.*", "hotmail.*", "live.*", "msn.com", "passport.com", "windowslive.com"),
        "yahoo": ("yahoo.*", "ymail.com", "rocketmail.com", "aol.*", "myyahoo.com"),
        "apple": ("icloud.com", "me.com", "mac.com"),
    }
)
_BY_DOMAIN = {domain: group for group, domains in _PROVIDERS.items() for domain in domains}
_SECOND_LEVEL = frozenset({"ac", "asso", "co", "com", "edu", "gob", "gouv", "gov", "gv", "net", "or", "org"})
"""Names under a country's code that stand for no owner: `museum.org.uk` belongs to somebody, `org.uk` to nobody."""
UNKNOWN = "unknown"


def group_of(address: str) -> str:
    """Return the group that a mail to this address counts for; `unknown` where it can be no address."""
    try:
        domain = wire_address(address).rpartition("@")[2].lower()
    except BadAddress:
        return UNKNOWN
    first = domain.partition(".")[0]
    return _BY_DOMAIN.get(domain) or _BY_DOMAIN.get(f"{first}.*") or registered(domain)


def registered(domain: str) -> str:
    """Return the part of a domain that somebody registered, as far as its shape tells: `mail.tate.org.uk` is theirs."""
    labels = domain.split(".")
    country = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3:] if country else labels[-2:])
