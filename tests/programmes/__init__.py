"""Tests of seasons, programmes, sessions, calendars and the catalogue."""
