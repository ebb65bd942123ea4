"""The command line: `registrar run` and what the features offer (`worker`, `catalogue`, `staff`, `doctor` …)."""

import os
import sys

import click
from flask import Flask
from flask.cli import FlaskGroup

from registrar.app import ROOT, create_app
from registrar.ops.serving import run
from registrar.settings import SettingsError, load_settings


def application() -> Flask:
    """Build the application that the commands work on."""
    return create_app(load_settings(os.environ, ROOT / "config"))


@click.group(
    cls=FlaskGroup, create_app=application, add_default_commands=False, add_version_option=False, load_dotenv=False
)
def commands() -> None:
    """Run the public life of a programme-making organisation."""


commands.add_command(run)


def main() -> None:
    """Run a command; settings that cannot be used are told in plain words."""
    try:
        load_settings(os.environ, ROOT / "config")
    except SettingsError as error:
        sys.exit(str(error))
    commands()
