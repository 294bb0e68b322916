"""``python -m rnn_tutorial`` is the program ``rnn-tutorial``."""

from .cli import main

if __name__ == "__main__":
    main()
