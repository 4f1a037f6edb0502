"""LibreOffice Calc as a place where a workbook is open: the driver, what it does inside, the extension.

`office` has the program and its workbooks, `driver` the way to a workbook's content over a `connection`;
`inside` is what runs in LibreOffice itself, `extension` the buttons and worksheet functions there. What may
not enter: trackers, and anything of Excel's.
"""
