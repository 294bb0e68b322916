"""The reader's edition: each chapter as a notebook of plain Markdown, for JupyterLab, Colab and others.

The notebooks in ``book/`` are written for Sphinx: directives, roles and numbers that only a build fills in. Opened in a
notebook editor they would show all that raw, and the solutions open. ``tools.reader.edition`` writes what a reader
should see there to ``notebooks/``.
"""
