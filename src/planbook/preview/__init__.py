"""`python3 build.py preview`: the books in the browser while their sources are being written."""
