"""How the notebooks are executed once and become the book; nothing here is needed to use the package."""
