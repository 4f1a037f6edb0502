"""Derives the shipped workbook, its VBA and the reference pages from the declaration."""
