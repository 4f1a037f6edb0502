"""The workbook for one department: what is in it (content, words), how it looks (sheet, pages, rows)."""
