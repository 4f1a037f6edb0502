"""Notes as people write them in 备注: half of them hold a condition, half are plain prose."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

_RESOURCES = ("资源承接能力", "测试环境", "样机数量", "预算额度", "人员到位情况", "场地档期", "模具交期")
_OUTPUTS = ("原型", "初稿", "样件", "测试报告", "物料清单", "培训材料", "终版方案")
_TROUBLES = ("原型延迟", "来料不合格", "审批超时", "测试不通过", "供应商变更", "人员变动")
_PROSE = (
    "与上一批次做法相同", "按去年经验执行", "资料在共享盘", "供应商已报价", "沿用现有模板", "会上已讨论",
    "依赖外部实验室排期", "样品先行", "两地同步进行", "注意版本号", "客户要求中英文各一份", "节前物流较慢",
)  # fmt: skip

Writer = Callable[[random.Random, Sequence[str]], str]


def _confirm(draw: random.Random, departments: Sequence[str]) -> str:
    one, other = draw.sample(departments, 2)
    return f"需确认{one}、{other}{draw.choice(_RESOURCES)}"


def _before(draw: random.Random, departments: Sequence[str]) -> str:
    day = f"{draw.randrange(1, 13)}月{draw.randrange(1, 29)}日"
    return f"{draw.choice(departments)}需保证{day}前输出{draw.choice(_OUTPUTS)}"


def _warn(draw: random.Random, departments: Sequence[str]) -> str:
    return f"若{draw.choice(_TROUBLES)}，需提前{draw.randrange(2, 8)}个工作日预警"


def _sign(draw: random.Random, departments: Sequence[str]) -> str:
    return f"{draw.choice(_OUTPUTS)}需双方签字确认"


def _copy(draw: random.Random, departments: Sequence[str]) -> str:
    return f"需提交至上级领导并抄送{draw.choice(departments)}"


def _prose(draw: random.Random, departments: Sequence[str]) -> str:
    return f"{draw.choice(_PROSE)}（见附件{draw.randrange(1, 400)}）"


_WRITERS: tuple[Writer, ...] = (_confirm, _before, _warn, _sign, _copy, *(_prose,) * 5)


def note_pool(draw: random.Random, departments: Sequence[str], count: int) -> list[str]:
    """`count` different notes of one or two clauses."""
    found: dict[str, None] = {}
    while len(found) < count:
        clauses = [draw.choice(_WRITERS)(draw, departments) for _ in range(draw.choice((1, 1, 2)))]
        found["；".join(clauses)] = None
    return list(found)
