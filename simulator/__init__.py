"""A simulator of plex.tv, for the demo, the tests and the benchmark."""

from .http.faults import Fault
from .http.seen import SeenRequest
from .media_server.control import ServerControl
from .media_server.push import PushQuirks
from .players import reporting_players
from .simulator import Simulator
from .world.devices import Device
from .world.errors import SimulatorError
from .world.people import Person
from .world.pins import SimulatedPin
from .world.quirks import Quirks
from .world.servers import Place, Route, SimulatedServer
from .world.streams import Stream

__all__ = [
    "Device",
    "Fault",
    "Person",
    "Place",
    "PushQuirks",
    "Quirks",
    "Route",
    "SeenRequest",
    "ServerControl",
    "SimulatedPin",
    "SimulatedServer",
    "Simulator",
    "SimulatorError",
    "Stream",
    "reporting_players",
]
