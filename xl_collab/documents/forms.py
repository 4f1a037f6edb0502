"""Label/value sheets drawn like the paper forms that Chinese companies know.

Each value cell stands directly right of its label, so that a reader finds it by the label. A
form whose fields explain themselves (设置) is one column with the explanation beside it.
"""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from xl_collab.a1 import column_letters
from xl_collab.documents import theme as looks
from xl_collab.documents.canvas import (
    LABEL,
    SECOND_LABEL,
    SECOND_VALUE,
    VALUE,
    Canvas,
    FieldPlace,
    Section,
    is_explained,
    layout,
    write,
)
from xl_collab.documents.validation import field_rule
from xl_collab.schema.declaration import Field, FormSheet, Kind
from xl_collab.schema.words import Lang, t

_SHEET_WIDTHS: dict[Lang, tuple[float, ...]] = {
    "zh": (1.5, 15.0, 26.5, 15.0, 26.5),
    "en": (1.5, 19.0, 23.5, 17.0, 23.5),
}
_SETTINGS_WIDTHS = (1.5, 24.0, 24.0, 1.5, 33.0)
_SCALE = looks.SMALLEST_REPORT / looks.BODY_SIZE
"""How small these widths become on paper at worst."""
_LINE = 16.0
_FORM_HEAD, _SECTION_HEAD, _SIGNATURE, _PAGE = 58.0, 30.0, 36.0, 745.0
"""Points that the title, a section's heading and one signature take, and that a page has."""

_SIGNATURES = t("签字", "Signatures")
_SIGN_HERE = t("（签字）", "(signature)")
_SIGNED_ON = t("日期：     年   月   日", "Date:")

_KIND_ROLES: dict[Kind, tuple[str, ...]] = {
    Kind.DATE: ("date", "left"),
    Kind.INTEGER: ("integer", "left"),
    Kind.DEADLINE: ("date", "left"),
}


# drawing


def draw_form(worksheet: Worksheet, canvas: Canvas, form: FormSheet) -> None:
    """Draw one form with its values, checks and signature lines."""
    widths = _SETTINGS_WIDTHS if is_explained(form) else _SHEET_WIDTHS[canvas.lang]
    worksheet.hide_gridlines(2)
    worksheet.set_default_row(looks.BODY_HEIGHT)
    for at, width in enumerate(widths):
        worksheet.set_column(at, at, width)
    _head(worksheet, canvas, form)
    for section in layout(form):
        _section(worksheet, canvas, section)
        _heights(worksheet, canvas, form, section, widths)
        for place in section.places:
            _field(worksheet, canvas, form, place)
    _sign(worksheet, canvas, form)
    if form.signatures:
        _break_before_approval(worksheet, canvas, form, widths)
    looks.set_up_page(
        worksheet,
        landscape=False,
        lang=canvas.lang,
        project=canvas.project_name(),
        scale=_SCALE,
    )


def _head(worksheet: Worksheet, canvas: Canvas, form: FormSheet) -> None:
    theme, lang = canvas.theme, canvas.lang
    alignment = () if is_explained(form) else ("centre",)
    worksheet.set_row(0, 34)
    title, hint = _title_and_hint(form, lang)
    worksheet.merge_range(0, LABEL, 0, SECOND_VALUE, title, theme("title", *alignment))
    worksheet.merge_range(
        1, LABEL, 1, SECOND_VALUE, hint, theme("hint", *alignment, font_size=looks.BODY_SIZE)
    )
    worksheet.set_row(2, 6)


def _title_and_hint(form: FormSheet, lang: Lang) -> tuple[str, str]:
    """The form's own name: a hint that begins with one and a colon names the paper form it stands for."""
    hint = form.hint.of(lang)
    name, colon, rest = hint.partition("：" if lang == "zh" else ": ")
    return (name.strip("《》"), rest[:1].upper() + rest[1:]) if colon else (form.name(lang), hint)


def _section(worksheet: Worksheet, canvas: Canvas, section: Section) -> None:
    worksheet.set_row(section.row - 1, 8)
    worksheet.set_row(section.row, 22)
    worksheet.write_string(section.row, LABEL, section.title.of(canvas.lang), canvas.theme("section"))


def _field(worksheet: Worksheet, canvas: Canvas, form: FormSheet, place: FieldPlace) -> None:
    item, theme, lang = place.field, canvas.theme, canvas.lang
    label = item.label.of(lang)
    if item.required:
        parts = (theme("plain", "bold"), label, theme("required"), " *")
        worksheet.write_rich_string(place.row, place.label, *parts, theme("label"))
    else:
        worksheet.write_string(place.row, place.label, label, theme("label"))
    look = theme("value", *_KIND_ROLES.get(item.kind, ()))
    if place.end > place.value:
        worksheet.merge_range(place.row, place.value, place.row, place.end, "", look)
    write(worksheet, place.row, place.value, field_value(canvas, form, item), look, canvas.theme)
    rule = field_rule(item, f"{column_letters(place.value + 1)}{place.row + 1}", lang)
    if rule is not None:
        worksheet.data_validation(place.row, place.value, place.row, place.value, rule)
    if is_explained(form):
        look = theme("hint", "wrap", font_size=looks.BODY_SIZE)
        worksheet.write_string(place.row, SECOND_VALUE, item.help.of(lang), look)


def field_value(canvas: Canvas, form: FormSheet, item: Field) -> object:
    """What stands in the cell: the book's value, else the default; choices by their label."""
    values = canvas.project.book.forms.get(form.key, {})
    value = values.get(item.name, item.default)
    code = item.choices.code(value) if item.choices and isinstance(value, str) else None
    return item.choices.label(code, canvas.lang) if item.choices and code else value


def _heights(
    worksheet: Worksheet, canvas: Canvas, form: FormSheet, section: Section, widths: tuple[float, ...]
) -> None:
    """Rows high enough for what stands in them, and for the lines that a form promises."""
    for row, height in _row_heights(canvas, form, section, widths).items():
        worksheet.set_row(row, height)


def _row_heights(
    canvas: Canvas, form: FormSheet, section: Section, widths: tuple[float, ...]
) -> dict[int, float]:
    """Height in points of each row of a section's fields."""
    found = {}
    for row in {place.row for place in section.places}:
        beside = [p for p in section.places if p.row == row]
        texts: list[tuple[object, float]] = [
            (f"{p.field.label.of(canvas.lang)} *", widths[p.label] - 2) for p in beside
        ]
        for place in beside:
            value = field_value(canvas, form, place.field)
            width = sum(widths[place.value : place.end + 1])
            texts.append((value if isinstance(value, str) else "", width - 2))
            if is_explained(form):
                texts.append((place.field.help.of(canvas.lang), widths[SECOND_VALUE] - 1))
        promised = max(p.field.lines for p in beside) * _LINE + 6
        found[row] = looks.row_height(texts, minimum=promised)
    return found


def _break_before_approval(
    worksheet: Worksheet, canvas: Canvas, form: FormSheet, widths: tuple[float, ...]
) -> None:
    """A form that needs a second page begins it with what is decided and signed."""
    sections = layout(form)
    heights = [sum(_row_heights(canvas, form, one, widths).values()) + _SECTION_HEAD for one in sections]
    if _FORM_HEAD + sum(heights) + len(form.signatures) * _SIGNATURE + _SECTION_HEAD > _PAGE:
        worksheet.set_h_pagebreaks([sections[-1].row - 1])


def _sign(worksheet: Worksheet, canvas: Canvas, form: FormSheet) -> None:
    """The signature block: who signs, room to sign, and a date."""
    if not form.signatures:
        return
    theme, lang = canvas.theme, canvas.lang
    row = layout(form)[-1].places[-1].row + 2
    _section(worksheet, canvas, Section(_SIGNATURES, row, ()))
    for number, who in enumerate(form.signatures, start=1):
        at = row + number
        worksheet.set_row(at, _SIGNATURE)
        label = who.of(lang) if lang == "zh" else f"{who.of(lang)} {_SIGN_HERE.of(lang)}"
        worksheet.write_string(at, LABEL, label, theme("label"))
        worksheet.merge_range(at, VALUE, at, SECOND_LABEL, "", theme("value"))
        worksheet.write_string(at, SECOND_VALUE, _SIGNED_ON.of(lang), theme("value"))
