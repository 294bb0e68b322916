r"""The convolutional recurrence: convolutions three ways, and the cell over whole videos."""
