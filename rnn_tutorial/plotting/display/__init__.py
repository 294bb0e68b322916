r"""What pages show beside figures: tables of words, differences of code."""
