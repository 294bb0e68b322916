r"""How good forecasts are: tasks, backtests, scores, tests, leaderboards."""
