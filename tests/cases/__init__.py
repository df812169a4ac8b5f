"""The development cases and the alarm burden, as data and as a report (`make cases`)."""
