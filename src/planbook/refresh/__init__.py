"""An edited Word file brought to another round: its numbers, tables and figures, as tracked changes; edits stay."""
