"""What was filled into a form's fields: it is seen on the page, and no part of its text."""

import ctypes
from collections.abc import Iterator
from typing import Any

from pypdfium2 import raw

from copydesk.documents.passage import line_of
from copydesk.documents.pdf.places import seen_from
from copydesk.documents.pdf.sheet import Line

_MOST = 2_000  # of one page
_LONGEST = 20_000  # bytes of a value
_SIZE = 11.0  # points of type in a field that is higher
_FILLED = {
    raw.FPDF_FORMFIELD_TEXTFIELD,
    raw.FPDF_FORMFIELD_COMBOBOX,
    raw.FPDF_FORMFIELD_LISTBOX,
}


def fields_of(opened: Any, page: Any) -> Iterator[Line]:
    """The values of a page's fields, where they stand; boxes that are ticked as ☒.

    Args:
        opened: a document whose forms were made ready (`PdfDocument.init_forms`).
    """
    form = opened.formenv
    if form is None:
        return
    seen = seen_from(page)
    for index in range(min(raw.FPDFPage_GetAnnotCount(page.raw), _MOST)):
        note = raw.FPDFPage_GetAnnot(page.raw, index)
        if not note:
            continue
        try:
            line = _line(form.raw, note)
        finally:
            raw.FPDFPage_CloseAnnot(note)
        if line is not None:
            if seen is not None:
                left, low, right, top = seen(line[1:5])
                line = line._replace(left=left, low=low, right=right, top=top)
            yield line


def _line(form: Any, note: Any) -> Line | None:
    kind = raw.FPDFAnnot_GetFormFieldType(form, note)
    text = ""
    if kind in _FILLED:
        text = _value(form, note)
    elif kind in {raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON}:
        text = "☒" if raw.FPDFAnnot_IsChecked(form, note) else ""
    place = raw.FS_RECTF()
    if not text or not raw.FPDFAnnot_GetRect(note, place):
        return None
    low, top = sorted((place.bottom, place.top))
    if top - low > 2 * _SIZE:  # a field of several lines is read at its first
        low = top - _SIZE
    return Line(text, place.left, low, place.right, top, min(top - low, _SIZE))


def _value(form: Any, note: Any) -> str:
    size = raw.FPDFAnnot_GetFormFieldValue(form, note, None, 0)
    if not 2 < size <= _LONGEST:
        return ""
    buffer = ctypes.create_string_buffer(size)
    cast = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    raw.FPDFAnnot_GetFormFieldValue(form, note, cast, size)
    return line_of(buffer.raw[: size - 2].decode("utf-16-le", "replace"))
