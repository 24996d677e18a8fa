"""PDF files through PDFium: passages with their places, pictures of pages, places of words."""

from copydesk.documents.pdf.marks import marks
from copydesk.documents.pdf.opened import open_pdf
from copydesk.documents.pdf.read import read_pdf

__all__ = ["marks", "open_pdf", "read_pdf"]
