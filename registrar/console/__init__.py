"""The organisers' pages: today, people, the ledger."""
