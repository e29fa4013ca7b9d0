"""A stand-in for plex.tv, for the demo, the tests and the benchmark."""

from .errors import SimulatorError
from .faults import Fault
from .media_sessions import Stream
from .people import Person
from .pins import SimulatedPin
from .quirks import Quirks
from .seen import SeenRequest
from .server import Simulator
from .servers import SimulatedServer

__all__ = [
    "Fault",
    "Person",
    "Quirks",
    "SeenRequest",
    "SimulatedPin",
    "SimulatedServer",
    "Simulator",
    "SimulatorError",
    "Stream",
]
