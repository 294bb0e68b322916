r"""The words that the chapters' numbers decide: verdicts and phrases, one module a chapter.

A page is built on machines where a result comes out the other way. So no notebook chooses words itself: it calls one of
these functions, and a test walks through every branch of each.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules={
        "ch00_sequences",
        "ch01_rnn",
        "ch02_lstm",
        "ch02_study",
        "ch02_width",
        "ch03_gru",
        "ch04_fc_lstm",
        "ch05_conv_lstm",
        "ch05_moving_mnist",
        "ch05_video_board",
        "ch06_cnn_lstm",
        "ch07_mnist",
        "ch07_study",
        "ch08_demand_rivals",
        "ch08_kept",
        "ch08_scoreboard",
        "ch09_speed",
        "ch10_your_own_data",
        "common",
        "deep_and_both_ways",
        "evaluation",
        "evaluation_again",
        "evaluation_pairs",
        "intervals",
        "pacific",
        "rosetta",
        "special_cases",
    },
)
