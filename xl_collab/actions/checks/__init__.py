"""The checks that `validate` runs, one module a family; each yields findings and changes nothing."""
