"""Survey workbooks → typed rows with addresses."""
