"""The declaration: words, columns, sheets, registers, forms, the catalogue of findings."""
