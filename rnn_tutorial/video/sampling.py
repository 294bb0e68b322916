r"""Unroll a network over its own forecasts, and teach it to: scheduled sampling, for frames."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from rnn_tutorial.validate import whole

from .frames import of_videos

__all__ = ["ScheduledSampling", "linear_decay"]

Step = Callable[..., tuple[Tensor, Any]]
"""``frames, state`` → ``output, state``: (B, T, C, H, W) → (B, T, C, H, W), at t the forecast of frame t + 1."""


def linear_decay(batches: int) -> Callable[[int], float]:
    r"""Return a share of true frames that falls evenly from 1 to 0 over so many batches, and stays 0.

    Raises:
        TypeError: ``batches`` is no whole number.
        ValueError: It is below 1.

    Examples:
        >>> share = linear_decay(100)
        >>> share(0), share(25), share(200)
        (1.0, 0.75, 0.0)
    """
    batches = whole("batches", batches)
    return lambda done: max(0.0, 1.0 - done / batches)


class ScheduledSampling(nn.Module):
    r"""Feed a network, in training, the true next frame or its own forecast of it, drawn for each video and step.

    A network that is taught on true frames alone never meets its own errors before it is used; one that is taught on
    its own forecasts alone has at first little to learn from. In between, the truth has a probability
    :math:`\epsilon`:

    .. math::

        \hat x_{t+1} = f(u_t, s_t), \qquad
        u_t = \begin{cases} x_t & \text{with probability } \epsilon \\ \hat x_t & \text{otherwise} \end{cases}

    Bengio et al. let :math:`\epsilon` fall while the network learns. They draw words, through which no gradient runs;
    a forecast frame is a smooth function of the weights, and here its gradient runs through it.

    Args:
        step: ``frames, state`` → ``output, state``, with an output for each frame: the forecast of the next one.
        seen: Frames that are always true.
        share: The probability :math:`\epsilon`, in [0, 1]: one number, or a function of the batches trained so far,
            such as :func:`linear_decay`. 1 is teacher forcing, 0 the network's own forecasts alone.
        to_frame: From the step's output to a frame that can be fed back, such as ``torch.sigmoid`` for scores. By
            default the output is the frame.

    Call:
        ``model(frames)``, **frames** (B, T, C, H, W) with T ≥ ``seen``: the frames that are seen, then the true ones
        that may be fed. Returns (B, T - seen + 1, C, H, W), the outputs for frames ``seen`` + 1 to T + 1. In evaluation
        no true frame after the first ``seen`` is fed.

    Attributes:
        batches: Batches trained so far.

    Raises:
        TypeError: ``seen`` is no whole number.
        ValueError: ``seen`` below 1, fewer frames than that, no videos, or a share outside [0, 1].

    References:
        S. Bengio, O. Vinyals, N. Jaitly, N. Shazeer (2015), "Scheduled sampling for sequence prediction with recurrent
        neural networks", arXiv:1506.03099.

    Examples:
        >>> class Paler(nn.Module):
        ...     def forward(self, frames, state=None):
        ...         return 0.5 * frames, state
        >>> model = ScheduledSampling(Paler(), seen=2, share=0.0)
        >>> model(torch.ones(1, 4, 1, 1, 1)).flatten()  # of frames 3, 4 and 5, each from the one before
        tensor([0.5000, 0.2500, 0.1250])
    """

    def __init__(
        self,
        step: nn.Module,
        seen: int,
        share: float | Callable[[int], float],
        to_frame: Callable[[Tensor], Tensor] | None = None,
    ) -> None:
        super().__init__()
        if not callable(share):
            _probability(share)
        self.step, self.seen, self.share, self.to_frame = step, whole("seen", seen), share, to_frame
        self.batches = 0

    def forward(self, frames: Tensor) -> Tensor:
        """(B, T, C, H, W) → (B, T - seen + 1, C, H, W)."""
        of_videos(frames, least=self.seen)
        share = self._share_now()
        output, state = self.step(frames[:, : self.seen])
        outputs = [output[:, -1:]]
        for t in range(self.seen, frames.shape[1]):
            own = self.to_frame(outputs[-1]) if self.to_frame else outputs[-1]
            # u_t: the truth with probability ε, for each video by itself
            true = torch.rand(len(frames), 1, 1, 1, 1, device=frames.device) < share
            output, state = self.step(torch.where(true, frames[:, t : t + 1], own), state)
            outputs.append(output)
        return torch.cat(outputs, dim=1)

    def _share_now(self) -> float:
        if not self.training:
            return 0.0
        share = _probability(self.share(self.batches) if callable(self.share) else self.share)
        self.batches += 1
        return share


def _probability(share: float) -> float:
    if not 0 <= share <= 1:
        raise ValueError(f"share should lie in [0, 1], got {share}")
    return float(share)
