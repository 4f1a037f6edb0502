"""One view over many trackers: reading, summing up, storing, consolidating."""
