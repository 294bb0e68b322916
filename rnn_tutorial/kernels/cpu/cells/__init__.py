r"""The recurrences, a module each: forward and backward pass over whole sequences."""
