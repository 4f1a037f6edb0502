"""One view over many trackers, drawn."""
