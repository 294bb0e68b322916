from . import checks as checks
from . import data as data
from . import devices as devices
from . import experiments as experiments
from . import forecasting as forecasting
from . import layers as layers
from . import plotting as plotting
from . import training as training
from .data import Series as Series
from .data import WindowDataset as WindowDataset
from .data import load_mnist as load_mnist
from .data import load_series as load_series
from .devices import budget as budget
from .devices import by_budget as by_budget
from .devices import machine as machine
from .devices import pick_device as pick_device
from .layers import LSTM as LSTM
from .layers import RNN as RNN
from .layers import ManyToOne as ManyToOne
from .training import History as History
from .training import evaluate as evaluate
from .training import fit as fit
from .training import predict as predict

__version__: str
