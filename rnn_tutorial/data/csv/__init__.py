"""From a file of one's own to a series: cells, numbers, dates, the equal steps they lie on, and all of it together."""
