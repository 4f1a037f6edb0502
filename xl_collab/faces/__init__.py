"""The old name of `xl_collab.ui`, only for what workbooks of version 0.1 call; nothing else may enter.

Their VBA says `import xl_collab.faces.ribbon` and `xl_collab.faces.functions`, and people keep such workbooks
for years. This is the one exception to the rule that nothing stands under an old name.
"""
