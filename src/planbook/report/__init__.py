"""What a notebook speaks to: facts, figures and tables of a chapter."""
