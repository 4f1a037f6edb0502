"""A generated sheet as a file for Word, for superiors who edit: the same texts, as paragraphs and tables.

Titles become headings, tables stay tables with their heads repeated, the line on top goes into the header. It
is the sheet as it stands in the workbook, with what people typed into it. Charts stay in the workbook.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from xl_collab.errors import XlCollabError
from xl_collab.hosts.laid_out import Cell, LaidOut, laid_out
from xl_collab.hosts.ooxml.package import Package
from xl_collab.schema.words import Lang, t

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell

FONT = "微软雅黑"
_TITLE, _SECTION, _NOTE = 16.0, 12.0, 9.0
_RULE, _QUIET, _BRAND = "D0D7DE", "6B7280", "1F4E79"
_MARGIN_MM, _A4_MM = 15, (210, 297)
_CHARTS = t("图表见工作簿的“{tab}”。", "Charts are in the workbook, on {tab}.")
_PAGE = (t("第 ", "Page "), t(" 页/共 ", " of "), t(" 页", ""))


def to_word(package: Package, tab: str, lang: Lang) -> bytes:
    """The bytes of a .docx of one tab; XlCollabError without python-docx."""
    try:
        import docx
    except ImportError as error:
        raise XlCollabError(
            "写 Word 文件需要 python-docx：请运行 pip install python-docx 后重试",
            "Word files need python-docx: run pip install python-docx and try again",
        ) from error
    page = laid_out(package, tab)
    document = docx.Document()
    _Writer(document, page, lang).write(tab)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


class _Writer:
    """One document under way."""

    def __init__(self, document: Document, page: LaidOut, lang: Lang) -> None:
        self._document, self._page, self._lang = document, page, lang
        self._columns = len(page.widths)

    def write(self, tab: str) -> None:
        """The whole page."""
        self._set_up()
        rows = [row for row in self._page.rows if row]
        if rows and _is_running_head(rows[0]):
            self._header(rows[0])
            rows = rows[1:]
        for tabular, group in groupby(rows, key=self._is_tabular):
            if tabular:
                self._table(list(group))
            else:
                for row in group:
                    self._paragraph(row)
        if self._page.objects:
            self._note(_CHARTS.of(self._lang).format(tab=tab))

    # the page

    def _set_up(self) -> None:
        from docx.enum.section import WD_ORIENT
        from docx.shared import Mm, Pt

        section, style = self._document.sections[0], self._document.styles["Normal"]
        short, long = map(Mm, _A4_MM)
        lying = self._page.landscape
        section.orientation = WD_ORIENT.LANDSCAPE if lying else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (long, short) if lying else (short, long)
        for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
            setattr(section, side, Mm(_MARGIN_MM))
        for name in ("Normal", "Title", "Heading 1", "Heading 2"):
            _set_faces(self._document.styles[name])
        style.font.size = Pt(10)
        style.paragraph_format.space_after = Pt(3)
        self._footer(section)

    def _header(self, row: Sequence[Cell]) -> None:
        paragraph = self._document.sections[0].header.paragraphs[0]
        _stop_at(paragraph, self._width_mm())
        for n, cell in enumerate(row):
            _run(paragraph, ("\t" if n else "") + cell.text, _NOTE, ink=_QUIET)

    def _footer(self, section: Any) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt, RGBColor

        paragraph = section.footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.style.font.size, paragraph.style.font.color.rgb = Pt(_NOTE), RGBColor.from_string(_QUIET)
        before, between, after = (text.of(self._lang) for text in _PAGE)
        for text, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
            _run(paragraph, text, _NOTE, ink=_QUIET)
            if field:
                _field(_run(paragraph, "", _NOTE, ink=_QUIET), field)

    def _width_mm(self) -> float:
        return _A4_MM[1 if self._page.landscape else 0] - 2 * _MARGIN_MM

    # paragraphs

    def _is_tabular(self, row: Sequence[Cell]) -> bool:
        """A row of a table or a form; what stands alone over the page's width is a paragraph."""
        first = row[0]
        wide = first.first == 1 and first.last >= self._columns - 1
        return first.look.box or bool(first.look.fill) or not wide

    def _paragraph(self, row: Sequence[Cell]) -> None:
        cell, rest = row[0], row[1:]
        style = _style_of(cell)
        paragraph = self._document.add_paragraph(style=style)
        _align(paragraph, cell.look.align)
        ink = _BRAND if style else cell.look.ink
        _run(paragraph, cell.text, cell.look.size, bold=cell.look.bold, ink=ink)
        evidence = " ".join(one.text for one in rest if one.text)
        if evidence:
            _run(paragraph, f"  [{evidence}]", _NOTE, ink=_QUIET)

    def _note(self, text: str) -> None:
        _run(self._document.add_paragraph(), text, _NOTE, ink=_QUIET)

    # tables

    def _table(self, rows: Sequence[Sequence[Cell]]) -> None:
        from docx.shared import Mm

        table = self._document.add_table(len(rows), self._columns)
        table.autofit = False
        _ruled(table)
        whole = sum(self._page.widths)
        widths = [Mm(self._width_mm() * width / whole) for width in self._page.widths]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for number, (made, row) in enumerate(zip(table.rows, rows, strict=True)):
            cells = made.cells
            for one, width in zip(cells, widths, strict=True):
                one.width = width
            for cell in row:
                first, last = cells[cell.first - 1], cells[cell.last - 1]
                _fill(first.merge(last) if last is not first else first, cell)
            _keep_whole(made, head=number == 0 and _is_head(row))
        self._document.add_paragraph().paragraph_format.space_after = 0


def _is_running_head(row: Sequence[Cell]) -> bool:
    """The quiet line on top of every page: of two parts, without lines or ground."""
    return len(row) > 1 and all(
        cell.look.ink == _QUIET and not (cell.look.box or cell.look.fill) for cell in row
    )


def _is_head(row: Sequence[Cell]) -> bool:
    return all(cell.look.fill and cell.look.bold for cell in row)


def _style_of(cell: Cell) -> str | None:
    if cell.look.size >= _TITLE:
        return "Title"
    if cell.look.size >= _SECTION:
        return "Heading 1"
    return "Heading 2" if cell.look.bold else None


def _fill(made: _Cell, cell: Cell) -> None:
    from docx.enum.table import WD_ALIGN_VERTICAL
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    paragraph = made.paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    made.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    _align(paragraph, cell.look.align)
    _run(paragraph, cell.text, min(cell.look.size, 10.0), bold=cell.look.bold, ink=cell.look.ink)
    if cell.look.fill:
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", cell.look.fill)):
            shade.set(qn(f"w:{name}"), value)
        made._tc.get_or_add_tcPr().append(shade)


def _run(paragraph: Any, text: str, size: float, *, bold: bool = False, ink: str = "") -> Any:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(_clean(text))
    run.font.size, run.font.bold = Pt(size), bold
    if ink:
        run.font.color.rgb = RGBColor.from_string(ink)
    return run


def _clean(text: str) -> str:
    """Without the signs that XML does not allow."""
    return "".join(c for c in text if c in "\n\t" or (c >= " " and c not in "￾￿"))


def _align(paragraph: Any, side: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    known = {"center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
    if side in known:
        paragraph.alignment = known[side]


def _set_faces(style: Any) -> None:
    """The Chinese face for Chinese and Latin letters alike: by itself Word would use one of its theme."""
    from docx.oxml.ns import qn

    style.font.name = FONT
    faces = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        faces.attrib.pop(qn(f"w:{name}"), None)
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        faces.set(qn(f"w:{name}"), FONT)


def _stop_at(paragraph: Any, width: float) -> None:
    """What follows a tab stands at the right."""
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Mm

    for stop in list(paragraph.style.paragraph_format.tab_stops):
        paragraph.paragraph_format.tab_stops.add_tab_stop(stop.position, WD_TAB_ALIGNMENT.CLEAR)
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(width), WD_TAB_ALIGNMENT.RIGHT)


def _field(run: Any, code: str) -> None:
    for element in _field_parts(code):
        run._r.append(element)


def _field_parts(code: str) -> Iterator[Any]:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind in ("begin", "", "end"):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = code
        yield element


def _ruled(table: Any) -> None:
    """Thin lines around every cell."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", _RULE)):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)


def _keep_whole(row: Any, *, head: bool) -> None:
    """No page ends within a row, and the heads of a table are printed on each page."""
    from docx.oxml import OxmlElement

    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", *(("w:tblHeader",) if head else ())):
        properties.append(OxmlElement(name))
