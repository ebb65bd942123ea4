"""Participants, institutions and their consent."""
