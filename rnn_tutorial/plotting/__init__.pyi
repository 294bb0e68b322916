from .codediff import code_diff as code_diff
from .style import PALETTE as PALETTE
from .style import use_book_style as use_book_style
