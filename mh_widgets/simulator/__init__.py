"""A local Magic Hour API for the demo and the tests: the simulator.

It serves the endpoints that this project uses, as the public document describes them, over real sockets. It
runs on tornado, which every kernel has. It shares no code with the client, so that both can't have the same
bug. In a test:

    with Simulator(speed=10) as sim:
        project_id = sim.fresh("sunrise-text-to-video")
        sim.faults.add(project_id, Fault(status=503, headers={"Retry-After": "1"}), times=2)
        ...                       # point a client at sim.url with sim.token, or use sim.env
        assert not sim.leaks      # no credential ever reached the file host

From a shell: `mh-widgets simulate`.
"""

from .clock import ManualClock
from .faults import Fault, FaultBook
from .log import Request, RequestLog
from .scenarios import FILMS, PRESENT, Scenario
from .scenes import SCENARIOS
from .server import Simulator
from .world import UnknownProject

__all__ = [
    "FILMS",
    "PRESENT",
    "SCENARIOS",
    "Fault",
    "FaultBook",
    "ManualClock",
    "Request",
    "RequestLog",
    "Scenario",
    "Simulator",
    "UnknownProject",
]
