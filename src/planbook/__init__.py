"""planbook: from survey workbooks to complete renovation plans, one book for the prefecture and one per county."""

__version__ = "0.1.0"
