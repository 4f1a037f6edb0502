"""xl_collab: the tracking workbook of a cross-department project, and the rules behind it."""

__version__ = "0.1.0"
