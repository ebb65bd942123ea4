"""The organisers' own words: templates in both languages, with placeholders and nothing else to execute."""
