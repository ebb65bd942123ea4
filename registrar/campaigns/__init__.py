"""The organisers' mails to segments: written, previewed, tested, approved, held, sent and explained."""
