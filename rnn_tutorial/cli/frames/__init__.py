r"""The command ``frames``: from pictures or a field over time to the next frames, and what they are worth."""
