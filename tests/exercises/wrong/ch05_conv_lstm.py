"""Wrong answers to the exercises of chapter 5."""

from typing import Any

import torch
import torch.nn.functional as F

import rnn_tutorial as rt


def refuses_all(h: Any, kernel: Any) -> Any:
    raise ValueError("no")


def dense_twin(skip: str = "", biases: int = 1, hidden: int = 5) -> Any:
    def twin(conv: Any) -> Any:
        dense = rt.PeepholeLSTM(3, hidden).double()
        theirs = dict(conv.named_parameters())
        with torch.no_grad():
            for name, parameter in dense.named_parameters():
                source = theirs["bias_ih_l0"] if name == "bias_hh_l0" else theirs[name]
                if hidden == 5 and not (skip and name.startswith(skip)) and (name != "bias_hh_l0" or biases == 2):
                    parameter.copy_(source.reshape(parameter.shape))
                elif name == "bias_hh_l0":
                    parameter.zero_()
        return dense

    return twin


WRONG: dict[str, list[Any]] = {
    "convlstm-fooled": [
        lambda h, kernel: F.conv2d(h, kernel, padding=kernel.shape[-1] // 2)[..., : h.shape[-2], : h.shape[-1]],
        lambda h, kernel: F.conv2d(F.pad(h, (0, kernel.shape[-1] - 1, 0, kernel.shape[-1] - 1)), kernel),
        lambda h, kernel: F.conv2d(h, kernel),
        lambda h, kernel: h,
        refuses_all,
    ],
    "convlstm-count": [
        lambda channels, hidden, kernel: 4 * hidden * ((channels + hidden) * kernel**2 + 1),  # no peepholes
        lambda channels, hidden, kernel: 4 * hidden * ((channels + hidden) * kernel**2 + 2) + 3 * hidden,  # two biases
        lambda channels, hidden, kernel: hidden * ((channels + hidden) * kernel**2 + 1) + 3 * hidden,  # one gate
        lambda channels, hidden, kernel: 4 * hidden * ((channels + hidden) * kernel + 1) + 3 * hidden,
    ],
    "convlstm-reach": [
        lambda pixels, patch, kernel: -(-pixels // (patch * (kernel // 2))),  # forgets the state's kernel
        lambda pixels, patch, kernel: max(1, -(-pixels // (kernel // 2)) - 1),  # forgets the patches
        lambda pixels, patch, kernel: -(-pixels // (patch * kernel)),  # width instead of radius
        lambda pixels, patch, kernel: 2,
    ],
    "convlstm-border": [
        lambda kernel, steps: kernel // 2,  # as if the state were not padded
        lambda kernel, steps: kernel * steps,
        lambda kernel, steps: (kernel // 2) * (steps - 1),
        lambda kernel, steps: 0,
    ],
    "convlstm-twin": [
        dense_twin(skip="weight_c"),
        dense_twin(biases=2),
        dense_twin(skip="bias_ih"),
        dense_twin(hidden=4),
        lambda conv: conv,
    ],
}
