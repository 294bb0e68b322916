r"""Networks as forecasting methods: what they read, how they learn, what they say, how they are saved."""
