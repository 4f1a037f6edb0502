"""The native formulas of 跟踪表: what each row shows without Python, and when it waits for Python.

`plan/formulas.py` tells how they are written. Columns and their words are in `sheets.py`.
"""

from __future__ import annotations

NOWHERE = 1000000
"""最早改动 of a change that no other row follows."""
NOTHING = 9000000
"""最早改动 where no row was changed."""

SNIPPETS = {
    # The date that the row is measured against: the frozen baseline, else a real date deadline.
    "base": "«base:[base]»«!base:{base_of_row}»",
    "base_of_row": (
        "IF(ISNUMBER([baseline]),INT([baseline]),IF(ISNUMBER([deadline]),INT([deadline]),"
        '«due_on:IF(N([due_on])>0,INT([due_on]),»""«due_on:)»))'
    ),
    # A date typed as text is a finding and blocks the row's figures: never a guess.
    "text_date": "OR(ISTEXT([actual]),ISTEXT([forecast]),ISTEXT([baseline]))",
    "stopped": "OR([status]=<status.cancelled>,[status]=<status.paused>)",
    "held": '«standing:OR([standing]="text",[standing]="stopped")»«!standing:OR({stopped},{text_date})»',
    "is_text": '«standing:[standing]="text"»«!standing:{text_date}»',
    "is_done": '«standing:[standing]="done"»«!standing:{finished}»',
    "closed": '«standing:[standing]<>""»«!standing:OR({stopped},{text_date},{finished})»',
    "finished": "OR([status]=<status.done>,AND(ISNUMBER([actual]),INT(N([actual]))<=as_of))",
    # An open row's own word: 实际完成 ahead is a promise, a 预计完成 that has passed is none.
    "promised": "OR(N([actual])>as_of,AND(ISNUMBER([forecast]),INT(N([forecast]))>=as_of))",
    "due_day": "IF(ISNUMBER([next_due]),INT([next_due]),[base])",
    "left": "«left:[left]»«!left:{left_of_row}»",
    "left_of_row": (
        "IF(as_of>={base},0,NETWORKDAYS(as_of+1,{base},days_off)"
        '+COUNTIFS(makeup_days,">"&as_of,makeup_days,"<="&{base}))'
    ),
    "lead": "IF(ISNUMBER([lead_days]),[lead_days],lead_time)",
    "guess": (
        'IF([compared]="","",IF(OR(YEAR(MIN({base},[compared]))<calendar_first,'
        'YEAR(MAX({base},[compared]))>calendar_last),<text.estimated>,""))'
    ),
    "guess_left": (
        'IF(as_of>={base},"",IF(OR(YEAR(as_of)<calendar_first,YEAR({base})>calendar_last),<text.estimated>,""))'
    ),
    # Workbooks of an earlier version have no column 待重算, and their 说明 says nothing of it.
    "mark": '«pending:IF([pending]="","",[pending]&<text.colon>)&»',
    # 推算依据 as the cells say it now, but for its last part, 预计完成.
    "now": "«now:[now]»«!now:{now_of_row}»",
    "now_of_row": (
        'IFERROR([status]&"|"&IF(ISNUMBER([percent]),ROUND([percent]*1000,0),[percent]&"")'
        '&"|"&IF(ISNUMBER([actual_start]),INT([actual_start]),[actual_start]&"")'
        '&"|"&IF(ISNUMBER([planned_start]),INT([planned_start]),[planned_start]&"")'
        '&"|"&{base}&"|"&[predecessors]&"|"&IF(ISNUMBER([actual]),INT([actual]),[actual]&"")'
        '&"|"&[id]&"|"&IF(ISNUMBER([deadline]),"",[deadline]&"")'
        '&"|"&INT(N([baseline_start]))&"|"&INT(N([reported_on])),"#")&"|"'
    ),
    "promise_now": 'IFERROR(IF(ISNUMBER([forecast]),INT([forecast]),[forecast]&""),"#")',
    "same": "IFERROR(FIND({now},[basis]),0)=1",
    "same_promise": 'RIGHT([basis],LEN({promise_now})+1)="|"&{promise_now}',
    "rank": "ABS(N([order]))",
    # From where on a change of this row may matter: nowhere if nobody follows, anywhere if two have its ID.
    "from_here": f'IF(IF([id]="",0,COUNTIF([id⇕],[id]))>1,0,IF(N([order])>0,INT([order]),{NOWHERE}))',
    "off_today": "NETWORKDAYS(as_of,as_of,days_off)+COUNTIFS(makeup_days,as_of)=0",
    # The calendar and the threshold in short; Python wrote the same in 推算口径.
    "ground": ('TEXT(SUMSQ(days_off)+3*SUMSQ(makeup_days),"0")&"|"&delay_threshold&"|"'),
    "stamped": 'INDEX([inputs⇕],MATCH("*|*",[inputs⇕],0))',
}
"""Named pieces that formulas share; written in place where a formula says `{name}`."""

# What several formulas of a row need, worked out once in columns of their own. Workbooks of an earlier
# version have none of these columns: there each formula says it all.

BASE = "={base_of_row}"
STANDING = '=IF({text_date},"text",IF({stopped},"stopped",IF({finished},"done","")))'
"""What keeps a row from having figures, or that it is done; "" for an open row."""
LEFT = '=IF(OR([standing]<>"",[base]=""),"",{left_of_row})'
"""Working days from the data date to the baseline of an open row."""

TOLD = (
    '=IF({held},"",IF([standing]="done",IF([variance]="",<text.done>,IF([variance]>0,'
    "<text.done_late>&{n:[variance]:days},IF([variance]<0,<text.done_early>&{n:-[variance]:days},"
    '<text.done_on_time>))),IF(OR([base]="",N([variance])<1),"",IF({promised},<text.expected_late>,'
    "IF([compared]=as_of,<text.late_today>,<text.projected_late>))&{n:[variance]:days}"
    "&IF([variance]>delay_threshold,<text.over>&{n:delay_threshold:days_close},<text.within>))))"
)
"""The variance in words, of a row that is done or late."""
DOUBT = (
    '=IF(OR({held},[base]="",IF([told]="",OR(as_of>=[base],[predecessor_alert]<>""),[compared]="")),"",'
    'IF(OR(YEAR(MIN([base],IF([told]="",as_of,[compared])))<calendar_first,'
    'YEAR(MAX([base],IF([told]="",as_of,[compared])))>calendar_last),<text.estimated>,""))'
)
"""Whether the figure that 说明 names rests on a year without official days."""
NOW = "={now_of_row}"
"""推算依据 as the cells say it now, but for its last part."""
NOW_OF_NOTHING = "|||||||||0|0|"
"""What it says in an empty row."""

HOME_WINDOW, HOME_DAY, HOME_SOURCE = 7, 10**7, 10**6
HOME_KEY = (
    '=IFERROR(IF(OR({stopped},[status]=<status.done>,[actual]<>"",COUNT([next_due],[baseline],[deadline])=0),"",'
    f"IF(AND({{due_day}}>=as_of,{{due_day}}<=as_of+{HOME_WINDOW}),"
    f'{{due_day}}*{HOME_DAY}+{HOME_SOURCE}+ROW(),"")),"")'
)
"""Day, list and row in one number, of an open row that is due within days: 首页 lists the smallest ones."""

COMPARED = (
    '=IF(OR(«standing:[standing]="text",[standing]="stopped"»«!standing:{stopped},{text_date}»,{base}=""),"",'
    "IF(AND(ISNUMBER([actual]),OR([status]=<status.done>,INT(N([actual]))<=as_of)),INT([actual]),"
    'IF([status]=<status.done>,"",IF(N([actual])>as_of,MAX(INT([actual]),N([earliest?])),'
    "IF(AND(ISNUMBER([forecast]),INT(N([forecast]))>=as_of),MAX(INT([forecast]),N([earliest?])),"
    'IF(N([projected])>0,MAX([projected],as_of),IF(as_of>{base},as_of,"")))))))'
)
VARIANCE = (
    '=IF([compared]="","",IF([compared]={base},0,IF([compared]>{base},'
    'NETWORKDAYS({base}+1,[compared],days_off)+COUNTIFS(makeup_days,">"&{base},makeup_days,"<="&[compared]),'
    "-NETWORKDAYS([compared]+1,{base},days_off)"
    '-COUNTIFS(makeup_days,">"&[compared],makeup_days,"<="&{base}))))'
)
RAG = (
    '=IF({held},"",IF({is_done},<rag.blue>,IF({base}="",IF([next_due]="","",'
    "IF(N([missed])>delay_threshold,<rag.red>,IF(N([missed])>0,<rag.yellow>,<rag.green>))),"
    "IF(N([variance])>delay_threshold,<rag.red>,"
    'IF(OR(N([variance])>=1,{left}<={lead},[predecessor_alert]<>""),<rag.yellow>,<rag.green>)))))'
)
_REASON_AT_ONCE = (
    "IF({is_text},<text.text_date>,IF([status]=<status.cancelled>,<text.cancelled>,"
    "IF([status]=<status.paused>,<text.paused>,IF({is_done},"
    'IF([variance]="",<text.done>,IF([variance]>0,<text.done_late>&{n:[variance]:days},'
    "IF([variance]<0,<text.done_early>&{n:-[variance]:days},<text.done_on_time>)))&{guess},"
    'IF({base}="",IF([next_due]="",""«pending:&[pending]»,'
    "{mark}IF(N([missed])>0,<text.missed>&{n:[missed]:periods},<text.no_gap>)),"
    "{mark}IF(N([variance])>=1,IF({promised},<text.expected_late>,"
    "IF([compared]=as_of,<text.late_today>,<text.projected_late>))&{n:[variance]:days}"
    "&IF([variance]>delay_threshold,<text.over>&{n:delay_threshold:days_close},<text.within>)&{guess},"
    'IF([predecessor_alert]<>"",<text.predecessor>&[predecessor_alert]&<text.is_red>,'
    "<text.left>&{n:{left}:days}&{guess_left})))))))"
)
REASON = (
    "=«told:IF({is_text},<text.text_date>,IF([status]=<status.cancelled>,<text.cancelled>,"
    'IF([status]=<status.paused>,<text.paused>,IF({is_done},[told]&[doubt],IF([base]="",'
    'IF([next_due]="",""«pending:&[pending]»,'
    "{mark}IF(N([missed])>0,<text.missed>&{n:[missed]:periods},<text.no_gap>)),"
    '{mark}IF([told]<>"",[told]&[doubt],IF([predecessor_alert]<>"",'
    "<text.predecessor>&[predecessor_alert]&<text.is_red>,<text.left>&{n:[left]:days}&[doubt])))))))»"
    f"«!told:{_REASON_AT_ONCE}»"
)


# What has changed since Python worked the rows out. Python stamps each row: what its cells said (推算依据),
# its place behind its predecessors (推算次序), and the last day on which its figures hold if nothing is
# edited (推算有效至). So a formula can tell which rows Python may see otherwise, without knowing the network.

_CHANGED_AT_ONCE = (
    'IF([basis]="",IF([id]&[task]&[deadline]="","",{from_here}),IF(IFERROR(FIND({now},[basis]),0)<>1,{from_here},'
    'IF(RIGHT([basis],LEN({promise_now})+1)="|"&{promise_now},"",{from_here}+0.25)))'
)
CHANGED = (
    '=«now:IF(IF([basis]="",[id]&[task]&[deadline]="",AND({same},{same_promise})),"",'
    '{from_here}+IF(AND([basis]<>"",{same}),0.25,0))»'
    f"«!now:{_CHANGED_AT_ONCE}»"
)
"""From which 推算次序 on rows may be affected by what was edited in this one; empty when nothing was.

A whole number where the row's own figures may be wrong too, a quarter more where not: an
own 预计完成 is right at once, for 推算完成 was worked out without it, but not for how long.
"""

FIRST_CHANGED = (
    "=IF(ISNUMBER([first_changed↑]),[first_changed↑],"
    "«inputs:IFERROR(IF(IFERROR(FIND({ground},{stamped}),0)<>1,-1,»"
    '«inputs:IF({stamped}<>{ground}&COUNTIF([basis⇕],"*|*"),0,»'
    f"IF(COUNT([changed⇕])=0,{NOTHING},MIN([changed⇕]))«inputs:)),-1)»)"
)
"""The lowest 推算后改动 of all rows, worked out in the first row and handed down.

-1 when the calendar or the threshold is another one, 0 when a row that Python saw is gone.
"""

PENDING = (
    '=IF({closed},"",IF(OR('
    'IF([changed]="",0,OR([changed]=INT([changed]),as_of>N([computed_at]))),'
    'AND([first_changed]<0,[computed_at]<>""),'
    f"AND({{rank}}>1,[first_changed]<IF({{rank}}=INT({{rank}}),{{rank}},{NOTHING})),"
    "as_of<N([computed_at]),"
    "IF(N([valid_until])=0,0,IF(as_of>[valid_until],IF([valid_until]-INT([valid_until])=0.5,{off_today},1),"
    "IF([valid_until]-INT([valid_until])=0.25,AND(as_of>[computed_at],{off_today}),0)))"
    '),<text.pending>,""))'
)
"""待重算 in an open row that Python may see otherwise: its own cells changed, something before it did, the
calendar or the threshold is another one, or the days that have passed move it."""
