"""`python -m registrar` is the command `registrar`."""

from registrar.cli import main

main()
