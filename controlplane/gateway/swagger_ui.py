"""The page on which people try the API: Swagger UI from its package, so it works without a network.

It finds its files and the OpenAPI document relative to its own address, whatever prefix a proxy puts before it.
"""

import mimetypes
from collections.abc import Mapping
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp
from swagger_ui_bundle import swagger_ui_path  # type: ignore[import-untyped]

_FILES = frozenset(
    {
        "swagger-ui.css",
        "swagger-ui-bundle.js",
        "swagger-ui-standalone-preset.js",
        "favicon-16x16.png",
        "favicon-32x32.png",
        "oauth2-redirect.html",
    }
)
"""All that the page needs; nothing else of the package is served."""

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>DistributedKube API</title>
<base href="{base}">
<link rel="stylesheet" href="swagger-ui.css">
<link rel="icon" type="image/png" href="favicon-32x32.png" sizes="32x32">
</head>
<body>
<div id="swagger-ui"></div>
<script src="swagger-ui-bundle.js"></script>
<script src="swagger-ui-standalone-preset.js"></script>
<script>
SwaggerUIBundle({{
  url: new URL("../swagger-api", document.baseURI).href,
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  layout: "BaseLayout",
}});
</script>
</body>
</html>
"""


async def page(request: Request, _path: Mapping[str, str]) -> ASGIApp:
    """The page."""
    base = "./" if request.url.path.endswith("/") else "swagger-ui/"
    return Response(_PAGE.format(base=base), media_type="text/html")


async def file(_request: Request, path: Mapping[str, str]) -> ASGIApp:
    """A file of the page."""
    name = path["file"]
    if name not in _FILES:
        raise HTTPException(404)
    content = (Path(str(swagger_ui_path)) / name).read_bytes()
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(content, media_type=kind, headers={"Cache-Control": "max-age=3600"})
