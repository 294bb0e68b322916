r"""The training loop itself: steps make an epoch, epochs make a run."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.utils import set_seed
from torch import Tensor, nn

from rnn_tutorial.io import FolderInUseError, alone_in
from rnn_tutorial.threads import threads_by_first_batch

from .arguments import check_first_step, check_shapes
from .batch_loss import Loss, MeanLoss, loss_of, zero_without_targets
from .checkpoint import Checkpoint, CheckpointError, Weights
from .errors import NonFiniteLossError, TrainingInterrupted
from .history import History, Row
from .inference import Metrics, score
from .interrupts import only_whole_results
from .likeness import check_alike
from .loaders import OwnGenerators, epoch_seed, split_pair
from .optim import Schedule
from .progress import Progress, wanted
from .setup import step_of

# Looking at a loss makes the CPU wait for the GPU: there, look at 20 at once. On a CPU looking is free.
STEPS_PER_LOOK_ON_GPU = 20


@dataclass(eq=False)
class Run:
    """One call of ``fit``: what it works with and how far it is."""

    accelerator: Accelerator
    model: nn.Module
    net: nn.Module  # the model as accelerate wraps it
    optimizer: Any
    schedule: Schedule
    loss: Loss
    metrics: Metrics
    clip_norm: float | None
    patience: int | None
    seed: int
    checkpoint: Checkpoint | None
    on_interrupt: str
    asleep: list[nn.Module]  # modules that stay in eval mode
    see: Callable[[Any], int] = field(init=False)  # told of each batch, it says how many threads compute

    def __post_init__(self) -> None:
        self.history = History()
        self.last = self.best = _copy(self.model)
        self.last_loss = math.nan

    def go(self, loader: Any, valid: Any, epochs: int, progress: bool) -> History:
        """Run the epochs that are still to run; returns the history of all."""
        with self._alone():
            return self._go(loader, valid, epochs, progress)

    def _go(self, loader: Any, valid: Any, epochs: int, progress: bool) -> History:
        self._resume()
        done, steps = len(self.history), len(loader)
        bar = Progress(epochs * steps, done * steps, wanted(progress) and self.accelerator.is_main_process)
        try:
            with OwnGenerators(loader) as generators, threads_by_first_batch(self.model) as self.see:
                for epoch in range(done + 1, epochs + 1):
                    if self._out_of_patience():
                        break
                    bar.epoch(epoch, epochs)
                    generators.set_epoch(epoch)
                    self._epoch(epoch, loader, valid, bar)
            self.history.stopped = "patience" if self._out_of_patience() else "finished"
        except KeyboardInterrupt as interrupt:
            self.history.stopped = "interrupted"
            self.model.load_state_dict(self.last if self.patience is None else self.best)
            # Several processes would not stop at the same epoch; without an epoch there is nothing to hand back.
            if not len(self.history) or self.accelerator.num_processes > 1:
                raise
            if self.on_interrupt == "raise" or only_whole_results():
                raise TrainingInterrupted(self.history, epochs, best=self.patience is not None) from interrupt
        except Exception:  # what ends a step may leave weights of no epoch, from which no run could go on
            with suppress(Exception):  # the first error is the one to tell
                self.model.load_state_dict(self.last)
            raise
        finally:
            self.optimizer.zero_grad()
            bar.close(None if self.history.stopped == "running" else self.history.summary())
        self.model.load_state_dict(self.last if self.patience is None else self.best)
        return self.history

    def _epoch(self, epoch: int, loader: Any, valid: Any, bar: Progress) -> None:
        start = time.perf_counter()
        set_seed(epoch_seed(self.seed, epoch), device_specific=True)
        loader.set_epoch(epoch)
        train_loss, lr = self._train(epoch, loader, bar)
        row: Row = {"epoch": epoch, "train_loss": train_loss}
        if valid is not None:
            net = self.accelerator.unwrap_model(self.net)  # without DDP, still with mixed precision
            scores = score(net, valid, loss=self.loss, metrics=self.metrics, name="valid")
            # Equal on all processes up to rounding, and after this exactly: all decide alike.
            row["valid_loss"], *others = self._over_processes(list(scores.values()), "mean")
            row |= zip(self.metrics, others, strict=True)
            if not math.isfinite(row["valid_loss"]):
                self._fail(f"The validation loss is {row['valid_loss']}", epoch, 0, lr)
        row |= {"lr": lr, "seconds": time.perf_counter() - start}
        self.schedule.after_epoch(row.get("valid_loss", train_loss))
        last, rows = _copy(self.model), [*self.history.rows, row]
        best = last if History(rows).best() is row else self.best
        # The epoch is finished by this line: no call is in it, so Ctrl-C comes before it or after.
        self.last, self.best, self.history.rows = last, best, rows
        self._save()

    def _train(self, epoch: int, loader: Any, bar: Progress) -> tuple[float, float]:
        accelerator = self.accelerator
        every = 1 if accelerator.device.type == "cpu" else STEPS_PER_LOOK_ON_GPU
        max_norm = math.inf if self.clip_norm is None else self.clip_norm  # infinite: measured, not clipped
        parameters = [parameter for parameter in self.model.parameters() if parameter.requires_grad]
        take_step = step_of(self.optimizer, accelerator)
        mean, lr = MeanLoss(self.loss), math.nan
        unseen: list[tuple[int, int | Tensor, Tensor]] = []
        self.net.train()
        for module in self.asleep:
            module.training = False
        for step, batch in enumerate(loader, 1):
            x, y = split_pair(batch, "train")
            threads = self.see(x)
            prediction = self.net(x)
            if step == 1:
                self.history.threads = threads if accelerator.device.type == "cpu" else None
                check_shapes(self.loss, prediction, y)
            value = loss_of(self.loss, prediction, y)
            if step == 1:
                check_first_step(value)
            targets = mean.targets(y)
            value = zero_without_targets(value, prediction, targets)
            self.optimizer.zero_grad()
            accelerator.backward(value)
            norm = accelerator.clip_grad_norm_(parameters, max_norm)
            if accelerator.scaler is not None:  # an infinite norm is fp16's cue to scale less, and harmless
                norm = torch.zeros_like(norm)
            take_step()
            lr = self.optimizer.param_groups[0]["lr"]
            self.schedule.after_step(self.optimizer.step_was_skipped)
            unseen.append((step, targets, torch.stack((value.detach().float().reshape(()), norm.float()))))
            if len(unseen) == every or step == len(loader):
                for loss, count in self._look(unseen, epoch, lr):
                    mean.add(loss, count)
                bar.advance(len(unseen), mean.total / mean.count if mean.count else math.nan)
                unseen.clear()
        # Times the unit, as each process has the one of its own first batch.
        mean.total, mean.count = self._over_processes([mean.total * mean.unit, mean.count * mean.unit], "sum")
        return mean.mean("train"), lr

    def _look(self, unseen: list[tuple[int, int | Tensor, Tensor]], epoch: int, lr: float) -> list[tuple[float, float]]:
        """Fetch losses and gradient norms in one go; the first that is not finite ends the run."""
        numbers = torch.stack([pair for _, _, pair in unseen]).tolist()
        for (step, _, _), (loss, norm) in zip(unseen, numbers, strict=True):
            if not math.isfinite(loss):
                self._fail(f"The training loss is {loss}", epoch, step, lr)
            self.last_loss = loss
            if not math.isfinite(norm):
                self._fail(f"The norm of the gradient is {norm}", epoch, step, lr)
        return [(loss, float(targets)) for (_, targets, _), (loss, _) in zip(unseen, numbers, strict=True)]

    def _over_processes(self, numbers: list[float], how: str) -> list[float]:
        if self.accelerator.num_processes == 1:
            return numbers
        tensor = torch.tensor(numbers, dtype=torch.float64, device=self.accelerator.device)
        reduced: list[float] = self.accelerator.reduce(tensor, how).tolist()
        return reduced

    def _fail(self, what: str, epoch: int, step: int, lr: float) -> None:
        raise NonFiniteLossError(what, epoch=epoch, step=step, last_loss=self.last_loss, lr=lr, history=self.history)

    def _out_of_patience(self) -> bool:
        if self.patience is None or not len(self.history):
            return False
        return len(self.history) - self.history.best()["epoch"] >= self.patience

    def _save(self) -> None:
        if self.checkpoint is None:
            return
        if self.accelerator.is_main_process:
            scaler = self.accelerator.scaler
            state = {
                "optimizer": self.optimizer.state_dict(),
                "schedule": self.schedule.state_dict(),
                "scaler": {} if scaler is None else scaler.state_dict(),
            }
            self.checkpoint.save(self.last, None if self.patience is None else self.best, state, self.history)
        self.accelerator.wait_for_everyone()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep the checkpoint's folder to this run; the main process asks for it, and all act on the answer."""
        if self.checkpoint is None:
            yield
            return
        with ExitStack() as stack:
            refused: Exception | None = None
            if self.accelerator.is_main_process:
                try:
                    self.checkpoint.check_folder()
                    why = "two runs would replace each other's checkpoints"
                    stack.enter_context(alone_in(self.checkpoint.folder, why))
                except (FolderInUseError, CheckpointError) as error:
                    refused = error
            if self._over_processes([float(refused is not None)], "sum")[0]:
                raise CheckpointError(
                    str(refused or f"The folder {self.checkpoint.folder} cannot be had.")
                ) from refused
            yield

    def _resume(self) -> None:
        found = None if self.checkpoint is None else self.checkpoint.load()
        if found is None:
            return
        try:
            self._take(*found)
        except Exception as error:  # whole files that say something else than this run writes
            self.model.load_state_dict(self.last)
            raise CheckpointError(
                f"The newest checkpoint in {self.checkpoint and self.checkpoint.folder} cannot be gone on from "
                f"({type(error).__name__}: {' '.join(str(error).split())}): it was changed after it was written. "
                "Delete the folder to start from the beginning."
            ) from error

    def _take(self, weights: Weights, best: Weights | None, state: dict[str, Any], history: History) -> None:
        check_alike(getattr(self.optimizer, "optimizer", self.optimizer), state["optimizer"])
        if best is not None:
            self.model.load_state_dict(best)  # which finds out whether they fit
            self.best = _copy(self.model)
        self.model.load_state_dict(weights)
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        if self.accelerator.scaler is not None:
            self.accelerator.scaler.load_state_dict(state["scaler"])
        last = _copy(self.model)
        self.best = last if best is None else self.best
        self.last_loss = history.rows[-1]["train_loss"]
        if [row["epoch"] for row in history.rows] != list(range(1, len(history) + 1)):
            raise ValueError("the epochs of its history are not counted from 1")
        history.best()
        self.last, self.history = last, history


def in_eval_mode(model: nn.Module) -> list[nn.Module]:
    """Return the modules that a training leaves in eval mode: none if the model as a whole is in it."""
    return [module for module in model.modules() if not module.training] if model.training else []


def _copy(model: nn.Module) -> Weights:
    return {name: value.detach().clone() for name, value in model.state_dict().items()}
