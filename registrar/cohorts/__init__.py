"""Cohorts: offers of places and their clock, the waiting list that moves by itself, the roster."""
