"""Clicks on an open workbook: what each does, its dialogs and its progress window."""
