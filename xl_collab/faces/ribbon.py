"""Clicks in workbooks with the VBA of version 0.1: the one exception to "nothing under an old name"."""

from xl_collab.ui.ribbon import run as run
