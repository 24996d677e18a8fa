"""Drawing: a deck and a master become slides of native, editable shapes."""
