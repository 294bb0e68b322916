r"""Two networks without a state that read a digit's rows: a temporal CNN and Transformer layers.

The rows come as a sequence, as they do to an LSTM: neither network knows that columns are neighbours.
"""

from torch import Tensor, nn

from rnn_tutorial.experiments.ch02_rivals import TemporalCNN
from rnn_tutorial.experiments.stateless import positions

__all__ = ["RowTransformer", "TemporalCNN"]


class RowTransformer(nn.Module):
    r"""An encoder of Transformer layers (Vaswani et al., 2017) over all rows, read by the mean over rows.

    Every row attends to every row. Each layer normalises what it reads rather than what it has added up, with which
    large learning rates are safe from the start (Xiong et al., 2020).

    Args:
        features: F, columns of a row.
        steps: T, rows.
        outputs: Numbers to answer.
        size: Features inside, d.
        layers: Of the encoder.
        heads: Of attention.
        width: Units of each feed-forward part.

    Shape:
        (B, T, F) → (B, outputs).

    References:
        A. Vaswani et al. (2017), "Attention is all you need", arXiv:1706.03762.
        R. Xiong et al. (2020), "On layer normalization in the Transformer architecture", arXiv:2002.04745.

    Examples:
        >>> import torch
        >>> RowTransformer(28, steps=28, outputs=10)(torch.zeros(4, 28, 28)).shape
        torch.Size([4, 10])
    """

    positions: Tensor

    def __init__(
        self,
        features: int,
        steps: int,
        outputs: int,
        *,
        size: int = 96,
        layers: int = 2,
        heads: int = 4,
        width: int = 354,
    ) -> None:
        super().__init__()
        self.embedding = nn.Linear(features, size)
        layer = nn.TransformerEncoderLayer(size, heads, width, dropout=0.0, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, layers, norm=nn.LayerNorm(size), enable_nested_tensor=False)
        self.readout = nn.Linear(size, outputs)
        self.register_buffer("positions", positions(steps, size))

    def forward(self, x: Tensor) -> Tensor:
        """Let every row look at all rows, and read the mean."""
        h = self.encoder(self.embedding(x) + self.positions[: x.shape[1]])
        return self.readout(h.mean(dim=1))
