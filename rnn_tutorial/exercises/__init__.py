r"""Exercises with an answer that a program can check: ``exercises.check("gru-half", my_function)`` says what is wrong.

Each chapter has a module with one function an exercise, registered under the label that the chapter's page gives it.
"""

from .answers import Verdict, check, labels, solved

__all__ = ["Verdict", "check", "labels", "solved"]
