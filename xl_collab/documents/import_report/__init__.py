"""What became of somebody else's tracker: how it looks (sheet)."""
