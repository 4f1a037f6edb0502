"""What lessons that data teaches say, in both languages: the sentence, and how to use it next time."""

from __future__ import annotations

from xl_collab.schema.words import t

CHECK_CALENDAR = t("排期前先查节假日表，避开非工作日", "Look at the calendar before fixing dates")
KEEP_RECORDS = t("指定专人当天登记，缺一期就补", "Name one person who enters them the same day")
ASK_EARLIER = t("立项时即登记此风险，并提前落实应对", "Enter it at the start, with its answer ready")
REUSE_ANSWER = t("同类项目立项时即登记此风险与应对", "Enter this risk with its answer in similar projects")
KEEP_MEASURES = t("延迟时沿用：{measures}", "When late again: {measures}")
KEEP_ROUTINE = t("下个项目沿用其做法", "Keep its way of working in the next project")
ANSWERED = t(
    "风险“{risk}”以“{measure}”应对，没有发生。", "The risk “{risk}” did not strike; answer: {measure}"
)
STRUCK_ANSWER = t("{ask}：{measure}", "{ask}: {measure}")

SOURCE = t("复盘 {date}（{key}）", "Review {date} ({key})")
CARRIED = t("{project} {id}", "{project} {id}")
"""来源 of a row that came from another project: its name and the row's ID there."""
EVIDENCE_OF = t("、", ", ")
