r"""How a training run ends that does not come to its end: numbers that are not finite, and an interrupt."""

import math

from .history import History


class NonFiniteLossError(FloatingPointError):
    r"""The loss or its gradient became NaN or infinite; the model has the weights of the last finished epoch.

    Attributes:
        epoch: Epoch in which it happened, from 1.
        step: Step in that epoch, from 1; 0 if it was the validation.
        last_loss: Last finite loss, ``nan`` if there was none.
        lr: Learning rate of the step.
        history: The epochs finished before.

    """

    def __init__(self, what: str, *, epoch: int, step: int, last_loss: float, lr: float, history: History) -> None:
        self.epoch, self.step, self.last_loss, self.lr, self.history = epoch, step, last_loss, lr, history
        where = f"step {step}" if step else "the validation"
        before = "no finite loss before it" if math.isnan(last_loss) else f"last finite loss {last_loss:.6g}"
        if math.isnan(last_loss):
            advice = (
                "It happened at the very start, so look at the data first: NaN or infinite inputs or targets, values "
                "far from the size of 1 (standardise them), a logarithm or a division in the loss. Then"
            )
        else:
            advice = "Try"
        super().__init__(
            f"{what} at epoch {epoch}, {where} ({before}, lr {lr:.3g}). {advice} a learning rate of {lr / 10:.1g}, "
            "a smaller clip_norm, and, under fp16, bf16 instead. The model is back at the weights of "
            + (f"epoch {len(history)}." if len(history) else "the start.")
        )

    def __reduce__(self) -> tuple[object, ...]:  # keyword arguments: pickle, between processes, needs telling
        return _rebuild, (str(self), self.epoch, self.step, self.last_loss, self.lr, self.history)


class TrainingInterrupted(KeyboardInterrupt):
    r"""Ctrl-C, a stop button or a time limit ended the training before its last epoch.

    What was interrupted is not a result, so ``fit`` does not return as if it were one. The model has the weights of the
    last finished epoch or, with ``patience``, the best ones.

    Attributes:
        history: The finished epochs; its ``stopped`` is ``"interrupted"``.
        epochs: How many epochs were asked for.
    """

    def __init__(self, history: History, epochs: int, *, best: bool) -> None:
        self.history, self.epochs, self.best = history, epochs, best
        kept = f"the best weights, of epoch {history.best()['epoch']:.0f}" if best else f"those of epoch {len(history)}"
        super().__init__(
            f"The training was interrupted after {len(history)} of {epochs} epochs. The model has {kept}; the finished "
            "epochs are in this exception's .history. To go on with a half-trained model, ask for it: "
            'fit(..., on_interrupt="return"). To finish the training later, give it a folder: fit(..., checkpoint=...).'
        )

    def __reduce__(self) -> tuple[object, ...]:
        return _interrupted, (self.history, self.epochs, self.best)


def _interrupted(history: History, epochs: int, best: bool) -> TrainingInterrupted:
    return TrainingInterrupted(history, epochs, best=best)


def _rebuild(text: str, epoch: int, step: int, last_loss: float, lr: float, history: History) -> NonFiniteLossError:
    error = NonFiniteLossError.__new__(NonFiniteLossError)
    error.args = (text,)
    error.epoch, error.step, error.last_loss, error.lr, error.history = epoch, step, last_loss, lr, history
    return error
