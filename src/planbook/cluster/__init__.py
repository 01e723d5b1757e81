"""Wider than one machine: units as tasks of a Dask cluster. All that a worker needs and makes travels."""
