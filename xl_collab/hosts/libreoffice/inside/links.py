"""Hyperlinks: in LibreOffice a text field within a cell's text."""

from __future__ import annotations

from .desk import Desk


def link(desk: Desk, at: list) -> str | None:
    """Address of the first cell's first link; inside the workbook "#Sheet.A1"."""
    block = desk.block(at)
    fields = block.cell(block.left, block.top).getTextFields()
    found = [fields.getByIndex(i) for i in range(fields.Count)]
    return next((field.URL for field in found if hasattr(field, "URL")), None)


def add_link(desk: Desk, at: list, address: str, text: str) -> None:
    block = desk.block(at)
    block.writable()
    cell = block.cell(block.left, block.top)
    cell.setString("")
    field = block.document.createInstance("com.sun.star.text.TextField.URL")
    field.URL, field.Representation = address, text
    cell.insertTextContent(cell.createTextCursor(), field, False)


OPERATIONS = {function.__name__: function for function in (link, add_link)}
