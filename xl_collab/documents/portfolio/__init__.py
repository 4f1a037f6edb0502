"""Many projects in one workbook, and the letters about what each department owes across them."""
