"""What `registrar run` prepares outside production: the catalogue, demo data and someone who can sign in."""

from registrar.settings import Settings


def prepare(settings: Settings, *, demo: bool) -> list[str]:
    """Fill what is empty and return the lines to print."""
    return []
