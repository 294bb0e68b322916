from .checkpoint import CheckpointError as CheckpointError
from .checkpoint import CheckpointMismatchError as CheckpointMismatchError
from .errors import NonFiniteLossError as NonFiniteLossError
from .history import History as History
from .inference import evaluate as evaluate
from .inference import predict as predict
from .loop import fit as fit
from .optim import per_epoch as per_epoch
