"""Minutes of the kick-off meeting."""
