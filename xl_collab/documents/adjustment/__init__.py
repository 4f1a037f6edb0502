"""《进度调整方案》: what it says (content, words), how it looks (sheet)."""
