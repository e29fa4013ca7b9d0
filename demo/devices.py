"""Print the devices of an account as their pages show them."""

import asyncio
from typing import TYPE_CHECKING, Any, Final

from .errors import DemoError

if TYPE_CHECKING:
    from .frontend import Socket

# Seconds until every server's stream is open, and its sessions are known.
PATIENCE: Final = 30

type Row = tuple[str, str, str]


async def print_devices(socket: Socket, entry_id: str) -> None:
    """Print the account and each of its servers, with every entity that is on."""
    devices = await socket.command("config/device_registry/list")
    entities = await socket.command("config/entity_registry/list")
    states = await _states(
        socket,
        {
            entity["entity_id"]
            for entity in entities
            if entity["config_entry_id"] == entry_id and not entity["disabled_by"]
        },
    )
    ours = {
        device["id"]: device
        for device in devices
        if entry_id in device["config_entries"]
    }
    tables = {
        device_id: [
            _row(entity, states)
            for entity in sorted(entities, key=_place)
            if entity["device_id"] == device_id and not entity["disabled_by"]
        ]
        for device_id in sorted(ours, key=lambda key: _rank(ours[key]))
    }
    if len(tables) < 2:  # noqa: PLR2004 - the account itself and a server
        raise DemoError("The account and its servers should have devices, and have not")
    widths = [
        max(len(row[column]) for table in tables.values() for row in table)
        for column in range(2)
    ]
    for device_id, table in tables.items():
        print(_title(ours[device_id], ours))
        for name, state, entity_id in table:
            print(f"  {name:{widths[0]}}  {state:{widths[1]}}  {entity_id}")
        print()


async def _states(socket: Socket, wanted: set[str]) -> dict[str, Any]:
    """Return the states as soon as all wanted entities are available."""
    for _ in range(PATIENCE):
        states = {
            state["entity_id"]: state for state in await socket.command("get_states")
        }
        if all(
            entity_id in states and states[entity_id]["state"] != "unavailable"
            for entity_id in wanted
        ):
            break
        await asyncio.sleep(1)
    return states


def _rank(device: Any) -> tuple[bool, str]:
    """Sort the account before its servers."""
    return device["via_device_id"] is not None, device["name"]


def _place(entity: Any) -> tuple[bool, str]:
    """Sort main entities before diagnostic ones."""
    return entity["entity_category"] is not None, entity["original_name"]


def _title(device: Any, devices: dict[str, Any]) -> str:
    """Return the name and model of a device, and the device that it belongs to."""
    facts = " ".join(filter(None, (device["model"], device["sw_version"])))
    via = devices.get(device["via_device_id"])
    return f"{device['name']} ({facts}{f', via {via["name"]}' if via else ''})"


def _row(entity: Any, states: dict[str, Any]) -> Row:
    """Return name, state and id of an entity; raise DemoError if it is unavailable."""
    entity_id = entity["entity_id"]
    state = states.get(entity_id)
    if state is None or state["state"] == "unavailable":
        raise DemoError(f"The entity {entity_id} is not available")
    unit = state["attributes"].get("unit_of_measurement")
    return (
        entity["original_name"],
        " ".join(filter(None, (state["state"], unit))),
        entity_id,
    )
