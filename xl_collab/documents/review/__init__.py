"""《复盘报告》: what it says (content, parts, measured, words), how it looks (sheet)."""
