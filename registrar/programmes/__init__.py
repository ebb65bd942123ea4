"""Seasons, programmes, sessions, events: the catalogue and its public pages."""
