"""What is said about mails that cannot be taken, or not wholly; each sentence says what to do."""

from __future__ import annotations

from xl_collab.model.words import Text, t

SENTENCES: dict[str, Text] = {
    "mail-unreadable": t(
        "打不开邮件：{why}。请检查路径和权限。",
        "Cannot open the mail: {why}. Check the path and the permissions.",
    ),
    "mail-size": t(
        "邮件或其附件超过 {limit} MB。请把附件另存后单独回收。",
        "The mail or what is attached exceeds {limit} MB. Save the attachment and collect it by itself.",
    ),
    "mail-parts": t(
        "邮件结构过于复杂（超过 {limit} 个部分）。请把附件另存后单独回收。",
        "The mail has an absurd structure (over {limit} parts). Save the attachment and collect that.",
    ),
    "mail-headers": t(
        "邮件头大得不正常，已拒绝。请把附件另存后单独回收。",
        "The mail's headers are absurdly big; it was refused. Save the attachment and collect it by itself.",
    ),
    "mail-many": t(
        "附件超过 {limit} 个，已拒绝。请把需要的附件另存后单独回收。",
        "Over {limit} attachments; refused. Save the ones that matter and collect them by themselves.",
    ),
    "mail-broken": t(
        "这不是可以读取的邮件（.eml）。请在邮件程序中重新另存为 .eml，或只回收附件。",
        "This is no readable mail (.eml). Save it as .eml again, or collect the attachment by itself.",
    ),
    "mail-sender": t(
        "发件人地址不明确，无法与部门核对；该邮件中的修改需人工确认。",
        "The sender's address is not clear and cannot be compared with the department; confirm by hand.",
    ),
    "winmail": t(
        "附件 winmail.dat 不受支持（Outlook 的 RTF 格式）。请对方改用 HTML 或纯文本格式重发附件。",
        "The attachment winmail.dat (Outlook's rich text) is not supported. "
        "Ask for it again, sent as HTML or plain text.",
    ),
    "mail-archive": t(
        "附件“{name}”是压缩包，没有读取。请解压后把里面的 .xlsx 单独回收。",
        "The attachment “{name}” is an archive and was not read. Unpack it and collect the .xlsx in it.",
    ),
    "mail-other": t(
        "附件“{name}”不是工作簿，没有读取。", "The attachment “{name}” is no workbook and was not read."
    ),
}
