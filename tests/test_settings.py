"""Settings: the file and the environment become one frozen value, or every mistake is told at once."""

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from registrar.settings import READERS, Environment, Settings, SettingsError, load_settings

CONFIG = Path(__file__).parent.parent / "config"
STRONG = "9f2b7c1d4e8a60335b7d9e1f2a4c6880"
PRODUCTION = {
    "REGISTRAR_ENV": "production",
    "REGISTRAR_BASE_URL": "https://registrar.example",
    "REGISTRAR_SECRET_KEYS": STRONG,
}


def load(tmp_path: Path, **environ: str) -> Settings:
    return load_settings({"REGISTRAR_DATA_DIR": str(tmp_path), **environ}, CONFIG)


def problems(environ: dict[str, str], config_dir: Path = CONFIG) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ, config_dir)
    assert str(caught.value) == "\n- ".join(["The settings cannot be used:", *caught.value.problems])
    return list(caught.value.problems)


def config_with(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "development.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_bare_environment_gives_a_development_installation(tmp_path: Path) -> None:
    settings = load(tmp_path)

    assert settings == Settings(
        environment=Environment.DEVELOPMENT,
        data_dir=tmp_path,
        database_url=f"sqlite:///{tmp_path}/registrar.db",
        base_url="http://127.0.0.1:5000",
        secret_keys=settings.secret_keys,
        mail_domain="wearemuseums.example",
        trusted_hosts=("127.0.0.1", "localhost"),
        sign_up_seconds=0,
    )


def test_the_default_data_folder_is_var_where_the_command_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert load_settings({}, CONFIG).data_dir == tmp_path / "var"


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    with pytest.raises(FrozenInstanceError):
        load(tmp_path).port = 80  # type: ignore[misc] # the point of the test


def test_every_field_can_be_set() -> None:
    assert {field.name for field in fields(Settings)} == {"environment", *READERS}


def test_rate_limits_are_off_in_tests_only(tmp_path: Path) -> None:
    on = [load(tmp_path, REGISTRAR_ENV=name).rate_limits_on for name in ("development", "testing")]

    assert [*on, load(tmp_path, **PRODUCTION).rate_limits_on] == [True, False, True]


def test_variables_win_over_the_file(tmp_path: Path) -> None:
    config = config_with(tmp_path, 'port = 6000\nweb_workers = 3\ntrusted_hosts = ["a.example", "b.example"]\n')

    settings = load_settings({"REGISTRAR_DATA_DIR": str(tmp_path), "PORT": "7000"}, config)

    assert (settings.port, settings.base_url) == (7000, "http://127.0.0.1:7000")
    assert (settings.web_workers, settings.trusted_hosts) == (3, ("a.example", "b.example"))


def test_an_empty_variable_counts_as_not_given(tmp_path: Path) -> None:
    assert load(tmp_path, REGISTRAR_SMTP_URL="", PORT=" ").smtp_url is None


def test_variables_for_the_test_suite_are_ignored(tmp_path: Path) -> None:
    assert load(tmp_path, REGISTRAR_TEST_POSTGRESQL_URL="anything").port == 5000


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_postgresql_address_names_the_driver(tmp_path: Path, scheme: str) -> None:
    settings = load(tmp_path, REGISTRAR_DATABASE_URL=f"{scheme}://ada:pw@db.example:5433/registrar?sslmode=require")

    assert settings.database_url == "postgresql+psycopg://ada:pw@db.example:5433/registrar?sslmode=require"


def test_a_relative_sqlite_path_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert load(tmp_path, REGISTRAR_DATABASE_URL="sqlite:///x/y.db").database_url == f"sqlite:///{tmp_path}/x/y.db"
    assert load(tmp_path, REGISTRAR_DATABASE_URL="sqlite:////srv/y.db").database_url == "sqlite:////srv/y.db"


def test_hosts_and_mail_domain_follow_from_the_addresses(tmp_path: Path) -> None:
    settings = load(tmp_path, REGISTRAR_BASE_URL="https://Lab.example:8443/", REGISTRAR_MAIL_SENDER="hi@Mail.example")

    assert settings.base_url == "https://lab.example:8443"
    assert settings.trusted_hosts == ("lab.example", "127.0.0.1", "localhost")
    assert settings.mail_domain == "mail.example"
    assert load(tmp_path, **PRODUCTION).trusted_hosts == ("registrar.example",)


def test_the_key_of_a_new_folder_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "new"

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: load(folder).secret_keys, range(16)))

    assert keys == {((folder / "secret.key").read_text().strip(),)}
    assert len(next(iter(keys))[0]) == 64
    assert [path.name for path in folder.iterdir()] == ["secret.key"]
    assert stat.S_IMODE((folder / "secret.key").stat().st_mode) == 0o600


def test_given_keys_are_used_and_no_file_is_written(tmp_path: Path) -> None:
    assert load(tmp_path, REGISTRAR_SECRET_KEYS="new, old").secret_keys == ("new", "old")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_key_file_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("short")

    assert problems({"REGISTRAR_DATA_DIR": str(tmp_path)}) == [
        f"{tmp_path}/secret.key: the key is shorter than 32 characters; delete the file."
    ]


def test_all_problems_are_told_at_once_with_place_and_suggestion(tmp_path: Path) -> None:
    config = config_with(tmp_path, 'prot = 1\nweb_workers = true\ndefault_timezone = "Europe/Pari"\n')
    environ = {"REGISTRAR_DATABSE_URL": "x", "PORT": "many", "REGISTRAR_LOG_LEVEL": "warn", "REGISTRAR_QQQQ": "1"}

    assert problems(environ, config) == [
        "config/development.toml, key prot: unknown. Did you mean port?",
        "variable REGISTRAR_DATABSE_URL: unknown. Did you mean REGISTRAR_DATABASE_URL?",
        "variable REGISTRAR_QQQQ: unknown.",
        "config/development.toml, key web_workers: must be a whole number from 1 to 64.",
        "config/development.toml, key default_timezone: no such time zone; write it like Europe/Paris. "
        "Did you mean Europe/Paris?",
        "variable REGISTRAR_LOG_LEVEL: must be one of debug, info, warning, error, critical. Did you mean warning?",
        "variable PORT: must be a whole number from 1 to 65535.",
    ]


def test_an_unknown_environment_is_told() -> None:
    assert problems({"REGISTRAR_ENV": "prodution"}) == [
        "variable REGISTRAR_ENV: must be one of development, production, testing. Did you mean production?"
    ]


def test_a_missing_or_broken_file_stops_the_start(tmp_path: Path) -> None:
    assert problems({}, tmp_path / "config") == ["config/development.toml: the file is missing."]
    assert problems({}, config_with(tmp_path, 'smtp_url = "smtp://hunter2')) == [
        "config/development.toml: not valid TOML: see end of document."
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://ada:hunter2@db/registrar"),
        ("DATABASE_URL", "postgresql://ada:hunter2@db"),
        ("DATABASE_URL", "postgresql://ada:hunter2@db:port/registrar"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("SMTP_URL", "hunter2"),
        ("SMTP_URL", "http://mail.example"),
        ("SMTP_URL", "smtp://ada@mail.example"),
        ("SMTP_URL", "smtp://:hunter2@mail.example"),
        ("SMTP_URL", "smtp://ada:hunter2@mail.example:hunter2"),
        ("SMTP_URL", "smtp://mail.example/?x=hunter2"),
        ("BASE_URL", "registrar.example"),
        ("BASE_URL", "ftp://registrar.example"),
        ("BASE_URL", "https://registrar.example/path"),
        ("BASE_URL", "https://ada:hunter2@registrar.example"),
        ("BASE_URL", "https://registrar.example:0x1"),
        ("MAIL_SENDER", "hunter2"),
        ("MAIL_SENDER", "hi@mail.example\r\nBcc: hunter2@mail.example"),
        ("MAIL_REPLY_TO", "hunter2@"),
        ("MAIL_DOMAIN", "hunter2/"),
        ("DEFAULT_LOCALE", "hunter2"),
        ("DEFAULT_TIMEZONE", "../hunter2"),
        ("DEMO", "hunter2"),
        ("PROXY_HOPS", "-1"),
        ("WEB_THREADS", "9" * 5000),
        ("SIGN_UP_LIMIT", "hunter2 per hour"),
    ],
)
def test_a_bad_value_is_told_at_its_variable_and_never_repeated(name: str, value: str) -> None:
    [problem] = problems({f"REGISTRAR_{name}": value})

    assert problem.partition(": ")[0] == f"variable REGISTRAR_{name}"
    assert "hunter2" not in problem


@pytest.mark.parametrize(
    "address", ["smtp://127.0.0.1:2525", "smtp+starttls://ada:p%40w@mail.example:587", "smtps://mail.example"]
)
def test_mail_servers_are_accepted(tmp_path: Path, address: str) -> None:
    assert load(tmp_path, REGISTRAR_SMTP_URL=address).smtp_url == address


def test_production_starts_with_an_address_and_a_strong_key() -> None:
    settings = load_settings({**PRODUCTION, "REGISTRAR_SECRET_KEYS": f"{STRONG},{STRONG[::-1]}"}, CONFIG)

    assert (settings.environment, settings.secret_keys) == (Environment.PRODUCTION, (STRONG, STRONG[::-1]))


def test_production_refuses_what_is_only_fit_for_a_developer() -> None:
    assert problems({"REGISTRAR_ENV": "production", "REGISTRAR_DEBUG": "yes", "FLASK_DEBUG": "1"}) == [
        "variable REGISTRAR_SECRET_KEYS: production needs a secret key of 32 characters or more; "
        "`openssl rand -hex 32` makes one.",
        "variable REGISTRAR_BASE_URL: production needs the public https:// address.",
        "variable REGISTRAR_DEBUG: production never runs with debugging on.",
        "variable FLASK_DEBUG: production never runs with debugging on.",
    ]


def test_production_refuses_weak_keys_without_naming_them() -> None:
    keys = f"{STRONG},{STRONG[:31]},Change-Me-{STRONG},{'abc' * 20}"

    assert problems({**PRODUCTION, "REGISTRAR_SECRET_KEYS": keys}) == [
        "variable REGISTRAR_SECRET_KEYS: key 2 is shorter than 32 characters.",
        "variable REGISTRAR_SECRET_KEYS: key 3 looks like a placeholder.",
        "variable REGISTRAR_SECRET_KEYS: key 4 repeats too few characters.",
    ]


def test_secrets_stay_out_of_the_printed_settings() -> None:
    settings = load_settings(
        {
            **PRODUCTION,
            "REGISTRAR_DATABASE_URL": "postgresql://ada:hunter2@db/registrar",
            "REGISTRAR_SMTP_URL": "smtp://ada:hunter2@mail.example",
        },
        CONFIG,
    )

    assert [secret for secret in ("hunter2", STRONG) if secret in repr(settings)] == []
