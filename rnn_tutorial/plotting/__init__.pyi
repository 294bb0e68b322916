from .codediff import code_diff as code_diff
from .style import PALETTE as PALETTE
from .style import use_book_style as use_book_style
from .unrolled import unrolled as unrolled
from .xray import half_life as half_life
from .xray import lag_curves as lag_curves
from .xray import state_map as state_map
