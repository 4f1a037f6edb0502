"""《跨部门协作执行方案》 as a sheet."""

from __future__ import annotations

from xl_collab.documents.upright import drawer

draw = drawer("execution")
