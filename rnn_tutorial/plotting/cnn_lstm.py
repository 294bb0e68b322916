r"""The CNN-LSTM of chapter 6 as a picture: look at each frame, remember codes, draw frames."""

from matplotlib.axes import Axes

from .boxes import INK, arrow, box, dot, sheet

FRAMES, ENCODERS, MEMORY, DECODERS, DRAWN = 0.6, 2.1, 4.1, 6.1, 7.6  # heights, from what is seen to what is drawn


def cnn_lstm_picture() -> Axes:
    r"""Draw three steps of a CNN-LSTM: time runs to the right, only codes and states are passed upwards and on.

    Examples:
        >>> ax = cnn_lstm_picture()
    """
    ax = sheet(12.2, 8.2)
    columns = {"t-1": 3.6, "t": 6.7, "t+1": 9.8}
    following = ["t", "t+1", "t+2"]
    for (step, x), after in zip(columns.items(), following, strict=True):
        box(ax, (x, FRAMES), f"frame $x_{{{step}}}$", width=2.2)
        box(ax, (x, ENCODERS), "encode", color="orange", width=1.5)
        box(ax, (x, MEMORY), "LSTM", color="blue", width=1.7, height=1.1)
        box(ax, (x, DECODERS), "decode", color="green", width=1.5)
        box(ax, (x, DRAWN), rf"forecast $\hat{{x}}_{{{after}}}$", width=2.2)
        arrow(ax, (x, FRAMES + 0.45), (x, ENCODERS - 0.45))
        arrow(ax, (x, ENCODERS + 0.45), (x, MEMORY - 0.55), f"$z_{{{step}}}$", color="orange", shift=(0.55, 0))
        arrow(ax, (x, MEMORY + 0.55), (x, DECODERS - 0.45), f"$V h_{{{step}}} + b$", color="green", shift=(1.0, 0))
        arrow(ax, (x, DECODERS + 0.45), (x, DRAWN - 0.45))
        arrow(ax, (x + 0.85, MEMORY), (x + 2.25, MEMORY), "$h, c$", color="blue", shift=(0, 0.35))
    arrow(ax, (1.95, MEMORY), (2.75, MEMORY), color="blue")
    dot(ax, (1.45, MEMORY), "$h, c$", color="blue", radius=0.5)
    for height, text in {FRAMES: "pixels", ENCODERS: "CNN", DECODERS: "CNN", DRAWN: "pixels"}.items():
        ax.text(1.45, height, text, ha="center", va="center", color=INK, fontsize=11, style="italic")
    return ax
