from . import ch00_sequences as sequences
from . import ch01_all_seeds as all_seeds
from . import ch01_bptt as bptt
from . import ch01_order as order
from . import ch01_streams as streams
from . import ch02_long_lags as long_lags
from . import ch02_survival as survival
from . import ch03_equal_size as equal_size
from . import ch03_lookup as lookup
from . import ch04_clocks as clocks
from . import ch04_timing as timing
from . import ch05_video_board as video_board
from . import ch05_video_models as video_models
from . import ch05_videos as videos
from . import ch07_mnist as mnist
from . import ch07_recipes as recipes
from . import ch07_runs as runs
from . import ch08_globe as globe
from . import ch08_learning_curve as learning_curve
from . import ch08_scoreboard as scoreboard
from . import ch08_weather_forecast as weather_forecast
from . import ch09_stored as stored
from . import ch10_own_data as own_data
from . import counting as counting
from . import demand as demand
from . import footprint as footprint
from . import gates as gates
from . import memory as memory
from . import rosetta_dialects as dialects
from . import rosetta_papers as papers
from . import side_by_side as side_by_side
from . import tasks as tasks
from . import verdicts as verdicts
from . import words as words

__all__ = [
    "all_seeds",
    "bptt",
    "clocks",
    "counting",
    "demand",
    "dialects",
    "equal_size",
    "footprint",
    "gates",
    "globe",
    "learning_curve",
    "long_lags",
    "lookup",
    "memory",
    "mnist",
    "order",
    "own_data",
    "papers",
    "recipes",
    "runs",
    "scoreboard",
    "sequences",
    "side_by_side",
    "stored",
    "streams",
    "survival",
    "tasks",
    "timing",
    "verdicts",
    "video_board",
    "video_models",
    "videos",
    "weather_forecast",
    "words",
]
