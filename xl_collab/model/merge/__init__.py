"""Three-way merge of replies, cell by cell: reading, permission, deciding, resolving."""
