"""People's words put into real packages, part by part, as Excel and WPS write them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from xl_collab.hosts.ooxml.package import Package

REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument."
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
XDR = (
    'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    f'xmlns:r="{REL}"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
ID = "{11111111-2222-3333-4444-555555555555}"
ANSWER = "{11111111-2222-3333-4444-666666666666}"
PERSON = "{99999999-2222-3333-4444-555555555555}"
THREADS = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
OFFICE_2017 = "http://schemas.microsoft.com/office/2017/10/relationships/"

Change = Callable[[Package, str], None]
"""Changes a package; the second is the part of the sheet."""


def changed(path: Path, tab: str, change: Change) -> Path:
    """The workbook with something put on one of its tabs."""
    package = Package.open(path)
    part = next(info.part for info in package.workbook.sheets if info.name == tab)
    change(package, part)
    path.write_bytes(package.save_bytes())
    return path


def _arrow(package: Package, part: str, element: str, rid: str) -> None:
    """The element of a worksheet that points to a drawing."""
    sheet = package.read(part)
    found = f'<{element} xmlns:r="{REL}" r:id="{rid}"/>'.encode()
    order = [b"<legacyDrawing", b"<tableParts", b"<extLst", b"</worksheet>"]
    if element == "legacyDrawing":
        order = order[1:]
    at = min(at for mark in order if (at := sheet.find(mark)) >= 0)
    package.replace(part, sheet[:at] + found + sheet[at:])


def note(ref: str, text: str, author: str = "李四", *, data: bytes | None = None) -> Change:
    """A note (批注) as Excel writes it: the author's name in bold in front."""
    body = (
        f"{HEAD}<comments {MAIN}><authors><author>{author}</author></authors><commentList>"
        f'<comment ref="{ref}" authorId="0"><text><r><rPr><b/></rPr><t>{author}:</t></r><r>'
        '<t xml:space="preserve">\n'
        f"{text}</t></r></text></comment></commentList></comments>"
    )

    def change(package: Package, part: str) -> None:
        _add_comments(package, part, body.encode() if data is None else data)

    return change


def _add_comments(package: Package, part: str, body: bytes) -> None:
    package.add("xl/comments77.xml", body, TYPE + "spreadsheetml.comments+xml")
    package.add_relationship(part, "comments", "xl/comments77.xml")


def thread(ref: str, *said: str, people: tuple[str, ...] = ("李四", "王芳"), kept: bool = True) -> Change:
    """A threaded comment and answers to it, with the note that stands for it in older programs.

    kept  False: a program that knows no threads has dropped their part
    """
    ids = [ID, ANSWER][: len(said)]
    lines = "".join(f"{'批注' if i == 0 else '答复'}:\n    {text}\n" for i, text in enumerate(said))
    placeholder = (
        f"[线程批注]\n\n你的 Excel 版本可读取此线程批注；但如果在更新版本的 Excel 中打开文件，"
        f"则对批注所作的任何改动都将被删除。"
        f"了解详细信息: https://go.microsoft.com/fwlink/?linkid=870924\n\n{lines}"
    )
    legacy = (
        f"{HEAD}<comments {MAIN}><authors><author>tc={ID}</author></authors><commentList>"
        f'<comment ref="{ref}" authorId="0"><text><t xml:space="preserve">{placeholder}</t></text></comment>'
        "</commentList></comments>"
    )
    body = "".join(
        f'<threadedComment ref="{ref}" dT="2023-11-14T09:30:00.00" personId="{PERSON[:-2]}{i}}}" id="{one}"'
        f"{'' if i == 0 else f' parentId={chr(34)}{ID}{chr(34)}'}><text>{text}</text></threadedComment>"
        for i, (one, text) in enumerate(zip(ids, said, strict=True))
    )
    persons = "".join(
        f'<person displayName="{name}" id="{PERSON[:-2]}{i}}}" userId="x" providerId="None"/>'
        for i, name in enumerate(people)
    )

    def change(package: Package, part: str) -> None:
        _add_comments(package, part, legacy.encode())
        if not kept:
            return
        kind = "application/vnd.ms-excel.threadedcomments+xml"
        threads = f'{HEAD}<ThreadedComments xmlns="{THREADS}">{body}</ThreadedComments>'
        package.add("xl/threadedComments/threadedComment77.xml", threads.encode(), kind)
        package.add_relationship(
            part, OFFICE_2017 + "threadedComment", "xl/threadedComments/threadedComment77.xml"
        )
        listed = f'{HEAD}<personList xmlns="{THREADS}">{persons}</personList>'
        package.add("xl/persons/person.xml", listed.encode(), "application/vnd.ms-excel.person+xml")
        package.add_relationship(package.workbook_part, OFFICE_2017 + "person", "xl/persons/person.xml")

    return change


def paragraphs(*lines: str) -> str:
    """The text of a shape."""
    body = "".join(f"<a:p><a:r><a:rPr lang='zh-CN'/><a:t>{line}</a:t></a:r></a:p>" for line in lines)
    return f"<xdr:txBody><a:bodyPr/><a:lstStyle/>{body}</xdr:txBody>"


def shape(*lines: str, box: bool = True, number: int = 2) -> str:
    """A text box, or another shape with words in it."""
    kind = "<xdr:cNvSpPr txBox='1'/>" if box else "<xdr:cNvSpPr/>"
    return (
        f"<xdr:sp macro='' textlink=''><xdr:nvSpPr>"
        f"<xdr:cNvPr id='{number}' name='TextBox {number}'/>{kind}</xdr:nvSpPr>"
        "<xdr:spPr><a:xfrm><a:off x='0' y='0'/><a:ext cx='900000' cy='400000'/></a:xfrm>"
        f"<a:prstGeom prst='rect'><a:avLst/></a:prstGeom></xdr:spPr>{paragraphs(*lines)}</xdr:sp>"
    )


def grouped(inside: str) -> str:
    """The same in a group."""
    return (
        "<xdr:grpSp><xdr:nvGrpSpPr><xdr:cNvPr id='9' "
        "name='Group'/><xdr:cNvGrpSpPr/></xdr:nvGrpSpPr><xdr:grpSpPr/>"
        f"{inside}</xdr:grpSp>"
    )


def alternative(choice: str, fallback: str) -> str:
    """One thing in two spellings, for newer and older programs."""
    return (
        "<mc:AlternateContent><mc:Choice xmlns:a14='http://schemas.microsoft.com/office/drawing/2010/main' "
        f"Requires='a14'>{choice}</mc:Choice><mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent>"
    )


def picture(description: str = "") -> str:
    """A picture; its bytes do not matter here."""
    return (
        "<xdr:pic><xdr:nvPicPr>"
        f"<xdr:cNvPr id='5' name='Picture' descr='{description}'/><xdr:cNvPicPr/></xdr:nvPicPr>"
        "<xdr:blipFill><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr/></xdr:pic>"
    )


def drawing(content: str, column: int = 3, row: int = 4) -> Change:
    """A drawing on a sheet that has none; column and row count from 0."""
    body = (
        f"{HEAD}<xdr:wsDr {XDR}><xdr:twoCellAnchor><xdr:from>"
        f"<xdr:col>{column}</xdr:col><xdr:colOff>0</xdr:colOff>"
        f"<xdr:row>{row}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to>"
        f"<xdr:col>{column + 3}</xdr:col>"
        f"<xdr:colOff>0</xdr:colOff><xdr:row>{row + 3}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>{content}"
        "<xdr:clientData/></xdr:twoCellAnchor></xdr:wsDr>"
    )

    def change(package: Package, part: str) -> None:
        package.add("xl/drawings/drawing77.xml", body.encode(), TYPE + "drawing+xml")
        rid = package.add_relationship(part, "drawing", "xl/drawings/drawing77.xml")
        _arrow(package, part, "drawing", rid)

    return change


def chart(title: str) -> Change:
    """A chart with a typed title."""
    frame = (
        "<xdr:graphicFrame macro=''><xdr:nvGraphicFramePr><xdr:cNvPr id='3' "
        "name='Chart'/><xdr:cNvGraphicFramePr/>"
        "</xdr:nvGraphicFramePr><xdr:xfrm><a:off x='0' y='0'/><a:ext cx='0' cy='0'/></xdr:xfrm><a:graphic>"
        "<a:graphicData uri='http://schemas.openxmlformats.org/drawingml/2006/chart'><c:chart "
        "xmlns:c='http://schemas.openxmlformats.org/drawingml/2006/chart' "
        "r:id='rId1'/></a:graphicData></a:graphic>"
        "</xdr:graphicFrame>"
    )
    body = (
        f"{HEAD}<c:chartSpace xmlns:c='http://schemas.openxmlformats.org/drawingml/2006/chart' "
        "xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main'><c:chart><c:title><c:tx><c:rich><a:bodyPr/>"
        f"<a:p><a:r><a:t>{title}</a:t></a:r></a:p></c:rich></c:tx></c:title><c:plotArea/></c:chart></c:chartSpace>"
    )

    def change(package: Package, part: str) -> None:
        drawing(frame)(package, part)
        package.add("xl/charts/chart77.xml", body.encode(), TYPE + "drawingml.chart+xml")
        package.add_relationship("xl/drawings/drawing77.xml", "chart", "xl/charts/chart77.xml")

    return change


def old_box(text: str, kind: str = "Label") -> Change:
    """A text box of an old program (VML); unclosed tags are usual in it."""
    body = (
        "<xml xmlns:v='urn:schemas-microsoft-com:vml' xmlns:o='urn:schemas-microsoft-com:office:office' "
        "xmlns:x='urn:schemas-microsoft-com:office:excel'><v:shape id='_x0000_s1' type='#_x0000_t201'>"
        f"<v:textbox><div style='text-align:left'><font face='宋体'>{text}</font><br></div></v:textbox>"
        f"<x:ClientData ObjectType='{kind}'><x:Anchor>3, 15, 4, 10, 5, 15, 6, 4</x:Anchor></x:ClientData>"
        "</v:shape></xml>"
    )

    def change(package: Package, part: str) -> None:
        package.add("xl/drawings/vmlDrawing77.vml", body.encode(), TYPE + "vmlDrawing")
        rid = package.add_relationship(part, "vmlDrawing", "xl/drawings/vmlDrawing77.vml")
        _arrow(package, part, "legacyDrawing", rid)

    return change


def header(text: str) -> Change:
    """A header in place of the one that is there."""

    def change(package: Package, part: str) -> None:
        sheet = package.read(part)
        put = f"<headerFooter><oddHeader>{text}</oddHeader>".encode()
        assert b"<headerFooter" in sheet
        at, end = sheet.find(b"<headerFooter"), sheet.find(b">", sheet.find(b"<headerFooter")) + 1
        package.replace(part, sheet[:at] + put + sheet[end:])

    return change
