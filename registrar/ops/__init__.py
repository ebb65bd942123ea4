"""Doctor, demo data and other care of an installation."""
