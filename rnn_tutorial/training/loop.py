r"""``fit``: a model, its data, a loss and a number of epochs in; a trained model and its history out."""

from pathlib import Path
from typing import Any, Literal

from accelerate import Accelerator
from torch import nn

from rnn_tutorial.validate import whole

from .arguments import check, check_call, check_on_interrupt, check_validation
from .batch_loss import Loss
from .checkpoint import Checkpoint
from .history import History
from .inference import Metrics, keeping_modes
from .loaders import as_loader
from .optim import MakeOptimizer, MakeSchedule, OptimizerName, Schedule, ScheduleName, make_optimizer
from .recipe import recipe_of
from .run import Run, in_eval_mode
from .setup import Precision, Whole, accelerator_for, own_random_state


def fit(
    model: nn.Module,
    train: Any,
    valid: Any = None,
    *,
    loss: Loss,
    epochs: int,
    batch_size: int = 64,
    lr: float = 1e-3,
    optimizer: OptimizerName | MakeOptimizer = "adam",
    schedule: ScheduleName | MakeSchedule | None = None,
    metrics: Metrics | None = None,
    clip_norm: float | None = 1.0,
    patience: int | None = None,
    checkpoint: str | Path | None = None,
    seed: int = 0,
    mixed_precision: Precision = "no",
    shuffle: bool = True,
    progress: bool = True,
    on_interrupt: Literal["raise", "return"] = "raise",
    accelerator: Accelerator | None = None,
) -> History:
    r"""Train ``model`` in place, on the device that ``pick_device`` chooses.

    The same call runs on several GPUs. As a script, ``accelerate launch --multi_gpu --num_processes 2 train.py``;
    from a notebook in which CUDA has not been used yet, ``accelerate.notebook_launcher(train, num_processes=2)``,
    where ``train`` is a function that builds the model and calls ``fit``; on CPUs alone,
    ``ACCELERATE_USE_CPU=true torchrun --nproc_per_node 2 train.py`` (without MPI, ``accelerate launch --cpu`` starts a
    single process whatever ``--num_processes`` says). Training batches are then shared out. Where they do not come out
    even, accelerate fills up with samples from the beginning of the epoch, which count twice in it: there are none if
    the number of samples is a multiple of ``batch_size`` times processes. The validation runs whole on every process,
    so that no sample counts twice and all take the same decisions.

    Two runs with the same seed are identical on the same machine. The random generators of Python, NumPy and torch
    are afterwards where they were before.

    Args:
        model: Any module that maps a batch of inputs to a batch of outputs. If it is in train mode, its submodules in
            eval mode stay there, so that a frozen BatchNorm keeps its running means; if it is in eval mode itself, all
            of it trains, as after ``model.train()``. Either way its modes are afterwards what they were.
        train: Dataset of (input, target) pairs, or a ``DataLoader``, which keeps its own batch size and order.
        valid: The same for validation, read in order after every epoch; ``None`` for none.
        loss: ``loss(prediction, target)``, the mean over the batch. In the means of an epoch and of the validation
            batches count as in ``evaluate``, by targets without those ignored; a batch with none has a loss of 0.
        epochs: Passes over the training data.
        batch_size: Items per batch (and per process, if there are several).
        lr: Learning rate; the peak of it under ``"onecycle"``.
        optimizer: ``"adam"``, ``"adamw"``, ``"rmsprop"``, ``"sgd"`` (momentum 0.9), or a class or function of
            (parameters, lr=...).
        schedule: ``None``, ``"onecycle"``, ``"cosine"``, a function of (optimizer, total_steps) that returns a torch
            scheduler moved every step, or such a function in ``per_epoch(...)``.
        metrics: Functions of (prediction, target) by name, computed on the whole validation set.
        clip_norm: Largest norm of the gradient; ``None`` does not clip.
        patience: Stop when the validation loss has not improved for so many epochs, and go back to the best weights.
        checkpoint: Folder in which each finished epoch is kept. If it holds an unfinished run of the same recipe,
            that run goes on, bit for bit as if it had never stopped (on a CPU; GPU kernels may not be deterministic).
            The recipe holds all arguments, the model's initial weights (so seed torch before the model is built) and
            numbers, the bytes of both data sets, the code of functions and what they read. What has no content that
            could be compared, such as an open file or a list that a loss writes to, is named in ``recipe.json`` under
            ``"not checked"``; files that a dataset reads only by their names are not looked into either.
        seed: Of the order of the data, dropout and whatever else is random; not of the initial weights.
        mixed_precision: ``"no"``, ``"bf16"`` or ``"fp16"`` (GPU only).
        shuffle: Whether a new order of the training data is drawn for every epoch.
        progress: Whether to show a progress bar.
        on_interrupt: What a ``KeyboardInterrupt`` (Ctrl-C, the stop button, a time limit) does. ``"raise"``: it goes on
            as ``TrainingInterrupted``, because a half-trained model is no result. ``"return"``: the history is returned
            as at any end, with ``stopped="interrupted"``. Either way the model has the weights of the last finished
            epoch or, with ``patience``, the best ones. Before the first finished epoch, with several processes, and
            inside of a forecasting method's ``fit`` or a backtest, the interrupt always goes on.
        accelerator: An accelerator to use instead of one made for this run.

    Returns:
        The history, whose ``stopped`` says why the training ended.

    Raises:
        TrainingInterrupted: Ctrl-C, unless ``on_interrupt="return"``; a ``KeyboardInterrupt`` that holds the history.
        NonFiniteLossError: Loss or gradient left the finite numbers; a ``FloatingPointError``.
        CheckpointMismatchError: The checkpoint belongs to another run; a ``ValueError``.
        CheckpointError: The checkpoint is damaged, another process writes to the folder, or the disk refused; a
            ``RuntimeError``. Where only the last epoch is damaged, the one before goes on, with a ``RuntimeWarning``.
        TypeError: An argument is of the wrong kind, or the model returns no tensor (a recurrent layer returns a
            tuple) and the loss cannot read it.
        ValueError: An argument has an impossible value.

    Examples:
        >>> windows = rt.WindowDataset(np.sin(np.arange(200) / 5), input_length=20, horizon=1)
        >>> model = rt.ManyToOne(rt.GRU(1, 8, batch_first=True), 1)
        >>> history = fit(model, windows, loss=nn.functional.mse_loss, epochs=2, progress=False)
        >>> len(history), history.stopped
        (2, 'finished')
    """
    check(model, loss, lr, clip_norm)
    epochs, batch_size, seed = whole("epochs", epochs), whole("batch_size", batch_size), whole("seed", seed, least=0)
    patience = None if patience is None else whole("patience", patience)
    check_call(model)
    check_on_interrupt(on_interrupt)
    check_validation(valid, metrics, patience)
    with (
        accelerator_for(mixed_precision, accelerator) as accelerator,
        own_random_state(accelerator.device),
        keeping_modes(model),
    ):
        model.to(accelerator.device)
        training = as_loader(train, batch_size, name="train", shuffle_seed=seed if shuffle else None)
        validation = None if valid is None else as_loader(valid, batch_size, name="valid")
        plain = make_optimizer(optimizer, model, lr)
        loader = accelerator.prepare(training)
        course = Schedule(schedule, plain, len(loader), epochs)
        net, prepared = accelerator.prepare(Whole(model), plain)
        kept, asleep = None, in_eval_mode(model)
        if checkpoint is not None:
            functions = {"loss": loss, "metrics": dict(metrics or {}), "optimizer": optimizer, "schedule": schedule}
            settings = {
                # Without a schedule no epoch depends on how many there are: a longer run may go on from a shorter.
                "epochs": None if schedule is None else epochs,
                "lr": lr,
                "clip_norm": clip_norm,
                "patience": patience,
                "seed": seed,
                "shuffle": shuffle,
                "batch_size": training.batch_size,
                "mixed_precision": accelerator.mixed_precision,
                "processes": accelerator.num_processes,
                "kept in eval mode": [name for name, module in model.named_modules() if module in asleep] or None,
            }
            recipe = recipe_of(model, training, validation, (train, valid), functions, settings)
            kept = Checkpoint(checkpoint, recipe)
        run = Run(
            accelerator, model, net, prepared, course, loss, metrics or {}, clip_norm, patience, seed, kept,
            on_interrupt, asleep,
        )  # fmt: skip
        return run.go(loader, validation, epochs, progress)
