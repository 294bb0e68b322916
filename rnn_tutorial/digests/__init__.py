r"""What objects and functions are made of, as short texts: equal ones may stand for each other.

``values`` walks through objects, ``code`` through functions, classes and modules, and ``origin`` tells a library's
code, which goes by its name, from the user's. Nothing is pickled and no address in memory counts: the next process
finds the same text. Two rooms use it, and say what becomes of an object of no known kind: the recipe of a checkpoint
(``training.contents``) and the names of kept results (``forecasting.evaluation.fingerprint``).
"""
