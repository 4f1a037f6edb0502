"""《启动会会议纪要》 as a sheet."""

from __future__ import annotations

from xl_collab.documents.upright import drawer

draw = drawer("kickoff")
