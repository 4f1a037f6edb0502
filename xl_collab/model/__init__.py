"""What is true of a cross-department project: no spreadsheet, file, clock or network may enter."""
