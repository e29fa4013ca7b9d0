"""The section about accounts, and the devices that are signed in to them."""

from html import escape
from typing import TYPE_CHECKING, ClassVar, Final, override

from .section import Section, row, rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.world.devices import Device
    from simulator.world.people import Person
    from simulator.world.world import World

_TV: Final = {
    "X-Plex-Device-Name": "Kitchen TV",
    "X-Plex-Product": "Plex for Android (TV)",
    "X-Plex-Version": "10.18.0",
    "X-Plex-Platform": "Android",
}


class Accounts(Section):
    """The section that signs devices in and out, including Home Assistant."""

    name: ClassVar = "accounts"
    title: ClassVar = "Accounts"
    note: ClassVar = (
        "Home Assistant notices that it is signed out within five minutes, and sooner"
        " when the account is reloaded. It reads the list of devices every half an"
        " hour, if one of its two entities is enabled."
    )

    def __init__(self, world: World) -> None:
        """Act on this data."""
        self._world = world

    @override
    def content(self) -> str:
        """Show which devices are signed in to each account."""
        return "".join(map(self._account, self._world.people.values()))

    @override
    async def act(self, asked: Mapping[str, str]) -> bool:
        """Sign a device out, or a TV in."""
        person = self._world.people.get(asked.get("person", ""))
        if person is None:
            return False
        if asked.get("do") == "sign_in":
            self._world.sign_in_device(person, _TV)
            return True
        if asked.get("do") == "sign_out":
            for device in self._world.devices.of(person.key):
                if str(device.id) == asked.get("device"):
                    self._world.devices.remove(device)
                    return True
        return False

    def _account(self, person: Person) -> str:
        """Return the devices of an account, and the button for another one."""
        signed_in = self._world.devices.of(person.key)
        devices = rows(
            (self._row(person, device) for device in signed_in), "Nothing is signed in."
        )
        tv = self.button("sign_in", "Sign in a TV", person.title, person=person.key)
        return f"<h3>{escape(person.title)}</h3>{devices}{tv}"

    def _row(self, person: Person, device: Device) -> str:
        """Return the row of a device."""
        name = device.facts.get("name", "A device")
        product = device.facts.get("product", "unknown product")
        button = self.button(
            "sign_out",
            "Sign out",
            f"{name} of {person.title}",
            person=person.key,
            device=str(device.id),
        )
        return row(f"{name} ({product})", "signed in", button)
