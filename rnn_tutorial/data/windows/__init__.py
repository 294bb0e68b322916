r"""Windows of one series or many: (input, target) pairs, without a copy of the series per pair."""
