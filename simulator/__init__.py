"""A stand-in for plex.tv, for the demo, the tests and the benchmark."""

from .http.faults import Fault
from .http.seen import SeenRequest
from .media_server.sessions import Stream
from .simulator import Simulator
from .world.errors import SimulatorError
from .world.people import Person
from .world.pins import SimulatedPin
from .world.quirks import Quirks
from .world.servers import SimulatedServer

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
