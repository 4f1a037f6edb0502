"""Somebody else's tracker: recognising its table and columns, and adopting its rows."""
