"""Calls for applications: who may apply, until when, and the form that is filled in."""
