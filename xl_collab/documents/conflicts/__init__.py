"""冲突: how questions to the coordinator look (sheet)."""
