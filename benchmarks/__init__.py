"""Timings against named peers, side by side in one process: ratios, medians and spread."""
