"""Worksheet functions in workbooks of version 0.1: the one exception to "nothing under an old name"."""

from xl_collab.ui.functions import *  # noqa: F403  -- xlwings looks the functions up by name here
