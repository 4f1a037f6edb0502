"""Many projects as a workbook, as a page, and the letters about what each department owes across them."""
