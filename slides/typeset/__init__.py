"""Typesetting: real widths of real fonts, lines broken as programs break them, text made to fit."""
