"""Signing up: the page, the confirmation by the owner of the address, offered places."""
