r"""The measured claims of the chapters: notebooks call these functions, and tests run them small.

A module's file begins with the number of the chapter that first needs it, or with the name of a page that has none;
what several share has neither.
"""

from rnn_tutorial import extras
from rnn_tutorial.lazy import attach

CHAPTERS = {
    "sequences": "ch00_sequences",
    "all_seeds": "ch01_all_seeds",
    "bptt": "ch01_bptt",
    "order": "ch01_order",
    "streams": "ch01_streams",
    "long_lags": "ch02_long_lags",
    "rivals": "ch02_rivals",
    "survival": "ch02_survival",
    "width": "ch02_width",
    "equal_size": "ch03_equal_size",
    "reset_gate": "ch03_reset_gate",
    "clocks": "ch04_clocks",
    "timing": "ch04_timing",
    "moving_mnist": "ch05_moving_mnist",
    "video_board": "ch05_video_board",
    "video_fields": "ch05_video_fields",
    "video_models": "ch05_video_models",
    "video_training": "ch05_video_training",
    "videos": "ch05_videos",
    "article": "ch07_article",
    "mnist": "ch07_mnist",
    "recipes": "ch07_recipes",
    "repairs": "ch07_repairs",
    "runs": "ch07_runs",
    "days": "ch08_days",
    "demand_results": "ch08_demand_results",
    "demand_rivals": "ch08_demand_rivals",
    "kept": "ch08_kept",
    "learning_curve": "ch08_learning_curve",
    "scoreboard": "ch08_scoreboard",
    "tables": "ch08_tables",
    "weather_forecast": "ch08_weather_forecast",
    "speed": "ch09_speed",
    "stored": "ch09_stored",
    "usual": "ch09_usual",
    "own_data": "ch10_own_data",
    "short_series": "ch10_short_series",
    "coverage_by_hour": "intervals_by_hour",
    "coverage_elsewhere": "intervals_elsewhere",
    "day_totals": "intervals_day_totals",
    "interval_scores": "intervals_scores",
    "known_series": "special_known_series",
    "rare_counts": "special_rare_counts",
    "dialects": "rosetta_dialects",
    "papers": "rosetta_papers",
}

extras.require("forecast", __name__)
__getattr__, __dir__, __all__ = attach(__name__, __file__, modules=CHAPTERS)
