"""The catalogue of findings: code, severity, sentence, cause and cure, in both languages.

Codes are stable: E1xx entry, R2xx responsibility, S4xx structure, C5xx calendar, A6xx agreement. P3xx, the
process, is in `catalogue_process.py`. The reference page is generated from here.
"""

from __future__ import annotations

from xl_collab.schema.catalogue_process import PROCESS
from xl_collab.schema.findings import Family, FindingKind, Severity
from xl_collab.schema.words import t

_FAMILY: dict[str, Family] = {
    "E": "entry", "R": "responsibility", "P": "process", "S": "structure", "C": "calendar", "A": "agreement",
}  # fmt: skip
Pair = tuple[str, str]


def _kind(code: str, severity: Severity, title: Pair, sentence: Pair, cause: Pair, cure: Pair) -> FindingKind:
    texts = (t(*pair) for pair in (title, sentence, cause, cure))
    return FindingKind(code, _FAMILY[code[0]], severity, *texts)


MISSING = _kind(
    "E101", "error", ("必填项为空", "Required cell empty"),
    ("“{column}”未填", "{column} is empty"),
    ("这一列是必填的，此行已有其他内容", "The column is required and the row has other content"),
    ("补填此格；整行不要了就整行清空", "Fill the cell, or clear the whole row"),
)  # fmt: skip
UNKNOWN_DEPARTMENT = _kind(
    "E102", "error", ("部门不在通讯录", "Department not in Contacts"),
    ("“{column}”里的“{name}”不在通讯录{hint}", "{name} in {column} is not in Contacts{hint}"),
    ("写法与通讯录不同，或通讯录漏登", "Spelled differently, or missing from Contacts"),
    ("改成通讯录里的名称，或在通讯录加上它或其别名", "Use the name in Contacts, or add it or an alias there"),
)  # fmt: skip
UNREADABLE_DEADLINE = _kind(
    "E103", "error", ("时间节点看不懂", "Due date not understood"),
    ("时间节点“{text}”看不懂：{why}", "The due entry {text!r} cannot be read: {why}"),
    ("写法含糊或日期不存在，工具从不猜测", "Ambiguous or impossible; the tool never guesses"),
    (
        "写成 {example} 这样的日期，或“每周一17:00前”这样的周期",
        "Write a date such as {example} or a recurrence such as 'every Monday by 17:00'",
    ),
)  # fmt: skip
TEXT_DATE = _kind(
    "E104", "error", ("Excel 没有认作日期", "Not a date to Excel"),
    ("“{column}”的“{text}”不是真正的日期，看来是 {date}，此行暂不计算", "{column} holds {text!r}, no real date; it seems {date}; the row is not computed"),
    ("单元格是文本格式，或写法不是 Excel 的日期", "The cell is formatted as text, or Excel did not take it as a date"),
    ("重新输入 {date} 让它成为真正的日期", "Enter {date} again as a real date"),
)  # fmt: skip
BAD_DATE = _kind(
    "E105", "error", ("日期看不懂", "Date not understood"),
    ("“{column}”的“{text}”不是日期", "{text!r} in {column} is not a date"),
    ("含糊、不存在或超出 2000–2100 年", "Ambiguous, impossible, or outside the years 2000–2100"),
    ("写成 {example} 这样的日期", "Write a date such as {example}"),
)  # fmt: skip
DAY_OFF = _kind(
    "E106", "warning", ("日期不是工作日", "Not a working day"),
    ("“{column}” {date} 不是工作日（{why}）；最近的工作日：{before} 或 {after}", "{column} {date} is no working day ({why}); nearest: {before} or {after}"),
    ("固定日期不会自动挪动", "Fixed dates never move by themselves"),
    ("改到邻近的工作日；若确要在这天，保留即可", "Move it to a working day nearby, or keep it if it is meant"),
)  # fmt: skip
YEAR_INFERRED = _kind(
    "E107", "warning", ("年份是推断的", "Year inferred"),
    ("时间节点“{text}”没有年份，按前后行推断为 {date}", "The due entry {text!r} has no year; read as {date} from the rows around it"),
    ("只写了月日", "Only month and day were given"),
    ("补上年份", "Add the year"),
)  # fmt: skip
DATE_ORDER = _kind(
    "E108", "error", ("日期先后矛盾", "Impossible order of dates"),
    ("“{first}” {first_date} 晚于“{second}” {second_date}", "{first} {first_date} is after {second} {second_date}"),
    ("两个日期至少有一个不对", "At least one of the two is wrong"),
    ("核对并改正其中一个", "Check and correct one of them"),
)  # fmt: skip
FUTURE_ACTUAL = _kind(
    "E109", "error", ("实际日期在将来", "Actual date in the future"),
    ("“{column}” {date} 晚于数据日期 {as_of}，只当承诺", "{column} {date} is after the data date {as_of}: no more than a promise"),
    ("把预计日期填进了实际列，或数据日期没有更新", "A forecast was entered as actual, or the data date is old"),
    ("挪到“预计完成”，或更新设置里的数据日期", "Move it to Expected finish, or update the data date in Settings"),
)  # fmt: skip
DONE_NO_DATE = _kind(
    "E110", "error", ("已完成但没有日期", "Done without a date"),
    ("状态是“{status}”，但“{column}”是空的", "The status is {status}, but {column} is empty"),
    ("只改了状态", "Only the status was changed"),
    ("补填实际完成日期", "Enter the actual finish"),
)  # fmt: skip
DATE_NOT_DONE = _kind(
    "E111", "error", ("有实际完成日期但状态未完成", "Finished but not marked done"),
    ("已填“{column}” {date}，状态却是“{status}”", "{column} is {date}, but the status is {status}"),
    ("只填了日期，或日期填错了列", "Only the date was entered, or in the wrong column"),
    ("把状态改为已完成，或清掉日期", "Set the status to done, or clear the date"),
)  # fmt: skip
DONE_NOT_FULL = _kind(
    "E112", "warning", ("已完成但完成率不足", "Done below 100 %"),
    ("状态是“{status}”，完成率却是 {percent}", "The status is {status}, but {percent} is done"),
    ("两处没有一起更新", "The two were not updated together"),
    ("完成率改为 100%，或状态改为进行中", "Set 100 %, or the status to in progress"),
)  # fmt: skip
FULL_NOT_DONE = _kind(
    "E113", "warning", ("完成率 100% 但未完成", "100 % but not done"),
    ("完成率 100%，状态却是“{status}”", "100 % is done, but the status is {status}"),
    ("两处没有一起更新", "The two were not updated together"),
    ("状态改为已完成并填实际日期，或改完成率", "Set the status to done with a date, or correct the percentage"),
)  # fmt: skip
NOT_STARTED_PERCENT = _kind(
    "E114", "warning", ("未开始却有完成率", "Not started but progressing"),
    ("状态是“{status}”，完成率却是 {percent}", "The status is {status}, but {percent} is done"),
    ("两处没有一起更新", "The two were not updated together"),
    ("状态改为进行中，或清掉完成率", "Set the status to in progress, or clear the percentage"),
)  # fmt: skip
OUT_OF_RANGE = _kind(
    "E115", "error", ("数值超出范围", "Number out of range"),
    ("“{column}”的 {value} 不在 {low} 到 {high} 之间", "{value} in {column} is not between {low} and {high}"),
    ("多写或少写了位数；百分比 80% 写成了 80", "A digit too many or too few; 80 written for 80 %"),
    ("改成范围内的数；百分比带上 %", "Enter a number in the range; write percentages with %"),
)  # fmt: skip
NOT_IN_LIST = _kind(
    "E116", "error", ("不在可选项里", "Not one of the choices"),
    ("“{column}”的“{text}”不是可选项：{choices}", "{text!r} in {column} is not one of: {choices}"),
    ("粘贴时盖掉了下拉框，或自造了说法", "Pasting replaced the drop-down, or a word was made up"),
    ("从下拉框里选一个", "Choose one from the drop-down"),
)  # fmt: skip
ALIAS = _kind(
    "E117", "warning", ("说法不统一", "Other wording"),
    ("“{column}”的“{text}”应写作“{label}”，否则公式不认", "{text!r} in {column} should be {label!r}; formulas do not know the former"),
    ("意思对，写法与下拉框不同", "The meaning is clear, the wording differs from the drop-down"),
    ("改成“{label}”", "Write {label!r}, as the drop-down has it"),
)  # fmt: skip
FORMULA_IN_DATA = _kind(
    "E118", "warning", ("数据格里是公式", "Formula in a data cell"),
    ("“{column}”里是公式 ={text}", "{column} holds the formula ={text}"),
    ("这一列应由人填写；公式会随别处变动", "People should enter this column; a formula changes with other cells"),
    ("用“粘贴为数值”换成结果", "Replace it by its value"),
)  # fmt: skip
ERROR_CELL = _kind(
    "E119", "error", ("单元格是错误值", "Cell shows an error"),
    ("“{column}”显示 {text}", "{column} shows {text}"),
    ("引用的单元格被删，或公式算不出", "A referenced cell was deleted, or a formula fails"),
    ("重新填写此格", "Enter the value again"),
)  # fmt: skip
TOO_LONG = _kind(
    "E120", "error", ("文字过长", "Text too long"),
    ("“{column}”有 {length} 个字符，Excel 最多 32767 个", "{column} has {length} characters; Excel holds 32767"),
    ("其他程序写入了过长的文字", "Another program wrote an over-long text"),
    ("删短，详情另存文件", "Shorten it and keep details in a file"),
)  # fmt: skip
NOT_A_NUMBER = _kind(
    "E121", "error", ("不是数字", "Not a number"),
    ("“{column}”的“{text}”不是数字", "{text!r} in {column} is not a number"),
    ("写了文字或带单位", "Words or a unit were entered"),
    ("只填数字", "Enter a plain number"),
)  # fmt: skip
BASELINE_CHANGED = _kind(
    "E122", "warning", ("时间节点改了但没有审批通过的进度调整", "Due date changed without approval"),
    ("时间节点 {date} 与基线 {baseline} 不同，没有审批通过的进度调整；偏差仍按基线计算", "Due {date} differs from baseline {baseline} without an approved schedule change; variance keeps the baseline"),
    ("冻结后直接改了时间节点", "The due date was edited after the freeze"),
    ("在“进度调整”登记，审批通过后再 freeze，或改回 {baseline}", "Record and approve a schedule change, then freeze; or restore {baseline}"),
)  # fmt: skip
TEXT_DEADLINE = _kind(
    "E123", "warning", ("时间节点没有被 Excel 认作日期", "Due date that is no date to Excel"),
    ("时间节点“{text}”不是真正的日期，读作 {date}；还没有基线，此行暂不算偏差和预警", "The due entry {text!r} is no real date, read as {date}; without a baseline the row has no variance or alert yet"),
    ("单元格是文本格式，或写法不是 Excel 的日期，公式算不了", "The cell is formatted as text, or Excel did not take it as a date; formulas cannot use it"),
    ("重新输入 {date} 让它成为真正的日期，或运行 freeze 冻结为基线", "Enter {date} again as a real date, or freeze it into the baseline"),
)  # fmt: skip
FORMULA_LOST = _kind(
    "E124", "info", ("公式被覆盖或缺失", "Formula overwritten or missing"),
    ("“{column}”有 {count} 格的公式被覆盖或缺失，已恢复", "{count} cells of {column} had lost their formula; restored"),
    ("手工输入、粘贴，或其他程序加的行", "Typing, pasting, or rows added by another program"),
    ("无需处理；这一列请勿填写", "Nothing to do; please do not type in this column"),
)  # fmt: skip
BAD_EMAIL = _kind(
    "E125", "warning", ("邮箱写法不对", "Malformed e-mail address"),
    ("邮箱“{text}”不是有效地址", "{text!r} is not a valid address"),
    ("漏了 @ 或夹了空格、逗号", "An @ is missing, or there are spaces or commas"),
    ("改成 name@company.com 这样的单个地址", "Enter one address such as name@company.com"),
)  # fmt: skip
NAMELESS_FEEDBACK = _kind(
    "E126", "warning", ("配合反馈没写部门", "Support feedback without a department"),
    ("“{column}”的“{text}”没有写明是哪个部门说的", "{text!r} in {column} does not say which department it is from"),
    ("几个部门共用一格，各写一行，行首是【部门】", "Several departments share the cell; each line begins with [department]"),
    ("在行首加上部门，如【市场部】", "Begin the line with the department, as in [Marketing]"),
)  # fmt: skip
STRANGE_FEEDBACK = _kind(
    "E127", "warning", ("反馈的部门不配合此行", "Feedback from a department that does not support the row"),
    ("“{column}”里有“{name}”的反馈，但它不是此行的配合部门{hint}", "{column} has words of {name}, which does not support this row{hint}"),
    ("名称写法与通讯录不同，或配合部门改过", "Spelled differently from Contacts, or the supporting departments changed"),
    ("改成通讯录里的名称，或把该部门加进“配合部门”", "Use the name in Contacts, or add the department to Supporting"),
)  # fmt: skip
NOT_READ = _kind(
    "E128", "error", ("读取时出错", "Reading failed"),
    ("“{column}”的“{text}”读取时出错，这一格没有参与计算", "Reading {text!r} in {column} failed; the cell is left out of every figure"),
    ("程序没有料到这种写法；其余各格照常处理，出错的经过记在日志里", "The program did not expect this wording; all other cells are used, and the log says what happened"),
    ("把这一格改写后重试，并请把日志发给维护者", "Write the cell in another way and try again; please send the log to the maintainers"),
)  # fmt: skip
NO_ANCHOR = _kind(
    "E129", "warning", ("周期缺少起点", "Recurrence without its start"),
    ("“{text}”隔一段重复一次，从哪一天算起没有写，因此不提醒也不计缺期", "{text!r} repeats at an interval, but nothing says from which day; it reminds of nothing"),
    ("设置里的“周期起始日”是空的", "The anchor in Settings is empty"),
    ("在设置里填“周期起始日”（第一次的日期）", "Enter the first day in Settings, Anchor"),
)  # fmt: skip
PLACEHOLDER = _kind(
    "E130", "warning", ("提示文字没有换掉", "Placeholder left in"),
    ("“{column}”还是“{text}”，按未填处理", "{column} still says {text!r}, which counts as empty"),
    ("模板或模型里的提示没有换成内容", "A hint of a template was not replaced"),
    ("换成真实内容，没有就清空", "Enter what is meant, or clear the cell"),
)  # fmt: skip
START_PASSED = _kind(
    "E131", "warning", ("计划开始已过，还没有开始", "Planned start passed, not started"),
    ("计划 {date} 开始，已过 {days} 个工作日，还是“{status}”", "Planned to start on {date}, {days:workday|workdays} ago, but still {status}"),
    ("没有开始，或没有更新状态", "It was not begun, or its status was not updated"),
    ("开始了就改状态、填完成率；没有开始就写明原因，必要时调整计划", "Update status and percentage; if it was not begun, say why and adjust the plan"),
)  # fmt: skip
MILESTONE_OTHER_DATE = _kind(
    "A601", "warning", ("里程碑与任务的日期不一致", "Milestone and task differ"),
    ("里程碑“{milestone}”计划 {planned}，它的任务 {task} 是 {due}", "The milestone {milestone!r} is planned for {planned}, its task {task} is due on {due}"),
    ("任务按审批通过的调整改了期，里程碑没有跟着改，或又改了回去", "The task moved with an approved change and the milestone did not, or was set back"),
    ("把计划日期改成 {due}；有意不跟随时清空它的“关联编号”，或填它自己的日期", "Set the planned date to {due}; to detach it from the task clear its task ID, or give it a date of its own"),
)  # fmt: skip
PLAN_AFTER_REQUIRED = _kind(
    "A602", "warning", ("计划晚于要求完成日期", "Plan ends after the required finish"),
    ("需求申请要求 {required} 完成，{tasks} 计划到 {end}", "The request asks for {required}, but {tasks} is planned until {end}"),
    ("排期没有对照申请，或要求变了没有更新申请", "The plan was not compared with the request, or the request is out of date"),
    ("调整排期，或审批通过后更新要求完成日期", "Change the plan, or the required finish once that is approved"),
)  # fmt: skip
NAMES_DIFFER = _kind(
    "A603", "warning", ("设置与需求申请不一致", "Settings and request differ"),
    ("“{column}”在设置里是“{one}”，在需求申请里是“{other}”", "{column} is {one!r} in Settings and {other!r} in Request"),
    ("改了一处，没有改另一处", "One of the two was changed"),
    ("改成一样；文档用的是设置里的", "Make them the same; documents use Settings"),
)  # fmt: skip
BEFORE_BREAK = _kind(
    "A611", "info", ("长假前集中到期", "Due just before a long break"),
    ("{name}从 {first} 起放 {days} 天，之前 3 个工作日内有 {count} 个部门到期：{tasks}", "{name} begins on {first} ({days:day|days}); in the 3 workdays before, {count:department is|departments are} due: {tasks}"),
    ("假前赶工、人员提前离岗，交接容易断", "Work piles up and people leave early"),
    ("提前确认，或错开到假前一周", "Confirm early, or move some of it a week ahead"),
)  # fmt: skip
CROWDED_WEEK = _kind(
    "A612", "info", ("一周内到期过多", "Many deadlines in one week"),
    ("{name}在 {monday} 这一周有 {count} 项到期：{tasks}", "{name} has {count:deadline|deadlines} in the week of {monday}: {tasks}"),
    ("各任务分别排期，没有看部门的负荷", "Tasks were planned one by one, without the department's load"),
    ("与该部门核对能否承接，错开几项", "Ask the department whether it can do them, and move some"),
)  # fmt: skip
TWO_AT_ONCE = _kind(
    "A613", "info", ("同一人同一天两处到期", "One person, two deadlines on a day"),
    ("{name}在 {date} 有 {count} 项到期：{tasks}", "{name} has {count:deadline|deadlines} on {date}: {tasks}"),
    ("同一个人牵头的任务排在了同一天", "Tasks that the same person leads end on the same day"),
    ("错开，或换人牵头", "Move one, or let somebody else lead"),
)  # fmt: skip
PROMISE_PASSED = _kind(
    "E141", "warning", ("预计完成已过", "Promise has passed"),
    ("预计完成 {date} 已过而任务未完成，这个日期不再算数", "The expected finish {date} has passed with the task open; it counts no more"),
    ("到期没有完成，也没有给出新的日期", "It was not kept, and no new date was given"),
    ("填“实际完成”，或给一个新的“预计完成”；清空则按剩余工作推算", "Enter the actual finish, or a new expected one; empty means projected from the work left"),
)  # fmt: skip
PROMISE_NEAR = _kind(
    "E142", "warning", ("预计完成比剩余工作近", "Promise nearer than the work left"),
    ("预计完成 {date}，而剩余 {left} 个工作日的工作最早 {free} 完成", "Expected on {date}, but {left:workday|workdays} of work are left, to {free} at the earliest"),
    ("日期太乐观，或完成率没有更新；日期一过，本行和后续都会一下子变晚", "The date is optimistic, or % done is old; once it passes, this row and its followers jump"),
    ("改“预计完成”，或更新“完成率”", "Change the expected finish, or update % done"),
)  # fmt: skip
PROMISE_EARLY = _kind(
    "E143", "warning", ("预计完成早于前置", "Promise before predecessors"),
    ("预计完成 {date} 早于前置最早 {earliest}（前置 {name}），按 {earliest} 算", "Expected on {date}, before {earliest}, which predecessor {name} leaves; {earliest} counts"),
    ("前置还没完成，之后至少要一天", "The predecessor is unfinished, and at least a day follows it"),
    ("改“预计完成”；若不必等前置，改“前置”", "Change the expected finish, or the link if the row need not wait"),
)  # fmt: skip
NOT_REPORTED = _kind(
    "E144", "warning", ("进度久未上报", "Progress not reported"),
    ("进度 {days} 个工作日未报，按计划看待", "No progress reported for {days:workday|workdays}; taken to be on plan"),
    ("没有上报不算延误，也证明不了按期", "Silence is no delay, and no proof of being on time either"),
    ("请责任部门更新“完成率”，或给“预计完成”", "Ask the owner for % done, or for an expected finish"),
)  # fmt: skip
DEADLINE_HANGS = _kind(
    "E151", "error", ("时间节点所依的行给不出日期", "Due date hangs on a row without a date"),
    ("时间节点“{text}”算不出日期：{why}", "No date follows from the due entry {text!r}: {why}"),
    ("它从另一行算起，而那一行找不到、已取消、没有日期，或反过来又依它", "It counts from another row, which is missing, cancelled, without a date, or hangs on it in turn"),
    ("改成跟踪表或里程碑里有日期的编号，如 T003+5个工作日，或直接写日期", "Name the ID of a task or milestone that has a date, as in '5 working days after T003', or write a date"),
)  # fmt: skip
DEADLINE_MOVED = _kind(
    "E152", "info", ("时间节点随所依的行移动", "Due date moved with its anchor"),
    ("时间节点“{text}”从 {name} 的{told} {anchor} 算起，现为 {date}；原计划 {plan}", "The due entry {text!r} counts from {told} {anchor} of {name}: now {date}, by plan {plan}"),
    ("所依的行提前或推迟了", "The row that it hangs on moved"),
    ("不必改；基线不动，若要改基线请走进度调整", "Nothing to do; the baseline stays until a schedule change is approved"),
)  # fmt: skip
NO_ACCOUNTABLE = _kind(
    "R201", "error", ("没有负责部门", "Nobody accountable"),
    ("职责“{duty}”没有负责部门（A）", "Nobody is accountable for {duty!r}"),
    ("三不管：事情有人做，没人负责", "Work without an accountable owner"),
    ("在启动会上定一个负责部门", "Agree on one accountable department"),
)  # fmt: skip
SEVERAL_ACCOUNTABLE = _kind(
    "R202", "error", ("负责部门不止一个", "Several accountable"),
    ("职责“{duty}”有 {count} 个负责部门：{names}", "{duty!r} has {count} accountable departments: {names}"),
    ("多头负责等于无人负责", "Shared accountability is none"),
    ("留一个在“负责（A）”，其余移到“执行（R）”", "Keep one in Accountable, move the others to Responsible"),
)  # fmt: skip
NO_RECEIVER = _kind(
    "R203", "warning", ("成果没有接收方", "Output nobody receives"),
    ("成果“{output}”没有接收方", "Nobody receives {output!r}"),
    ("交付后无人验收", "Nobody would accept it"),
    ("填上接收部门", "Name the receiving department"),
)  # fmt: skip
EVERYBODY_NO_LEAD = _kind(
    "R204", "warning", ("各部门，但没有牵头", "Everybody, without a lead"),
    ("“{column}”写的是“{text}”，没有牵头部门", "{column} says {text!r} without a lead"),
    ("人人有责往往是无人负责", "Everybody's job is nobody's job"),
    ("把牵头部门写在最前，如“市场部、各部门”", "Put the leading department first"),
)  # fmt: skip
NO_CONTACT = _kind(
    "R205", "warning", ("部门没有接口人", "No contact person"),
    ("{name}承担了任务，通讯录里却没有接口人", "{name} has tasks but no contact person in Contacts"),
    ("组队时没有确定接口人", "No contact was named when the team was formed"),
    ("在通讯录补上接口人", "Add the contact person"),
)  # fmt: skip
UNANSWERED = _kind(
    "R206", "warning", ("求助没有回应", "Call for help not answered"),
    ("此行“需协助”，配合部门（{names}）都还没有写配合反馈", "Help is needed, and none of the supporting departments ({names}) has answered"),
    ("配合部门没有收到，或没有填写", "They have not been told, or have not written"),
    ("发提醒给配合部门，或在例会上协调", "Send them a reminder, or settle it at the meeting"),
)  # fmt: skip
SEVERAL_LEADS = _kind(
    "R207", "error", ("牵头部门不止一个", "Several leads"),
    ("“{column}”写的是“{text}”：{names}都说是牵头，现在算谁都不牵头", "{column} says {text!r}: {names} are all said to lead, so none of them counts as the lead"),
    ("牵头、负责、主责、A 写在了几个部门上，工具不替人选", "Several departments have a word for leading; the tool does not choose"),
    ("只留一个牵头，其余写成配合", "Leave one lead, make the others supporters"),
)  # fmt: skip
ONLY_SUPPORTERS = _kind(
    "R208", "error", ("只有配合，没有牵头", "Supporters without a lead"),
    ("“{column}”写的是“{text}”，只有配合部门，没有牵头部门", "{column} says {text!r}: supporters only, nobody leads"),
    ("写到的部门都是配合、支持或协办", "Every department named is said to support"),
    ("写上牵头部门，如“市场部牵头，研发部配合”", "Name the lead, as in Marketing (lead), R&D (support)"),
)  # fmt: skip
LEAD_NOT_COUNTED = _kind(
    "R209", "info", ("首页的公式看不出谁牵头", "The formulas on Home cannot see the lead"),
    ("“{column}”写的是“{text}”：牵头的是{lead}，首页“各部门待交”的公式却按{counted}统计", "{column} says {text!r}: {lead} leads, but the formulas of Open by department on Home count it for {counted}"),
    ("公式只认写在最前的部门，和紧挨着部门的“牵头”“主责”", "Formulas know only the first name, and the usual Chinese words for lead beside a name"),
    ("把牵头部门写在最前", "Write the lead first"),
)  # fmt: skip
DUPLICATE_ID = _kind(
    "S401", "error", ("编号重复", "Duplicate ID"),
    ("编号 {id} 出现 {count} 次：第 {rows} 行", "ID {id} occurs {count} times: rows {rows}"),
    ("复制粘贴了整行", "A row was copied"),
    ("给后加的行换一个新编号", "Give the newer row a new ID"),
)  # fmt: skip
CYCLE = _kind(
    "S402", "error", ("前置成环", "Cycle of predecessors"),
    ("前置成环：{ids}；环内的前置不算，其余照常推算", "Predecessors form a cycle: {ids}; the links inside it do not count, all others do"),
    ("互为前置，谁也不能先做", "Each waits for the other"),
    ("去掉其中一个前置", "Remove one of the predecessors"),
)  # fmt: skip
MISSING_SHEET = _kind(
    "S403", "error", ("缺少工作表", "Missing sheet"),
    ("找不到工作表“{name}”", "The sheet {name} cannot be found"),
    ("被删除，或改名后标题也改了", "It was deleted, or renamed together with its headings"),
    ("只是改了名就改回原名；没有了就运行 xl-collab upgrade 补上", "Rename it back; where it is gone, xl-collab upgrade puts a new one in"),
)  # fmt: skip
MISSING_COLUMN = _kind(
    "S404", "error", ("缺少列", "Missing column"),
    ("找不到列“{name}”", "The column {name} cannot be found"),
    ("被删除或改了标题", "It was deleted or its heading changed"),
    ("改回标题；没有了就运行 xl-collab upgrade 补在表格右端", "Restore the heading; where it is gone, xl-collab upgrade appends the column"),
)  # fmt: skip
UNKNOWN_PREDECESSOR = _kind(
    "S405", "error", ("前置编号不存在", "Unknown predecessor"),
    ("“{column}”里的 {name} 不在跟踪表里{hint}", "{name} in {column} is not in the tracker{hint}"),
    ("写错编号，或那一行已删，或写法有几种读法", "A wrong ID, a deleted row, or words with several readings"),
    ("改成现有的编号，如 T003、T003FS+2", "Use an existing ID, as T003 or T003FS+2"),
)  # fmt: skip
DUPLICATE_HEADING = _kind(
    "S406", "error", ("列标题重复", "Duplicate heading"),
    ("标题“{name}”出现不止一次，只读第一列", "The heading {name} occurs more than once; only the first is read"),
    ("复制了列", "A column was copied"),
    ("删掉多余的列或改标题", "Delete or rename the extra column"),
)  # fmt: skip
UNKNOWN_HEADING = _kind(
    "S407", "info", ("未知的列", "Unknown column"),
    ("列“{name}”不属于本表，原样保留，不参与计算", "The column {name} is not part of this sheet; it is kept and not used"),
    ("自行加了列", "Somebody added a column"),
    ("无需处理", "Nothing to do"),
)  # fmt: skip
OUTSIDE_TABLE = _kind(
    "S408", "info", ("表格下方的行", "Rows below the table"),
    ("第 {rows} 行{done}", "{count:row|rows} below the table ({rows}): {done}"),
    ("表格没有自动扩展（LibreOffice、手机、粘贴时常见）", "The table did not grow (usual in LibreOffice, on phones, when pasting)"),
    ("无需处理：格式、下拉列表、公式一并补上，undo 可撤销", "Nothing to do: formats, drop-downs and formulas come along; undo takes it back"),
)  # fmt: skip
MERGED = _kind(
    "S409", "error", ("数据区有合并单元格", "Merged cells over data"),
    ("{cells} 是合并单元格，只有左上角有内容", "{cells} is merged; only its first cell holds a value"),
    ("为美观合并了数据格", "Data cells were merged for looks"),
    ("取消合并，逐行填写", "Unmerge and fill each row"),
)  # fmt: skip
UNKNOWN_TASK = _kind(
    "S411", "warning", ("关联编号不存在", "Unknown task ID"),
    ("“{column}”里的 {name} 不在跟踪表里", "{name} in {column} is not in the tracker"),
    ("写错编号，或那一行已删", "A wrong ID, or the row was deleted"),
    ("改成现有的编号或清空", "Use an existing ID or clear the cell"),
)  # fmt: skip
PLAN_ORDER = _kind(
    "S412", "warning", ("计划先后矛盾", "Plan contradicts predecessors"),
    ("计划 {date} 完成，早于前置 {name} 的 {other}", "Planned for {date}, before its predecessor {name} on {other}"),
    ("前置关系或日期有误", "A predecessor or a date is wrong"),
    ("改日期，或去掉前置", "Change a date, or remove the predecessor"),
)  # fmt: skip
LAG_CONTRADICTED = _kind(
    "S414", "warning", ("计划与前置不符", "Plan contradicts a lag"),
    ("前置 {name} 要求最早 {asked} 完成，计划却是 {date}：按前置推算", "Link {name} asks for {asked} at the earliest, the plan says {date}; the link is followed"),
    ("前置的类型或间隔与计划日期对不上", "Type or lag of the link and the planned dates do not agree"),
    ("改“前置”，或改计划日期", "Change the link, or the planned dates"),
)  # fmt: skip
BINDS_NOBODY = _kind(
    "S415", "info", ("前置不约束本行", "Predecessor that binds nobody"),
    ("前置 {name} {why}，不约束本行", "Predecessor {name} {why} and does not bind this row"),
    ("没有日期可以等", "There is no date to wait for"),
    ("给前置一个日期，或去掉它", "Give the predecessor a date, or remove it"),
)  # fmt: skip
NOTE_BELOW = _kind(
    "S416", "info", ("表格下方的说明", "Note below the table"),
    ("第 {rows} 行在表格下方，不是表格的行，当作说明，原样保留", "{count:line|lines} below the table ({rows}) are no rows of it; they are taken as a note and kept"),
    ("备注、签字、合计，或还没填全的行", "A remark, a signature, a total, or a row that is not filled in yet"),
    ("若是一行，填上必填的两格（跟踪表：主要任务，加编号或责任部门）", "If it is a row, fill in two required cells (Tracker: the task, and ID or owner)"),
)  # fmt: skip
UNREAD_ROWS = _kind(
    "S417", "warning", ("说明下面的行没有读入", "Rows below a note are not read"),
    ("第 {rows} 行像表格的行，但在说明下面，没有读入", "{count:line|lines} ({rows}) look like rows, but stand below a note and are not read"),
    ("行写在了备注、签字或合计的下面", "They were written below a remark, a signature or a total"),
    ("把这些行移到说明上面，紧接表格", "Move them above the note, directly below the table"),
)  # fmt: skip
BELOW_TOTALS = _kind(
    "S418", "info", ("行在汇总行下面", "Rows below the totals row"),
    ("第 {rows} 行在表格的汇总行下面，已读取，但不并入表格", "{count:row|rows} below the table's totals row ({rows}) are read, but not made part of the table"),
    ("表格打开了“汇总行”", "The table has a totals row"),
    ("在 Excel 的“表设计”里关掉“汇总行”，再运行一次", "Turn Total Row off in Excel (Table Design) and run this again"),
)  # fmt: skip
RENAMED_SHEET = _kind(
    "S413", "info", ("工作表改了名", "Sheet renamed"),
    ("工作表“{name}”现在叫“{tab}”，按内容认出", "The sheet {name} is now called {tab}; recognised by its content"),
    ("有人改了表名", "Somebody renamed the tab"),
    ("无需处理；首页的链接要用原名", "Nothing to do; links on Home expect the old name"),
)  # fmt: skip
ESTIMATED_YEAR = _kind(
    "C501", "warning", ("年份没有官方日历", "Year without official calendar"),
    ("用到 {years} 年，节假日表没有该年完整的官方安排，工作日为推定", "{years} is used but Calendar has no complete official holidays of it; working days are estimated"),
    ("国务院尚未发布，或还没录入", "Not published yet, or not entered"),
    ("发布后用 xl-collab calendar import 导入", "Import the notice with xl-collab calendar import"),
)  # fmt: skip
DAY_TWICE = _kind(
    "C502", "warning", ("同一天登记为休又为班", "Day listed as off and as work"),
    ("{date} 既是休又是班，以后写的“{kind}”为准{over}", "{date} is both off and work; the later row ({kind}) counts{over}"),
    ("重复登记，或公司另有安排", "It was entered twice, or the company has an arrangement of its own"),
    ("删掉不对的一行；公司确有此安排就保留，并让各部门知道", "Delete the wrong row; if the company did decide so, keep it and let all departments know"),
)  # fmt: skip

FINDINGS = {k.code: k for k in (*tuple(vars().values()), *PROCESS.values()) if isinstance(k, FindingKind)}
"""Every kind of finding by code."""
