"""Two builds, or two rounds: what differs, and which rows, parameters or words made the difference."""
