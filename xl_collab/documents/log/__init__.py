"""日志: how changed cells and what was told look (sheet)."""
