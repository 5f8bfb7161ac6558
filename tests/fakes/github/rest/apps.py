"""Apps: where they are installed, the tokens that they mint, and what their webhook was sent."""

from __future__ import annotations

from fakes.github import bodies, tokens
from fakes.github.bodies import apps as shapes
from fakes.github.hooks import Delivery
from fakes.github.people import Account, App, Token
from fakes.github.rest.call import REPO, Answer, Call, route
from fakes.github.tokens import Refused

HOOK = "/app/hook/deliveries"


def _app(call: Call) -> App:
    return tokens.app(call.world, call.authorization)


@route("GET /app")
def get_app(call: Call) -> Answer:
    return 200, shapes.app(_app(call)), {}


def _installation(call: Call, app: App, number: int) -> dict[str, object]:
    covered = app.installations[number]
    owners = [one.owner for one in call.world.repositories.values() if one.id in covered]
    owner = owners[0] if owners else Account(0, "nobody")
    return shapes.installation(number, app, owner, call.world.url)


@route("GET /app/installations")
def list_installations(call: Call) -> Answer:
    app = _app(call)
    numbers, link = call.page(sorted(app.installations))
    return 200, [_installation(call, app, number) for number in numbers], link


@route("GET /app/installations/{installation_id}")
def get_installation(call: Call) -> Answer:
    app, number = _app(call), call.number("installation_id")
    call.found(app.installations.get(number))
    return 200, _installation(call, app, number), {}


@route(f"GET {REPO}/installation")
def installation_of_repository(call: Call) -> Answer:
    app = _app(call)
    name = f"{call.arguments['owner']}/{call.arguments['repo']}"
    repository = call.found(call.world.repositories.get(name))
    for number, covered in app.installations.items():
        if repository.id in covered:
            return 200, _installation(call, app, number), {}
    raise Refused(404, "Not Found")


@route("POST /app/installations/{installation_id}/access_tokens")
def mint(call: Call) -> Answer:
    app, installation = _app(call), call.number("installation_id")
    granted = call.found(app.installations.get(installation))
    if installation in app.suspended:
        raise Refused(403, "This installation has been suspended")
    asked = set(call.input.get("repository_ids", granted))
    if not asked <= granted:
        raise Refused(422, "There is at least one repository that does not exist.")
    value = f"ghs_{next(call.world.ids)}minted"
    token = Token(value, app.bot, _permissions(call, app), asked, app.id, installation)
    call.world.tokens[token.value] = token
    return 201, shapes.installation_token(token), {}


def _permissions(call: Call, app: App) -> dict[str, str]:
    """What was asked for, or everything that the App has."""
    asked: dict[str, str] = call.input.get("permissions") or dict(app.permissions)
    for name, level in asked.items():
        if app.permissions.get(name) not in (level, "write"):
            raise Refused(422, "The permissions requested are not granted to this installation.")
    return asked


@route("GET /installation/repositories")
def installation_repositories(call: Call) -> Answer:
    covered = [one for one in call.world.repositories.values() if call.covers(call.token, one)]
    page, link = call.page(covered)
    found = [bodies.repository(one) for one in page]
    return 200, {"total_count": len(covered), "repositories": found}, link


@route("DELETE /installation/token")
def revoke(call: Call) -> Answer:
    del call.world.tokens[call.token.value]
    return 204, None, {}


@route(f"GET {HOOK}")
def list_deliveries(call: Call) -> Answer:
    _app(call)
    size = int(call.query.get("per_page", 30))
    newest_first = call.world.hooks.deliveries[::-1]
    start = int(call.query.get("cursor", "v1_0").removeprefix("v1_"))
    page, left = newest_first[start : start + size], len(newest_first) - start - size
    at = f"{call.world.url}/api/v3{HOOK}?per_page={size}&cursor=v1_{start + size}"
    return 200, [shapes.delivery(one) for one in page], _link(at) if left > 0 else {}


def _link(at: str) -> dict[str, str]:
    return {"Link": f'<{at}>; rel="next"'}


def _delivery(call: Call) -> Delivery:
    _app(call)
    wanted = call.number("delivery_id")
    found = [one for one in call.world.hooks.deliveries if one.id == wanted]
    return call.found(found[0] if found else None)


@route(f"GET {HOOK}/{{delivery_id}}")
def get_delivery(call: Call) -> Answer:
    hooks = call.world.hooks
    return 200, shapes.whole_delivery(_delivery(call), hooks.url, hooks.secret), {}


@route(f"POST {HOOK}/{{delivery_id}}/attempts")
def redeliver(call: Call) -> Answer:
    call.world.hooks.again(_delivery(call))
    return 202, {}, {}
