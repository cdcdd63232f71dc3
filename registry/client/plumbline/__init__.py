"""Register models, ask gates and report what serves, on a Plumbline server.

    import plumbline

    plumbline.register("demand", "v3", estimator=model, artifact="model.joblib", data="orders", evaluations={"mae": 12.3})
    plumbline.gate("demand", "v3")

PLUMBLINE_SERVER and PLUMBLINE_TOKEN name the server and the token; `Server(address, token)` is another one.
"""

from . import serving
from ._decisions import (
    Blocked,
    Compiled,
    Waiting,
    approval_links,
    approve,
    compile,
    gate,
    parity,
    reject,
    request_of,
    serving_features,
)
from ._registration import register
from ._server import Fault, PlumblineError, Server
from ._training import training_run
from ._version import VERSION

__version__ = VERSION
__all__ = [
    "Blocked",
    "Compiled",
    "Fault",
    "PlumblineError",
    "Server",
    "Waiting",
    "approval_links",
    "approve",
    "compile",
    "gate",
    "parity",
    "register",
    "reject",
    "request_of",
    "serving",
    "serving_features",
    "training_run",
]
