"""Pure functions on the survey's rows: what the plan says is computed here. Knows nothing of files or plotting."""
