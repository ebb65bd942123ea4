"""The weekly series: registrations, seats, waiting lists, join links, the personal page."""
