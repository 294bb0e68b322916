r"""Methods around methods: a correction of their errors, intervals from their errors."""
