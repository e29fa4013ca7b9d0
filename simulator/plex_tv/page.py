"""The layout of the simulator's web pages."""

from html import escape
from typing import Final

from aiohttp import web

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
.note {{ color: color-mix(in srgb, CanvasText 70%, Canvas);
  font-size: .9rem; margin: 0 0 1.5rem; }}
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
h2 {{ border-top: 1px solid GrayText; font-size: 1.25rem; margin: 2rem 0 .5rem;
  padding-top: 1rem; }}
h3 {{ font-size: 1rem; margin: 1.25rem 0 0; }}
section .note {{ margin: 1rem 0 0; }}
.rows {{ list-style: none; margin: 0; padding: 0; }}
.rows li {{ align-items: center; display: flex; flex-wrap: wrap; gap: .5rem;
  padding: .3rem 0; }}
.rows span {{ flex: 1 1 12rem; overflow-wrap: anywhere; }}
.controls {{ display: flex; flex-wrap: wrap; gap: .5rem; }}
.rows button, .button {{ background: #e5a00d; border-radius: .5rem; color: #1f1f1f;
  font-weight: 600; margin: 0; min-height: 2.75rem; padding: .3rem .8rem;
  text-decoration: none; width: auto; }}
.button {{ align-items: center; box-sizing: border-box; display: inline-flex; }}
h3 ~ form button {{ background: none; border: 1px solid; color: inherit;
  margin-top: .5rem; min-height: 2.75rem; width: auto; }}
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


def result(text: str, outcome: str) -> str:
    """Return the element with the result of a person's action."""
    return f'<p id="result" class="{outcome}" role="status">{escape(text)}</p>'


def page(title: str, content: str, *, status: int = 200) -> web.Response:
    """Return a whole page."""
    return web.Response(
        status=status,
        text=_PAGE.format(title=escape(title), content=content),
        content_type="text/html",
    )
