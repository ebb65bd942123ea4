"""The settings of one installation: what they are, and how a TOML file and the environment become them."""

import difflib
import os
import secrets
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from registrar import settings_values as values_of

PREFIX = "REGISTRAR_"
IGNORED_PREFIX = "REGISTRAR_TEST_"
ENVIRONMENT_VARIABLE = "REGISTRAR_ENV"
SECRET_KEY_FILE = "secret.key"  # noqa: S105 - the name of a file, not a secret
SHORTEST_SECRET = 32
LOCAL_HOSTS = ("127.0.0.1", "localhost")


class Environment(StrEnum):
    """Where this installation runs."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"
    TESTING = "testing"


class SettingsError(Exception):
    """Say everything that is wrong with the settings, at once, without any secret value."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(["The settings cannot be used:", *(f"- {problem}" for problem in self.problems)]))


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that may differ between two installations; read once at the start."""

    #: Where this runs; chooses the TOML file (REGISTRAR_ENV).
    environment: Environment
    #: The folder of everything written to disk; absolute.
    data_dir: Path
    #: SQLAlchemy's address of the database: sqlite:///… with an absolute path, or postgresql+psycopg://…
    database_url: str = field(repr=False)
    #: The public address, without a slash at the end.
    base_url: str
    #: The port the web server listens on (PORT).
    port: int = 5000
    #: smtp://, smtp+starttls:// or smtps://, with user:password@ if needed; None keeps mail in the local outbox.
    smtp_url: str | None = field(default=None, repr=False)
    #: Keys that sign cookies and links: the first signs, all are accepted.
    secret_keys: tuple[str, ...] = field(repr=False)
    #: Connections that one worker keeps open to the mail server.
    mail_connections: int = 8
    #: How fast mail may leave, all workers together: `* 600/minute`, `gmail 20/second`, `example.org 2/second`.
    mail_rates: tuple[str, ...] = ()
    #: Where bounces go: each mail has this address with a signed `+token` as its envelope sender. None: the sender.
    bounce_address: str | None = None
    #: A Maildir with the mail to the bounce address.
    bounce_maildir: Path | None = None
    #: A mailbox with the mail to the bounce address: imaps:// or imap+starttls://, user:password@host/folder.
    bounce_imap_url: str | None = field(default=None, repr=False)
    #: The file with the private key that signs mails (DKIM, RSA, PEM); None leaves signing to the provider.
    dkim_key_file: Path | None = None
    #: The name of the key in the DNS: `<selector>._domainkey.<domain of the sender>`.
    dkim_selector: str = "registrar"
    #: Days that the mail log keeps settled mails with their attempts.
    mail_log_days: int = 400
    #: Minutes that an approved campaign is held, so that it can be taken back.
    campaign_hold_minutes: int = 10
    #: The name of the organisation, on every page and mail.
    organisation: str = "We Are Museums"
    #: The From of every mail.
    mail_sender: str = "We Are Museums <hello@wearemuseums.example>"
    #: The Reply-To of every mail, if it is not the sender.
    mail_reply_to: str | None = None
    #: The domain in Message-ID, List-Id and calendar UIDs.
    mail_domain: str
    #: The language of visitors whose browser asks for none that we speak.
    default_locale: str = "en"
    #: The host's time zone.
    default_timezone: str = "Europe/Paris"
    #: Shows the local outbox to everyone and marks the pages as a demonstration.
    demo: bool = False
    #: Flask's debugging; never in production.
    debug: bool = False
    #: Web server processes.
    web_workers: int = 2
    #: Threads in each web server process.
    web_threads: int = 4
    #: Proxies in front whose X-Forwarded-* headers are believed.
    proxy_hops: int = 0
    #: Host names answered to.
    trusted_hosts: tuple[str, ...]
    #: Confirmation mails that one address gets in a day.
    confirmations_per_day: int = 3
    #: Sign-ups from one client address, in the words of Flask-Limiter.
    sign_up_limit: str = "60 per hour"
    #: Seconds that a person needs at least to fill in the sign-up page; whoever is faster is a machine.
    sign_up_seconds: int = 2
    #: Attempts of staff to sign in from one client address, in the words of Flask-Limiter.
    staff_sign_in_limit: str = "10 per hour"
    #: Megabytes of the largest file that a team may add to an application.
    upload_megabytes: int = 10
    #: Megabytes of all files of one application.
    application_megabytes: int = 40
    #: Whether decisions are released by two people: one asks, another confirms.
    release_needs_two: bool = False
    #: Whether rate limits hold; off in tests.
    rate_limits_on: bool = True
    #: The least severe log line that is written.
    log_level: str = "info"


READERS: Mapping[str, values_of.Reader] = {
    "data_dir": values_of.folder,
    "database_url": values_of.database_url,
    "base_url": values_of.base_url,
    "port": values_of.whole_number(1, 65535),
    "smtp_url": values_of.smtp_url,
    "secret_keys": values_of.names,
    "mail_connections": values_of.whole_number(1, 64),
    "mail_rates": values_of.sending_rates,
    "bounce_address": values_of.address,
    "bounce_maildir": values_of.folder,
    "bounce_imap_url": values_of.imap_url,
    "dkim_key_file": values_of.folder,
    "dkim_selector": values_of.host_name,
    "mail_log_days": values_of.whole_number(7, 3650),
    "campaign_hold_minutes": values_of.whole_number(0, 1440),
    "organisation": values_of.text,
    "mail_sender": values_of.mailbox,
    "mail_reply_to": values_of.mailbox,
    "mail_domain": values_of.host_name,
    "default_locale": values_of.one_of("en", "fr"),
    "default_timezone": values_of.timezone,
    "demo": values_of.yes_or_no,
    "debug": values_of.yes_or_no,
    "web_workers": values_of.whole_number(1, 64),
    "web_threads": values_of.whole_number(1, 64),
    "proxy_hops": values_of.whole_number(0, 10),
    "trusted_hosts": values_of.names,
    "confirmations_per_day": values_of.whole_number(1, 100),
    "sign_up_limit": values_of.rate_limit,
    "sign_up_seconds": values_of.whole_number(0, 60),
    "staff_sign_in_limit": values_of.rate_limit,
    "upload_megabytes": values_of.whole_number(1, 100),
    "application_megabytes": values_of.whole_number(1, 1000),
    "release_needs_two": values_of.yes_or_no,
    "rate_limits_on": values_of.yes_or_no,
    "log_level": values_of.one_of("debug", "info", "warning", "error", "critical"),
}
VARIABLES: Mapping[str, str] = {f"{PREFIX}{name.upper()}": name for name in READERS} | {"PORT": "port"}
DEFAULTS: Mapping[str, Any] = {each.name: each.default for each in fields(Settings)}


@dataclass(frozen=True)
class Given:
    """A value as it was written, and the place where it can be mended."""

    value: object
    place: str


def load_settings(environ: Mapping[str, str], config_dir: Path) -> Settings:
    """Read the environment's TOML file, then the variables, which win; raise one SettingsError with all problems."""
    problems: list[str] = []
    environment = _environment(environ, problems)
    given = _from_file(config_dir / f"{environment}.toml", problems) | _from_environ(environ, problems)
    values = _read(given, problems)
    _complete(values, environment)
    if environment is Environment.PRODUCTION:
        problems += _unfit_for_production(values, environ)
    if problems:
        raise SettingsError(problems)
    values["secret_keys"] = values.get("secret_keys") or (_own_secret_key(values["data_dir"]),)
    return Settings(environment=environment, **values)


def _environment(environ: Mapping[str, str], problems: list[str]) -> Environment:
    try:
        return Environment(environ.get(ENVIRONMENT_VARIABLE) or Environment.DEVELOPMENT)
    except ValueError:
        name = environ[ENVIRONMENT_VARIABLE]
        problems.append(f"variable {ENVIRONMENT_VARIABLE}: {values_of.not_among(name, list(Environment))}")
        return Environment.DEVELOPMENT


def _from_file(path: Path, problems: list[str]) -> dict[str, Given]:
    shown = f"{path.parent.name}/{path.name}"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problems.append(f"{shown}: the file is missing.")
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"{shown}: not valid TOML: {_without_text(error)}.")
        return {}
    problems += [f"{shown}, key {key}: unknown.{_did_you_mean(key, READERS)}" for key in table if key not in READERS]
    return {key: Given(value, f"{shown}, key {key}") for key, value in table.items() if key in READERS}


def _without_text(error: ValueError) -> str:
    """Keep only the place of a TOML error: its text may quote a secret."""
    _, _, place = str(error).rpartition("(at ")
    return f"see {place.rstrip(')')}" if place and isinstance(error, tomllib.TOMLDecodeError) else "not UTF-8"


def _from_environ(environ: Mapping[str, str], problems: list[str]) -> dict[str, Given]:
    """Take the variables that have a value: an empty one counts as not given."""
    ours = [name for name in environ if name.startswith(PREFIX) and not name.startswith(IGNORED_PREFIX)]
    known = [*VARIABLES, ENVIRONMENT_VARIABLE]
    problems += [f"variable {name}: unknown.{_did_you_mean(name, known)}" for name in ours if name not in known]
    return {
        field_name: Given(environ[variable], f"variable {variable}")
        for variable, field_name in VARIABLES.items()
        if environ.get(variable, "").strip()
    }


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    """Suggest the closest name, compared without the prefix that all variables share."""
    by_rest = {each.removeprefix(PREFIX): each for each in known}
    close = difflib.get_close_matches(name.removeprefix(PREFIX), by_rest, n=1)
    return f" Did you mean {by_rest[close[0]]}?" if close else ""


def _read(given: Mapping[str, Given], problems: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, each in given.items():
        try:
            values[name] = READERS[name](each.value)
        except ValueError as error:
            problems.append(f"{each.place}: {error}")
    return values


def _complete(values: dict[str, Any], environment: Environment) -> None:
    """Work out the values that were not given and follow from others."""
    values.setdefault("data_dir", values_of.folder("var"))
    values.setdefault("database_url", f"sqlite:///{values['data_dir']}/registrar.db")
    values.setdefault("base_url", f"http://127.0.0.1:{values.get('port', DEFAULTS['port'])}")
    sender = values.get("mail_sender", DEFAULTS["mail_sender"])
    values.setdefault("mail_domain", sender.rpartition("@")[2].rstrip(">").lower())
    own_host = urlsplit(values["base_url"]).hostname or ""
    also = () if environment is Environment.PRODUCTION else LOCAL_HOSTS
    values.setdefault("trusted_hosts", tuple(dict.fromkeys((own_host, *also))))


def _unfit_for_production(values: Mapping[str, Any], environ: Mapping[str, str]) -> list[str]:
    weak = values_of.weaknesses(values.get("secret_keys", ()), SHORTEST_SECRET)
    problems = [f"{_mend('secret_keys')}: {problem}" for problem in weak]
    if not values["base_url"].startswith("https://"):
        problems.append(f"{_mend('base_url')}: production needs the public https:// address.")
    if values.get("debug"):
        problems.append(f"{_mend('debug')}: production never runs with debugging on.")
    if environ.get("FLASK_DEBUG", "").strip().lower() not in {"", "0", "false", "no"}:
        problems.append("variable FLASK_DEBUG: production never runs with debugging on.")
    return problems


def _mend(name: str) -> str:
    return f"variable {PREFIX}{name.upper()}"


def _own_secret_key(data_dir: Path) -> str:
    """Read the key of this folder, or make one of 256 random bits that only its owner may read."""
    path = data_dir / SECRET_KEY_FILE
    try:
        if not path.exists():
            _create_once(path, secrets.token_hex(32))
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"{path}: cannot be used: {type(error).__name__}."]) from error
    if len(key) < SHORTEST_SECRET:
        raise SettingsError([f"{path}: the key is shorter than {SHORTEST_SECRET} characters; delete the file."])
    return key


def _create_once(path: Path, text: str) -> None:
    """Link a finished file into place, so that of two processes starting together both read the same key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
