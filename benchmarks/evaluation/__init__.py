"""Twenty and more series, eight folds each, methods at their defaults: see PROTOCOL.md, which was written first."""
