"""The room of the teams: begin, fill in together, submit, see where it stands."""
