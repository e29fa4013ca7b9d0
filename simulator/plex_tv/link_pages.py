"""The two web pages where a person approves a code."""

from html import escape
from typing import TYPE_CHECKING, Final

from aiohttp import web

from .page import page, result

if TYPE_CHECKING:
    from simulator.world.people import Person
    from simulator.world.pins import SimulatedPin
    from simulator.world.world import World

_SHORT_LENGTH: Final = 4

_FORM: Final = """<form method="post" action="{action}">
{fields}
<label for="person">Approve as</label>
<select id="person" name="person">{people}</select>
<button id="approve">Approve</button>
</form>
"""

_CODE_FIELD: Final = """<label for="code">Code</label>
<input id="code" name="code" value="{code}" maxlength="4" required
  autocomplete="off" autocapitalize="characters" spellcheck="false">"""

_FRAGMENT_FIELDS: Final = """<input type="hidden" id="code" name="code">
<input type="hidden" id="client" name="client">
<p>Let <strong id="product">this device</strong> use your account?</p>
<script>
const given = new URLSearchParams(location.hash.replace(/^#!?\\??/, ""));
document.getElementById("code").value = given.get("code") ?? "";
document.getElementById("client").value = given.get("clientID") ?? "";
const product = given.get("context[device][product]");
if (product) document.getElementById("product").textContent = product;
</script>"""


class LinkPages:
    """`/link` for short codes that are typed, `/auth` for strong codes in its URL."""

    def __init__(self, world: World) -> None:
        """Serve this data."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """List the routes."""
        return [
            *(web.get(path, self._show_link) for path in ("/link", "/link/")),
            *(web.post(path, self._approve_link) for path in ("/link", "/link/")),
            *(web.get(path, self._show_auth) for path in ("/auth", "/auth/")),
            *(web.post(path, self._approve_auth) for path in ("/auth", "/auth/")),
        ]

    async def _show_link(self, request: web.Request) -> web.Response:
        """Show the form for a code."""
        return self._link_page(request.query.get("pin", ""))

    async def _approve_link(self, request: web.Request) -> web.Response:
        """Approve the code in the form."""
        form = await request.post()
        code = str(form.get("code", "")).strip().upper()
        if len(code) != _SHORT_LENGTH:
            return self._link_page(code, refused="A code has four characters.")
        pin = self._world.pins.approvable(code)
        if pin is None:
            return self._link_page(
                code, refused=f"The code {code} was not found or has expired."
            )
        return self._approved(pin, str(form.get("person", "")))

    async def _show_auth(self, _request: web.Request) -> web.Response:
        """Show the form that lets the device in the URL sign in."""
        form = self._form("/auth", _FRAGMENT_FIELDS)
        return page("Sign in", form)

    async def _approve_auth(self, request: web.Request) -> web.Response:
        """Approve a strong code for the client that created it."""
        form = await request.post()
        pin = self._world.pins.approvable(str(form.get("code", "")))
        if pin is None or not pin.strong or pin.client_identifier != form.get("client"):
            refusal = result("We were unable to complete this request.", "refused")
            return page("Sign in", refusal, status=404)
        return self._approved(pin, str(form.get("person", "")))

    def _approved(self, pin: SimulatedPin, person: str) -> web.Response:
        """Approve a PIN and confirm it."""
        chosen = self._world.people.get(person)
        if chosen is None:
            return page("Sign in", result("Choose a person.", "refused"), status=400)
        self._world.approve(pin, chosen)
        product = pin.parameters.get("X-Plex-Product", "The device")
        text = f"{product} is now signed in as {chosen.title}."
        return page("Account linked", result(text, "approved"))

    def _link_page(self, code: str, *, refused: str | None = None) -> web.Response:
        """Show an error, if there is one, the form, and links to the waiting codes."""
        waiting = "".join(
            f'<li><a href="/link/?pin={escape(pin.code)}">{escape(pin.code)}</a></li>'
            for pin in self._world.pins.waiting(strong=False)
        )
        content = result(refused, "refused") if refused else ""
        content += self._form("/link", _CODE_FIELD.format(code=escape(code)))
        if waiting:
            content += f'<p>Waiting now:</p><ul class="waiting">{waiting}</ul>'
        return page("Link your account", content, status=404 if refused else 200)

    def _form(self, action: str, fields: str) -> str:
        """Return a form with a choice of people and a button."""
        people = "".join(
            f'<option value="{person.key}">{escape(_described(person))}</option>'
            for person in self._world.people.values()
        )
        return _FORM.format(action=action, fields=fields, people=people)


def _described(person: Person) -> str:
    """Return the text of a person's option in the form."""
    if person.plex_pass:
        return f"{person.title} (Plex Pass)"
    return f"{person.title} ({'managed user' if person.managed else 'free account'})"
