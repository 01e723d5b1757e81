"""`python3 build.py bench`: how long the work takes, beside those who do the same work otherwise.

Absolute times say little about another machine. So the contenders of a row take turns, several times, and what counts
is the ratio of their medians within one run. Everything is built in a temporary folder.
"""
