"""The thin line, until its renderer has moved on."""
