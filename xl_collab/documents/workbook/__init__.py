"""The workbook itself: the sheets of a new one, and what is drawn anew in one that is there."""
