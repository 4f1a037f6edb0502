"""Sheets as people see them, drawn with XlsxWriter from what actions return."""
