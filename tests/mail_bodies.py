"""What people write in the mail to which they attach a reply: with something left to read, and without.

Collected from how such mails are written, before there was a rule. The sender is 李四, or Li Si.
"""

from __future__ import annotations

QUOTE_OUTLOOK = (
    "\n\n发件人: 项目办 <pmo@example.com>\n发送时间: 2023年11月13日 17:20\n收件人: 李四 <rd@example.com>\n"
    "抄送: 王总 <wang@example.com>\n主题: 请填报：智能台灯\n\n各位好：\n请在 11 月 20 日前填写附件。"
    "T005 已过时间节点，"
    "请说明原因。\n\n项目办"
)
QUOTE_OUTLOOK_EN = (
    "\n\nFrom: PMO <pmo@example.com>\nSent: Monday, November 13, 2023 5:20 PM\nTo: Li Si <rd@example.com>\n"
    "Subject: Please report: Smart Lamp\n\nDear all,\nplease fill in the attached file by 20 November. "
    "T005 is late."
)
QUOTE_QQ = (
    '\n\n\n------------------ 原始邮件 ------------------\n发件人: "项目办" <pmo@example.com>;\n'
    '发送时间: 2023年11月13日(星期一) 下午5:20\n收件人: "李四"<rd@example.com>;\n\n主题: '
    "请填报：智能台灯\n\n"
    "请在 11 月 20 日前填写附件，T005 要延期请说明。"
)
QUOTE_163 = (
    '\n\n\n\n在 2023-11-13 17:20:11，"项目办" <pmo@example.com> 写道：\n\n请在 11 月 20 日前填写附件。'
    "\nT005 已逾期。"
)
QUOTE_FOXMAIL = (
    "\n\n\n\n李四\n研发部\n \n发件人： 项目办\n发送时间： 2023-11-13 17:20\n收件人： rd@example.com\n"
    "主题： 请填报\n"
    "请在 11 月 20 日前填写附件，T005 已逾期。"
)
QUOTE_GMAIL = (
    "\n\nOn Mon, Nov 13, 2023 at 5:20 PM PMO <pmo@example.com> wrote:\n\n> Dear all,\n> please fill in "
    "the file.\n"
    "> T005 is late, when will it be finished?\n"
)
QUOTE_GMAIL_FOLDED = (
    "\n\nOn Mon, Nov 13, 2023 at 5:20 PM Project Management Office\n"
    "<project.management.office@example.com> "
    "wrote:\n> T005 is late\n"
)
QUOTE_WECOM = (
    "\n\n\n---- 回复的原邮件 ----\n发件人\t项目办<pmo@example.com>\n日期\t2023年11月13日 17:20\n"
    "收件人\t李四\n"
    "主题\t请填报\n请在 11 月 20 日前填写附件，T005 已逾期。"
)
SIGNED = (
    "\n\n--\n李四\n研发部\n星辰照明股份有限公司\n电话：0755-2345 6789\n手机：138 0013 8000\n"
    "地址：深圳市南山区科技园 8 号"
)
BOILERPLATE = (
    "\n\n本邮件及其附件含有星辰照明的保密信息，仅限于发送给上面地址中列出的个人或群组。"
    "禁止任何其他人以任何形式使用"
    "（包括但不限于全部或部分地泄露、复制或散发）本邮件中的信息。如果您错收了本邮件，"
    "请您立即电话或邮件通知发件人并"
    "删除本邮件！\n\nThis e-mail and its attachments contain confidential information, which is "
    "intended only for "
    "the person or entity whose address is listed above. Any use of the information contained herein "
    "in any way "
    "by persons other than the intended recipient(s) is prohibited."
)

NOTHING: tuple[str, ...] = (
    "",
    "\n \n\u3000\n",
    "见附件",
    "见附件。",
    "详见附件，谢谢！",
    "附件请查收",
    "附件请查收，谢谢。",
    "请查收附件。",
    "请查收。",
    "请查收！\n\n李四",
    "附件已填好",
    "已填好，请查收。",
    "已填写，见附件。",
    "已按要求填写完毕，请查收附件，谢谢！",
    "您好：\n附件为研发部任务填报表，请查收。\n谢谢！\n李四",
    "各位好，\n\n附件是我部本周的填报，请查收。\n\n祝好\n李四",
    "王经理：\n您好！填报表见附件，请审阅。\n此致\n敬礼",
    "王总，您好，附件已填好，请查收，谢谢。",
    "张工你好\n表格填好了，发给你。",
    "收到",
    "收到，谢谢！",
    "好的，收到，已填好见附件。",
    "如附件",
    "回复如附件，请知悉。",
    "附件：研发部-任务填报.xlsx",
    "研发部的反馈见附件，如有问题请随时联系。",
    "填好了，辛苦！",
    "麻烦查收一下附件，谢谢",
    "文件已上传附件，请查阅。\n祝工作顺利！",
    "大家好！附件是更新后的表格，请查收。",
    "见附件\n\n发自我的iPhone",
    "已填好。\n\n发自我的华为手机",
    "请查收\n来自企业微信",
    "见附件。\n\n获取 Outlook for iOS",
    "附件已填好。" + SIGNED,
    "附件已填好，请查收。" + SIGNED + BOILERPLATE,
    "见附件" + QUOTE_OUTLOOK,
    "见附件" + QUOTE_QQ,
    "附件已填好，请查收，谢谢。" + QUOTE_163,
    "见附件，谢谢！" + QUOTE_FOXMAIL,
    "请查收附件" + QUOTE_WECOM,
    QUOTE_OUTLOOK,
    QUOTE_QQ,
    "见附件。\n\n李四\n研发部 | 星辰照明\nTel: 0755-23456789\nE-mail: rd@example.com\nwww.example.com",
    "附件请查收。\n\n顺颂商祺\n\n李四 硬件工程师\n星辰照明股份有限公司 研发部\n邮编：518000\n"
    "传真：0755-23456780",
    "已填\n谢谢\n\n----------\n李四 13800138000",
    "附件请查收\n\n> 请在 11 月 20 日前填写附件。\n> T005 已逾期，请说明原因。",
    "见附件" + BOILERPLATE,
    "领导好，填报表已填，请过目。以上，谢谢！",
    "重发一次，见附件。",
    "补发附件，抱歉。",
    "附件",
    "如题，见附件。",
    "表格已填写完成，见附件",
    "已完成填报，请查收",
    "回传，请查收",
    "请领导审阅附件",
    "表已填，请收",
    "您好，\n\n随信附上填报表。\n\n祝好！",
    "王芳你好，\n附件是本周填报。\n\n谢谢\n小李",
    "@王芳 附件已填好",
    "TO 王经理：\n附件请查收",
    "各位领导、同事：\n  附件为研发部任务填报，请审阅。\n  顺祝商祺！\n\n研发部 李四\n2023年11月14日",
    "Hi all,\nour input is attached.",
    "Here you go.\n\nBest\nLi Si",
    "FYI",
    "Please find attached.",
    "Please find the completed file attached.",
    "Hi,\n\nplease see attached.\n\nBest regards\nLi Si",
    "Hello Ms Wang,\n\nattached please find our filled-in form.\n\nKind regards,\nLi Si\nR&D Department",
    "Dear all,\n\nThe attached file has been filled in.\n\nThanks!\nLi Si",
    "Attached. Thanks.",
    "See attachment, thanks",
    "Here is the updated sheet.\n\nBR\nLi Si",
    "Hi Wang Fang,\nattached is our feedback for your reference.\nMany thanks and best regards,\nLi Si",
    "Please find attached the completed workbook." + QUOTE_OUTLOOK_EN,
    "As requested, the form is attached.\n\nCheers" + QUOTE_GMAIL,
    "Attached" + QUOTE_GMAIL_FOLDED,
    "Please see the attached file.\n\nSent from my iPhone",
    "Attached.\n\nGet Outlook for Android",
    "Dear Wang Fang,\n\nPlease find attached.\n\n-- \nLi Si\nHardware Engineer\nStarlight Co., Ltd.\n"
    "+86 755 2345 6789",
    "Sorry for the late reply, file attached.\n\nRegards\nLi Si",
    "Let me know if you have any questions.\n\nBest,\nLi Si",
    "Hi,\n\nfile attached.\n\nBest regards,\nLi Si\nTel: +86 755 2345 6789\nMobile: +86 138 0013 8000\n"
    "li.si@example.com" + BOILERPLATE,
)

NEWS: tuple[str, ...] = (
    "附件已填好，另外T005要延期到下周五，请注意",
    "见附件。T003 预计 12 月 5 日才能完成。",
    "请查收附件，谢谢！\nT007 的样机坏了，需要重新打样。",
    "王经理：\n您好，附件已填好。外壳供应商涨价 8%，是否同意请回复。\n谢谢\n李四",
    "附件请查收。下周三我出差，评审请改到周四。",
    "已填好，T004 我们做不了，应由生产部负责。",
    "本部门无变化。",
    "没有变化",
    "无更新",
    "同意",
    "不同意这个时间",
    "已完成",
    "延期",
    "暂停",
    "周五前给",
    "高风险",
    "T005",
    "我们已经完成了，表里没填",
    "来不及填表，T005 完成 80%，其余没变。",
    "表打不开，请重发。",
    "附件打不开",
    "密码是 1234",
    "收到，但时间太紧，恐怕做不完。",
    "收到。请把截止日期延到月底。",
    "附件已填好，但 T003 的完成率先不要报给领导。",
    "见附件，红色字体是我改的。",
    "见附件，答复见下方红字。" + QUOTE_OUTLOOK,
    "详见附件第二个表。",
    "附件里第 3 行我没有填，等采购部确认。",
    "请查收附件。附件中 T006 的日期是暂定的。",
    "李四已离职，以后请发给赵六。",
    "以后请抄送赵六 zhao@example.com",
    "我这周休假，填报由赵六负责。",
    "各位好：\n附件请查收。\n\n另：建议例会改为周二上午。\n\n祝好\n李四",
    "好的。能否再给两天？",
    "请问 T005 的依据是什么？",
    "这个表不归我们部门填。",
    "T003 不是我们部门的，请转市场部。",
    "附件已填好\n\n需要市场部协助提供样品清单。" + SIGNED,
    "附件已填好。样品下周到货。" + SIGNED + BOILERPLATE,
    "见附件。T005 延期的原因是缺料。" + QUOTE_QQ,
    "见附件，11 月 30 日可以交付。" + QUOTE_163,
    "T005 延到 12 月 8 日" + QUOTE_FOXMAIL,
    "12月8日" + QUOTE_WECOM,
    "> 请在 11 月 20 日前填写附件。\n\n好的\n\n> T005 已逾期，请说明原因。\n\n缺料，12 月 8 日到货。",
    "见附件。\n\nPS：打样费用超预算 2 万元。\n\n发自我的iPhone",
    "请查收。\n预算不够。\n李四\n研发部",
    "附件为上周版本，最新的明天发。",
    "先发一版，T008 明天补。",
    "这是正确的，刚才那份作废。",
    "前一份请忽略，以此为准。",
    "填好了，第 5 项写错了，应为 12 月 5 日。",
    "人手不足，请协调。",
    "设备坏了",
    "客户取消了订单，项目是否继续？",
    "如附件，另有 3 项未列入。",
    "附件请查收，数据截至昨天。",
    "我部对方案有保留意见，见附件说明。",
    "详见附件，王工已确认。",
    "Please find attached. T005 will be late by two weeks.",
    "Hi,\n\nattached is the file. We need another 3 days for T007.\n\nBest regards\nLi Si",
    "File attached, but the supplier has not confirmed the date yet.",
    "No change.",
    "Nothing new from our side.",
    "Agreed.",
    "We cannot open the file.",
    "T005 done.",
    "Completed last Friday.",
    "Dear all,\n\nplease see attached.\nThe budget is exceeded by 20%.\n\nThanks\nLi Si",
    "Please find attached the completed workbook. Row 5 is only a guess." + QUOTE_OUTLOOK_EN,
    "As requested, the form is attached. T005 slips to 8 December." + QUOTE_GMAIL,
    "Hello,\n\n> T005 is late, when will it be finished?\n8 December.\n",
    "I am on leave until Monday, please contact Zhao Liu.",
    "Attached. Please call me about T003.",
    "Can we move the meeting to Thursday?",
    "Please ignore my previous mail, this is the right file.",
    "Attached, but T004 is not ours." + QUOTE_GMAIL_FOLDED,
    "Attached.\n\nWe are short of people.\n\nSent from my iPhone",
    "Hi Wang Fang,\nthe tooling is broken.\n\n-- \nLi Si\nStarlight Co., Ltd.\n+86 755 2345 6789",
    "FYI the order was cancelled.",
    "已完工",
    "见附件，物料还没到",
    "见附件，模具厂倒闭了",
    "见附件。另，赵工下月调岗。",
    "附件请查收，其中预计完成日期为估计",
    "见附件，已与市场部沟通一致",
    "见附件\n12月8日",
    "填写完成率时请注意",
    "已完成，请查收",
    "Attached. Bob takes over.",
    "请再发一份",
    "见附件。请市场部填写第 2 项",
    "附件已填好，本周提交方案",
    "见附件\n给市场部",
    "样品在星辰公司",
    "见附件\n应该是生产部",
    "更换经理",
    "见附件\n手机：样机下周到",
    "表在填，稍后发",
    "表还没填",
    "黄灯",
    "周五",
    "进度正常",
    "见附件\n一切按计划进行",
    "附件\n-----\n客户涨价",
    "客户来信写道：\n样品不合格",
    "客户说：本邮件供货价有效期到月底，见附件",
    "On hold",
    "Attached.\n\nOn Hold",
    "Attached.\nT/T payment not received",
    "The form is not complete.",
    "Form to be completed next week.",
    "Attached. My new number: +86 755 9999 0000",
    "见附件\n新地址：深圳市南山区 9 号",
    "OK to delay",
    "谢谢提醒，已处理",
    "---------- Forwarded message ---------\nFrom: Zhao Liu <zhao@example.com>\nDate: Mon, Nov 13, 2023\n"
    "Subject: samples\nTo: Li Si <rd@example.com>\n\nThe samples will arrive on 8 December.",
)
