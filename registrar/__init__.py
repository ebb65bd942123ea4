"""Registrar: the public life of a programme-making organisation. Importing this package loads nothing else."""
