"""Rows in, edits and findings out: pure functions over a Book; may import only the model."""
