r"""All that is not an equation: what every layer is made of, and what happens between a call and its result.

``definition`` is what a network defines, ``base`` the call: ``sequences`` brings the input into one form, ``state`` the
first state, ``dispatch`` chooses among ``native`` (PyTorch's operator), ``fused`` (our kernels) and ``loop`` (the
definition itself), and the result goes back in the form of the input. ``as_torch`` has what code written for
``torch.nn`` uses beside the call.
"""
