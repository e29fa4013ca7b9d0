"""The two web pages where a person approves a code."""

from html import escape
from typing import TYPE_CHECKING, Final

from aiohttp import web

if TYPE_CHECKING:
    from simulator.world.people import Person
    from simulator.world.pins import SimulatedPin
    from simulator.world.world import World

_SHORT_LENGTH: Final = 4

_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1.1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 26rem;
  padding: 1.5rem; }}
h1 {{ font-size: 1.5rem; margin: 0 0 .25rem; }}
.note {{ color: GrayText; font-size: .9rem; margin: 0 0 1.5rem; }}
label {{ display: block; font-weight: 600; margin: 1rem 0 .25rem; }}
input, select, button {{ box-sizing: border-box; border-radius: .5rem;
  border: 1px solid GrayText; font: inherit; padding: .6rem .8rem; width: 100%; }}
#code {{ font: 600 1.8rem ui-monospace, monospace; letter-spacing: .3em;
  text-align: center; text-transform: uppercase; }}
button {{ background: #e5a00d; border: 0; color: #1f1f1f; font-weight: 600;
  margin-top: 1.5rem; }}
#result {{ border-left: .3rem solid; padding: .5rem 0 .5rem 1rem; }}
#result.approved {{ border-color: #2e9e4f; }}
#result.refused {{ border-color: #d0402b; }}
.waiting {{ display: flex; flex-wrap: wrap; gap: .5rem; list-style: none; padding: 0; }}
.waiting a {{ border: 1px solid; border-radius: .5rem; color: inherit;
  font-family: ui-monospace, monospace; padding: .3rem .7rem; text-decoration: none; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p class="note">This is a simulator. It has nothing to do with plex.tv.</p>
{content}
</body>
</html>
"""

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
        """Answer from this data."""
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
        """Ask whether the device in the URL may sign in."""
        form = self._form("/auth", _FRAGMENT_FIELDS)
        return _page("Sign in", form)

    async def _approve_auth(self, request: web.Request) -> web.Response:
        """Approve a strong code for the client that asked for it."""
        form = await request.post()
        pin = self._world.pins.approvable(str(form.get("code", "")))
        if pin is None or not pin.strong or pin.client_identifier != form.get("client"):
            refusal = _result("We were unable to complete this request.", "refused")
            return _page("Sign in", refusal, status=404)
        return self._approved(pin, str(form.get("person", "")))

    def _approved(self, pin: SimulatedPin, person: str) -> web.Response:
        """Approve a PIN and confirm it."""
        chosen = self._world.people.get(person)
        if chosen is None:
            return _page("Sign in", _result("Choose a person.", "refused"), status=400)
        self._world.approve(pin, chosen)
        product = pin.parameters.get("X-Plex-Product", "The device")
        text = f"{product} is now signed in as {chosen.title}."
        return _page("Account linked", _result(text, "approved"))

    def _link_page(self, code: str, *, refused: str | None = None) -> web.Response:
        """Show an error, if there is one, the form, and links to the waiting codes."""
        waiting = "".join(
            f'<li><a href="/link/?pin={escape(pin.code)}">{escape(pin.code)}</a></li>'
            for pin in self._world.pins.waiting(strong=False)
        )
        content = _result(refused, "refused") if refused else ""
        content += self._form("/link", _CODE_FIELD.format(code=escape(code)))
        if waiting:
            content += f'<p>Waiting now:</p><ul class="waiting">{waiting}</ul>'
        return _page("Link your account", content, status=404 if refused else 200)

    def _form(self, action: str, fields: str) -> str:
        """Return a form with a choice of people and a button."""
        people = "".join(
            f'<option value="{person.key}">{escape(_described(person))}</option>'
            for person in self._world.people.values()
        )
        return _FORM.format(action=action, fields=fields, people=people)


def _described(person: Person) -> str:
    """Return the text of a person in the choice."""
    if person.plex_pass:
        return f"{person.title} (Plex Pass)"
    return f"{person.title} ({'managed user' if person.managed else 'free account'})"


def _result(text: str, outcome: str) -> str:
    """Return the element with the result of an approval."""
    return f'<p id="result" class="{outcome}" role="status">{escape(text)}</p>'


def _page(title: str, content: str, *, status: int = 200) -> web.Response:
    """Return a whole page."""
    return web.Response(
        status=status,
        text=_PAGE.format(title=escape(title), content=content),
        content_type="text/html",
    )
