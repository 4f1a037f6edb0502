"""What workbooks carry beside cells: pivot tables, conversations, slicers, charts, controls, links, queries."""

from __future__ import annotations

from tests.corpus.parts import BOOK, HEAD, MAIN, REL, SPACES, Book, formula, listing, number, row, sheet, text

SHEET = "xl/worksheets/sheet1.xml"
OFFICE = "http://schemas.microsoft.com/office"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"


def pivot() -> Book:
    cache, records = "xl/pivotCache/pivotCacheDefinition1.xml", "xl/pivotCache/pivotCacheRecords1.xml"
    table = "xl/pivotTables/pivotTable1.xml"
    fields = "".join(
        f'<cacheField name="{name}" numFmtId="0"><sharedItems{items}</cacheField>'
        for name, items in (
            ("部门", ' count="2"><s v="甲"/><s v="乙"/></sharedItems>'),
            (
                "数量",
                ' containsSemiMixedTypes="0" containsString="0" containsNumber="1" minValue="1" maxValue="3"/>',
            ),
        )
    )
    source = row(1, text("A1", "部门"), text("B1", "数量")) + "".join(
        row(n, text(f"A{n}", who), number(f"B{n}", n - 1)) for n, who in ((2, "甲"), (3, "乙"), (4, "甲"))
    )
    shown = row(3, text("A3", "行标签"), text("B3", "求和项:数量")) + row(
        4, text("A4", "甲"), number("B4", 4)
    )
    book = Book(
        {"数据": sheet(source), "透视": sheet(shown + row(5, text("A5", "乙"), number("B5", 2)))},
        after_sheets='<pivotCaches><pivotCache cacheId="7" r:id="rId4"/></pivotCaches>',
    )
    book.rels = {
        "xl/workbook.xml": [("pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml")],
        "xl/worksheets/sheet2.xml": [("pivotTable", "../pivotTables/pivotTable1.xml")],
        cache: [("pivotCacheRecords", "pivotCacheRecords1.xml")],
        table: [("pivotCacheDefinition", "../pivotCache/pivotCacheDefinition1.xml")],
    }
    book.types = {
        cache: f"{BOOK}.pivotCacheDefinition+xml",
        records: f"{BOOK}.pivotCacheRecords+xml",
        table: f"{BOOK}.pivotTable+xml",
    }
    book.more = {
        cache: f'{HEAD}<pivotCacheDefinition {SPACES} r:id="rId1" recordCount="3"><cacheSource type="worksheet">'
        f'<worksheetSource ref="A1:B4" sheet="数据"/></cacheSource><cacheFields count="2">{fields}</cacheFields>'
        "</pivotCacheDefinition>",
        records: f'{HEAD}<pivotCacheRecords {SPACES} count="3"><r><x v="0"/><n v="1"/></r><r><x v="1"/><n v="2"/></r>'
        '<r><x v="0"/><n v="3"/></r></pivotCacheRecords>',
        table: f'{HEAD}<pivotTableDefinition xmlns="{MAIN}" name="透视表1" cacheId="7" dataCaption="值">'
        '<location ref="A3:B5" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/><pivotFields count="2">'
        '<pivotField axis="axisRow" showAll="0"><items count="3"><item x="0"/><item x="1"/><item t="default"/></items>'
        '</pivotField><pivotField dataField="1" showAll="0"/></pivotFields><rowFields count="1"><field x="0"/></rowFields>'
        '<rowItems count="3"><i><x/></i><i><x v="1"/></i><i t="grand"><x/></i></rowItems><colItems count="1"><i/></colItems>'
        '<dataFields count="1"><dataField name="求和项:数量" fld="1"/></dataFields></pivotTableDefinition>',
    }  # fmt: skip
    return book


def _note_shape(kind: str, anchor: str, data: str) -> str:
    """A drawing in VML with one shape, as notes and form controls have."""
    return (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shapetype id="_x0000_t202" coordsize="21600,21600" '
        'o:spt="202" path="m,l,21600r21600,l21600,xe"/><v:shape id="_x0000_s1025" type="#_x0000_t202" '
        f'style="position:absolute"><x:ClientData ObjectType="{kind}"><x:Anchor>{anchor}</x:Anchor>{data}'
        "</x:ClientData></v:shape></xml>"
    )


def threaded() -> Book:
    book = Book({"物料清单": sheet(listing(), after='<legacyDrawing r:id="rId2"/>')})
    thread, persons = "xl/threadedComments/threadedComment1.xml", "xl/persons/person.xml"
    who, first, second = (f"{{{n:08X}-0000-4000-8000-000000000000}}" for n in (1, 2, 3))
    space = f"{OFFICE}/spreadsheetml/2018/threadedcomments"
    kind = f"{OFFICE}/2017/10/relationships"
    book.rels = {
        "xl/workbook.xml": [(f"{kind}/person", "persons/person.xml")],
        SHEET: [
            ("comments", "../comments1.xml"),
            ("vmlDrawing", "../drawings/vmlDrawing1.vml"),
            (f"{kind}/threadedComment", "../threadedComments/threadedComment1.xml"),
        ],
    }
    book.types = {
        "xl/comments1.xml": f"{BOOK}.comments+xml",
        thread: "application/vnd.ms-excel.threadedcomments+xml",
        persons: "application/vnd.ms-excel.person+xml",
    }
    book.more = {
        "xl/comments1.xml": f'{HEAD}<comments xmlns="{MAIN}"><authors><author>tc={first}</author></authors>'
        f'<commentList><comment ref="B3" authorId="0" shapeId="0"><text><t>[线程批注]\n批注：交期能提前吗</t></text>'
        "</comment></commentList></comments>",
        "xl/drawings/vmlDrawing1.vml": _note_shape("Note", "2,15,1,10,4,31,5,9", "<x:Row>2</x:Row><x:Column>1</x:Column>"),
        thread: f'{HEAD}<ThreadedComments xmlns="{space}">'
        f'<threadedComment ref="B3" dT="2024-01-02T03:04:05.00" personId="{who}" id="{first}"><text>交期能提前吗</text>'
        f'</threadedComment><threadedComment ref="B3" dT="2024-01-02T04:00:00.00" personId="{who}" id="{second}" '
        f'parentId="{first}"><text>可以，周五</text></threadedComment></ThreadedComments>',
        persons: f'{HEAD}<personList xmlns="{space}"><person displayName="王芳" id="{who}" userId="wf" providerId="None"/>'
        "</personList>",
    }  # fmt: skip
    return book


def slicer() -> Book:
    space = f"{OFFICE}/spreadsheetml/2009/9/main"
    newer = f"{OFFICE}/spreadsheetml/2010/11/main"
    own = (
        '<tableParts count="1"><tablePart r:id="rId1"/></tableParts><extLst><ext uri="{3A4CF648-6AED-40f4-86FF-'
        f'DC5316D8AED3}}" xmlns:x14="{space}"><x14:slicerList><x14:slicer r:id="rId2"/></x14:slicerList></ext></extLst>'
    )
    caches = (
        f'<extLst><ext uri="{{46BE6895-7355-4a93-B00E-2C351335B9C9}}" xmlns:x15="{newer}"><x15:slicerCaches '
        f'xmlns:x14="{space}"><x14:slicerCache r:id="rId3"/></x15:slicerCaches></ext></extLst>'
    )
    columns = "".join(
        f'<tableColumn id="{n}" name="{name}"/>'
        for n, name in enumerate(("部门", "物料", "数量", "单价", "到货日", "备注"), start=1)
    )
    kind = f"{OFFICE}/2007/relationships"
    book = Book({"物料清单": sheet(listing(), after=own)}, after_sheets=caches)
    table, one, cache = "xl/tables/table1.xml", "xl/slicers/slicer1.xml", "xl/slicerCaches/slicerCache1.xml"
    book.rels = {
        "xl/workbook.xml": [(f"{kind}/slicerCache", "slicerCaches/slicerCache1.xml")],
        SHEET: [("table", "../tables/table1.xml"), (f"{kind}/slicer", "../slicers/slicer1.xml")],
    }
    book.types = {
        table: f"{BOOK}.table+xml",
        one: "application/vnd.ms-excel.slicer+xml",
        cache: "application/vnd.ms-excel.slicerCache+xml",
    }
    book.more = {
        table: f'{HEAD}<table xmlns="{MAIN}" id="1" name="物料" displayName="物料" ref="A1:F6" totalsRowShown="0">'
        f'<autoFilter ref="A1:F6"/><tableColumns count="6">{columns}</tableColumns></table>',
        one: f'{HEAD}<slicers xmlns="{space}"><slicer name="部门" cache="切片器_部门" caption="部门" rowHeight="241300"/>'
        "</slicers>",
        cache: f'{HEAD}<slicerCacheDefinition xmlns="{space}" name="切片器_部门" sourceName="部门"><extLst>'
        f'<x:ext xmlns:x="{MAIN}" uri="{{2F2917AC-EB37-4324-AD4E-5DD8C200BD13}}" xmlns:x15="{newer}">'
        '<x15:tableSlicerCache tableId="1" column="1"/></x:ext></extLst></slicerCacheDefinition>',
    }  # fmt: skip
    return book


def chart_sheet() -> Book:
    chart, drawing, page = "xl/charts/chart1.xml", "xl/drawings/drawing1.xml", "xl/chartsheets/sheet1.xml"
    book = Book({"物料清单": sheet(listing())})
    book.rels = {
        "xl/workbook.xml": [("chartsheet", "chartsheets/sheet1.xml")],
        page: [("drawing", "../drawings/drawing1.xml")],
        drawing: [("chart", "../charts/chart1.xml")],
    }
    book.types = {
        chart: "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
        drawing: "application/vnd.openxmlformats-officedocument.drawing+xml",
        page: f"{BOOK}.chartsheet+xml",
    }
    book.more = {
        page: f'{HEAD}<chartsheet {SPACES}><sheetViews><sheetView workbookViewId="0"/></sheetViews>'
        '<drawing r:id="rId1"/></chartsheet>',
        drawing: f'{HEAD}<xdr:wsDr xmlns:xdr="{DRAWING}/spreadsheetDrawing" xmlns:a="{DRAWING}/main"><xdr:absoluteAnchor>'
        '<xdr:pos x="0" y="0"/><xdr:ext cx="9000000" cy="6000000"/><xdr:graphicFrame macro=""><xdr:nvGraphicFramePr>'
        '<xdr:cNvPr id="2" name="图表 1"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/>'
        f'<a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic><a:graphicData uri="{DRAWING}/chart"><c:chart xmlns:c="{DRAWING}/'
        f'chart" xmlns:r="{REL}" r:id="rId1"/></a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/>'
        "</xdr:absoluteAnchor></xdr:wsDr>",
        chart: f'{HEAD}<c:chartSpace xmlns:c="{DRAWING}/chart"><c:chart><c:plotArea><c:layout/><c:pieChart>'
        '<c:varyColors val="1"/><c:ser><c:idx val="0"/><c:order val="0"/><c:val><c:numRef><c:f>物料清单!$C$2:$C$6</c:f>'
        "</c:numRef></c:val></c:ser></c:pieChart></c:plotArea></c:chart></c:chartSpace>",
    }  # fmt: skip
    entry = '<sheet name="图表" sheetId="9" r:id="rId3"/>'
    made = book.parts()["xl/workbook.xml"].decode()
    book.rels["xl/workbook.xml"] = [("chartsheet", "chartsheets/sheet1.xml")]
    book.more["xl/workbook.xml"] = made.replace("</sheets>", f"{entry}</sheets>")
    return book


def controls() -> Book:
    own = (
        '<legacyDrawing r:id="rId1"/><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/'
        f'markup-compatibility/2006"><mc:Choice xmlns:x14="{OFFICE}/spreadsheetml/2009/9/main" Requires="x14">'
        '<controls><control shapeId="1025" r:id="rId2" name="复选框 1"/></controls></mc:Choice></mc:AlternateContent>'
    )
    book = Book({"物料清单": sheet(listing() + row(9, '<c r="H9" t="b"><v>1</v></c>'), after=own)})
    book.rels[SHEET] = [
        ("vmlDrawing", "../drawings/vmlDrawing1.vml"),
        ("ctrlProp", "../ctrlProps/ctrlProp1.xml"),
    ]
    book.types["xl/ctrlProps/ctrlProp1.xml"] = "application/vnd.ms-excel.controlproperties+xml"
    space = f"{OFFICE}/spreadsheetml/2009/9/main"
    book.more = {
        "xl/drawings/vmlDrawing1.vml": _note_shape("Checkbox", "6,0,8,0,7,0,9,0", "<x:FmlaLink>$H$9</x:FmlaLink>"),
        "xl/ctrlProps/ctrlProp1.xml": f'{HEAD}<formControlPr xmlns="{space}" objectType="CheckBox" checked="Checked" '
        'fmlaLink="$H$9" lockText="1" noThreeD="1"/>',
    }  # fmt: skip
    return book


def _linked(link: str, rels: list[tuple[str, str]], formulas: str) -> Book:
    book = Book(
        {"物料清单": sheet(listing() + formulas)},
        after_sheets='<externalReferences><externalReference r:id="rId3"/></externalReferences>',
    )
    part = "xl/externalLinks/externalLink1.xml"
    book.rels = {"xl/workbook.xml": [("externalLink", "externalLinks/externalLink1.xml")]}
    book.rels |= {part: rels} if rels else {}
    book.types[part] = f"{BOOK}.externalLink+xml"
    book.more[part] = f"{HEAD}<externalLink {SPACES}>{link}</externalLink>"
    return book


def external() -> Book:
    link = (
        '<externalBook r:id="rId1"><sheetNames><sheetName val="汇率"/></sheetNames><sheetDataSet><sheetData sheetId="0">'
        '<row r="1"><cell r="A1"><v>7.1</v></cell></row></sheetData></sheetDataSet></externalBook>'
    )
    rels = [("externalLinkPath", "file:///C:/财务/汇率.xlsx")]
    return _linked(link, rels, row(9, formula("A9", "[1]汇率!A1*2", "14.2")))


def dde() -> Book:
    link = (
        '<ddeLink ddeService="cmd" ddeTopic="/c calc"><ddeItems><ddeItem name="A0" advise="1"/>'
        '<ddeItem name="StdDocumentName" ole="1" advise="1"/></ddeItems></ddeLink>'
    )
    return _linked(link, [], row(9, formula("A9", "[1]!A0", "0")))


def query() -> Book:
    book = Book({"物料清单": sheet(listing())})
    book.rels = {
        "xl/workbook.xml": [("connections", "connections.xml")],
        SHEET: [("queryTable", "../queryTables/queryTable1.xml")],
    }
    book.types = {
        "xl/connections.xml": f"{BOOK}.connections+xml",
        "xl/queryTables/queryTable1.xml": f"{BOOK}.queryTable+xml",
    }
    book.more = {
        "xl/connections.xml": f'{HEAD}<connections xmlns="{MAIN}"><connection id="1" name="网页" type="4" '
        'refreshedVersion="5" background="1" refreshOnLoad="1"><webPr sourceData="1" parsePre="1" consecutive="1" xl2000="1" '
        'url="http://example.com/rates"/></connection></connections>',
        "xl/queryTables/queryTable1.xml": f'{HEAD}<queryTable xmlns="{MAIN}" name="网页" connectionId="1"/>',
    }  # fmt: skip
    return book
