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
    "mail-encrypted": t(
        "邮件是加密的（S/MIME、PGP 或权限保护），无法读取。请在邮件程序中打开它，"
        "把附件另存到放回复的文件夹再收取。",
        "The mail is encrypted (S/MIME, PGP or rights management) and cannot be read. Open it in the mail "
        "program, save the attachment into the folder of replies, and collect that.",
    ),
    "mail-signed": t(
        "邮件连同附件被整个封装在数字签名里（smime.p7m），没有拆开。请在邮件程序中打开它，"
        "把附件另存到放回复的文件夹再收取；"
        "或请对方改用“明文签名”重发。",
        "The mail is wrapped in its signature as a whole (smime.p7m) and was not unwrapped. Open it in "
        "the mail "
        "program and save the attachment, or ask for it again, clear-signed.",
    ),
    "mail-cloud": t(
        "附件{name}是{place}的链接，邮件里没有文件。请点开链接，"
        "把文件下载到放回复的文件夹再收取；或请对方以普通附件重发。链接会过期。",
        "The attachment {name} is a link to {place}; the mail holds no file. Follow the link, save the "
        "file into "
        "the folder of replies and collect that, or ask for a plain attachment. Such links expire.",
    ),
    "mail-archive": t(
        "附件“{name}”是压缩包，没有读取。请解压后把里面的 .xlsx 单独回收。",
        "The attachment “{name}” is an archive and was not read. Unpack it and collect the .xlsx in it.",
    ),
    "mail-other": t(
        "附件“{name}”不是工作簿，没有读取。", "The attachment “{name}” is no workbook and was not read."
    ),
}
