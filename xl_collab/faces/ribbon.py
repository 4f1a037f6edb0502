"""Clicks in workbooks whose VBA was written by version 0.1: the one exception to "nothing under an old name"."""

from xl_collab.ui.ribbon import run as run
