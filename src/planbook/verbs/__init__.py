"""The verbs of the command line, by what they are about; planbook.cli puts them together."""
