"""Worksheet functions: declared once, their rules, and their plain-formula twins."""
