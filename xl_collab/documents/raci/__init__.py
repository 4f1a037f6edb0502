"""职责分工 as a matrix: what it says (content), how it looks (sheet)."""
