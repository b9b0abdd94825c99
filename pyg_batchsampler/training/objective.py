from pyg_batchsampler.training.make_model import Model as Model
from pyg_batchsampler.training.make_model import make_model as make_model
