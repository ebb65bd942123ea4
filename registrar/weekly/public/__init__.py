"""What everybody sees of a series: its pages, calendars, the join link, the way to stop mail."""
