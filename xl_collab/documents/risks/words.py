"""Short names of the kinds of risks, wherever they are listed."""

from __future__ import annotations

from xl_collab.schema.words import t

KIND = {
    "late": t("已晚", "Late"),
    "expected": t("预计晚", "Expected late"),
    "projected": t("推算晚", "Projected late"),
    "close": t("临期", "Due soon"),
    "waiting": t("前置为红", "Waiting"),
    "missed": t("缺记录", "No records"),
    "confirmation": t("待确认", "To confirm"),
    "deadline": t("备注期限", "Noted date"),
    "register": t("登记", "Register"),
    "no_owner": t("无责任方", "No owner"),
    "no_support": t("缺配合", "No support"),
    "paused": t("前置暂停", "Paused"),
    "cancelled": t("前置取消", "Cancelled"),
    "overload": t("负荷", "Overload"),
}
