"""校验结果: how findings look (sheet)."""
