"""Premise → cast and world → acts → chapter ledger → chapters, none lost, none twice."""
