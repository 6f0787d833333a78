"""Time and memory, never in a timed assertion: ratios to a floor that is measured in the same run (``make bench``)."""
