r"""Pictures in time behind one slider: a player that needs no server, and on paper all pictures side by side."""

import base64
import html
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from rnn_tutorial import extras

# The sheet of all pictures lies behind a window of the size of one, and is moved; printed, all of it is shown.
STYLE = """<style>
.rt-player-window { position: relative; overflow: hidden; max-width: 100%; }
.rt-player-window img { position: absolute; left: 0; top: 0; max-width: none; }
.rt-player-bar { display: flex; gap: 0.6em; align-items: center; max-width: 100%; }
.rt-player-bar input { flex: 1; }
@media print {
  .rt-player-window { width: 100% !important; aspect-ratio: auto !important; }
  .rt-player-window img { position: static; width: 100% !important; }
  .rt-player-bar { display: none; }
}
</style>"""
MOVE = (
    "const p=this.closest('.rt-player'),n=+p.dataset.columns,k=+this.value,s=p.querySelector('img').style;"
    "s.left=-100*(k%n)+'%';s.top=-100*Math.floor(k/n)+'%';"
    "p.querySelector('output').textContent=JSON.parse(p.dataset.labels)[k]"
)
PLAY = (
    "const p=this.closest('.rt-player'),r=p.querySelector('input');"
    "if(p.timer){clearInterval(p.timer);p.timer=0;this.textContent='▶'}"
    "else{p.timer=setInterval(()=>{r.value=r.value===r.max?0:+r.value+1;r.oninput()},700);this.textContent='❚❚'}"
)


@dataclass(frozen=True)
class Player:
    """Pictures on one sheet, in rows from left to right: a player in HTML, the sheet where only pictures are shown.

    Args:
        sheet: PNG.
        size: (width, height) of one picture, in pixels.
        columns: Pictures in a row of the sheet.
        labels: One a picture, shown beside the slider.
        alt: What is seen, in words.

    Examples:
        >>> "<img" in Player(b"", (40, 20), 2, ("January", "February"), "Two maps.")._repr_html_()
        True
    """

    sheet: bytes
    size: tuple[int, int]
    columns: int
    labels: tuple[str, ...]
    alt: str

    def _repr_png_(self) -> bytes:
        return self.sheet

    def _repr_html_(self) -> str:
        width, height = self.size
        data = base64.b64encode(self.sheet).decode()
        labels = html.escape(json.dumps(self.labels, ensure_ascii=False))
        return (
            f'{STYLE}<div class="rt-player" data-columns="{self.columns}" data-labels="{labels}">'
            f'<div class="rt-player-window" style="width:{width // 2}px;aspect-ratio:{width}/{height}">'
            # beside its place, as themes hold pictures to the width of what is around them
            f'<img style="width:{100 * self.columns}%;max-width:none;height:auto" alt="{html.escape(self.alt)}" '
            f'src="data:image/png;base64,{data}">'
            f'</div><div class="rt-player-bar" style="width:{width // 2}px">'
            f'<button type="button" aria-label="play or stop" onclick="{html.escape(PLAY)}">▶</button>'
            f'<input type="range" min="0" max="{len(self.labels) - 1}" value="0" aria-label="which picture" '
            f'oninput="{html.escape(MOVE)}"><output>{html.escape(self.labels[0])}</output></div></div>'
        )


def player(figures: Iterable[Figure], labels: Sequence[str], alt: str, *, columns: int = 4, dpi: int = 170) -> Player:
    r"""Make a player of figures, which are drawn and closed one after the other.

    It is shown at half the size in pixels, sharp on screens of high resolution. The moving needs JavaScript, but no
    server and no library.

    Args:
        figures: Of one size.
        labels: One a figure.
        alt: What is seen, in words, for those who do not see it.
        columns: Pictures in a row where all are shown, as on paper.
        dpi: Pixels an inch.

    Raises:
        MissingExtraError: Pillow is not installed; the extra ``video`` brings it.
        ValueError: No figures, not as many labels, figures of different sizes, or no column.

    Examples:
        >>> import matplotlib.pyplot as plt
        >>> shown = player((plt.figure(figsize=(2, 1)) for _ in range(3)), ["a", "b", "c"], "Nothing.", dpi=50)
        >>> shown.size, len(shown.labels)
        ((100, 50), 3)
    """
    with extras.explained("player"):
        from PIL import Image

    if columns < 1:
        raise ValueError(f"columns should be 1 or more, got {columns}")
    pictures = [_pixels(figure, dpi) for figure in figures]
    if not pictures or len(pictures) != len(labels):
        raise ValueError(f"there should be a label for each figure, got {len(labels)} for {len(pictures)}")
    if len({picture.shape for picture in pictures}) > 1:
        raise ValueError("the figures should all have one size")
    height, width = pictures[0].shape[:2]
    rows = -(-len(pictures) // columns)
    sheet = np.full((rows * height, columns * width, 3), 255, dtype=np.uint8)
    for k, picture in enumerate(pictures):
        row, column = divmod(k, columns)
        sheet[row * height : (row + 1) * height, column * width : (column + 1) * width] = picture
    content = io.BytesIO()
    Image.fromarray(sheet).quantize(256).save(content, "png", optimize=True)
    return Player(content.getvalue(), (width, height), columns, tuple(labels), alt)


def _pixels(figure: Figure, dpi: int) -> np.ndarray:
    figure.set_dpi(dpi)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    picture = np.asarray(canvas.buffer_rgba())[..., :3].copy()
    plt.close(figure)
    return picture
