"""`python3 build.py lab`: JupyterLab on the notebooks, with the project's own kernel and parameters."""
