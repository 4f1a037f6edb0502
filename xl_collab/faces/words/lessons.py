"""What lessons, raci and new --from-lessons say on the command line, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from xl_collab.schema.words import Text, t

__all__ = ["LESSONS_HELP", "LESSONS_SAID"]

LESSONS_HELP: Mapping[str, Text] = {
    "lessons": t(
        "从数据里找经验教训，采纳后写入经验登记", "Find lessons in the data; accepted ones go into Lessons"
    ),
    "accept_lesson": t(
        "采纳这一条：late-T003、late（同类）、improve（类别）或 all；可重复",
        "Accept: late-T003, late (all of them), improve (a kind), or all; may be repeated",
    ),
    "raci": t("画责任矩阵：任务与部门、接口人、三不管", "Draw the responsibility matrix with its gaps"),
    "from_lessons": t(
        "带入这个旧项目的可复用模式、改进与发生过的风险",
        "Take over the patterns, improvements and struck risks of this finished project",
    ),
}

LESSONS_SAID: Mapping[str, Text] = {
    "lessons_title": t("数据里的经验教训（提议）", "Lessons in the data (proposals)"),
    "lessons_columns": t("编号|类别|内容|依据|怎么用", "Name|Kind|Lesson|Evidence|How to use it"),
    "no_lessons": t("数据里没有待登记的经验教训。", "The data shows no lesson that is not on record."),
    "lesson_accepted": t("已采纳 {lesson} → 经验登记 {row}", "Accepted {lesson} → Lessons {row}"),
    "raci_gaps": t("责任矩阵：{rows} 行，{gaps} 行有缺口", "Responsibilities: {rows} rows, {gaps} with gaps"),
    "inherited": t(
        "从 {name} 带入经验 {lessons} 条、风险 {risks} 条",
        "Taken over from {name}: {lessons} lessons, {risks} risks",
    ),
}
