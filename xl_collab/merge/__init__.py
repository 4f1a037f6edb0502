"""Three-way merge of replies: pure."""
