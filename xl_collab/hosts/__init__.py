"""Where a workbook lives: reading it typed and fast, editing it without losing a byte of the rest."""
