from . import ch00_sequences as sequences
from . import ch01_all_seeds as all_seeds
from . import ch01_bptt as bptt
from . import ch01_order as order
from . import ch01_streams as streams
from . import ch02_long_lags as long_lags
from . import ch02_survival as survival
from . import ch02_width as width
from . import ch03_equal_size as equal_size
from . import ch03_reset_gate as reset_gate
from . import ch04_clocks as clocks
from . import ch04_timing as timing
from . import ch05_moving_mnist as moving_mnist
from . import ch05_video_board as video_board
from . import ch05_video_fields as video_fields
from . import ch05_video_models as video_models
from . import ch05_video_training as video_training
from . import ch05_videos as videos
from . import ch07_mnist as mnist
from . import ch07_recipes as recipes
from . import ch07_repairs as repairs
from . import ch07_runs as runs
from . import ch08_days as days
from . import ch08_demand_results as demand_results
from . import ch08_demand_rivals as demand_rivals
from . import ch08_kept as kept
from . import ch08_learning_curve as learning_curve
from . import ch08_scoreboard as scoreboard
from . import ch08_tables as tables
from . import ch08_weather_forecast as weather_forecast
from . import ch09_stored as stored
from . import ch10_own_data as own_data
from . import ch10_short_series as short_series
from . import counting as counting
from . import demand as demand
from . import depth as depth
from . import evaluation as evaluation
from . import evaluation_board as evaluation_board
from . import evaluation_pairs as evaluation_pairs
from . import evaluation_protocols as evaluation_protocols
from . import evaluation_skill as evaluation_skill
from . import footprint as footprint
from . import gaps as gaps
from . import gates as gates
from . import globe as globe
from . import intervals_by_hour as coverage_by_hour
from . import intervals_day_totals as day_totals
from . import intervals_elsewhere as coverage_elsewhere
from . import intervals_scores as interval_scores
from . import lookup as lookup
from . import memory as memory
from . import one_fit as one_fit
from . import padding as padding
from . import rosetta_dialects as dialects
from . import rosetta_papers as papers
from . import side_by_side as side_by_side
from . import special_days as special_days
from . import special_known_series as known_series
from . import special_rare_counts as rare_counts
from . import tasks as tasks
from . import verdicts as verdicts
from . import words as words

__all__ = [
    "all_seeds",
    "bptt",
    "clocks",
    "counting",
    "coverage_by_hour",
    "coverage_elsewhere",
    "day_totals",
    "days",
    "demand",
    "demand_results",
    "demand_rivals",
    "depth",
    "dialects",
    "equal_size",
    "evaluation",
    "evaluation_board",
    "evaluation_pairs",
    "evaluation_protocols",
    "evaluation_skill",
    "footprint",
    "gaps",
    "gates",
    "globe",
    "interval_scores",
    "kept",
    "known_series",
    "learning_curve",
    "long_lags",
    "lookup",
    "memory",
    "mnist",
    "moving_mnist",
    "one_fit",
    "order",
    "own_data",
    "padding",
    "papers",
    "rare_counts",
    "recipes",
    "repairs",
    "reset_gate",
    "runs",
    "scoreboard",
    "sequences",
    "short_series",
    "side_by_side",
    "special_days",
    "stored",
    "streams",
    "survival",
    "tables",
    "tasks",
    "timing",
    "verdicts",
    "video_board",
    "video_fields",
    "video_models",
    "video_training",
    "videos",
    "weather_forecast",
    "width",
    "words",
]
