"""文档目录: the tabs that the tool made, by kind."""
