"""What stands behind a printed number: its formula, its rows, and whether the workbooks still give it."""
