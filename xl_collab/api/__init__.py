"""What scripts and notebooks use, in the manners of pandas, openpyxl and xlwings; `import xl_collab` has it.

`opening` opens and makes trackers, `tracker` is one that is read, changed in memory and saved; `calendar` has
the working days; `frames` turns tables into DataFrames and DataFrames into edits; `views` shows what the
rules find. What may not enter: rules (they stand in `plan`, `checks` and `documents`), ways to write
(`commands.session`).
"""
