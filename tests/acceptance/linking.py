"""A network that is linked with another one: each command of that, for its schema, and its routes
for the description of the API.

Python's standard library only.
"""

from support import free_port, need, wait_until

OTHER = "Downs"
SECONDS = 60


def other_network(world):
    """The node of a coordinator of another network."""
    other = world.node("downs", port=free_port())
    other.run("network", "create", OTHER, "--focus", "reading").ok()
    return other


def linked(world, node, network, *members):
    """The id of a link that `node` has agreed on for its network, once all `members` know it."""
    other = other_network(world)
    code = node.json("link", "invite", network)["code"]
    agreed = other.json("link", "accept", code, node.listen, "--network", OTHER, "--yes")
    for each in members:
        wait_until(lambda each=each: each.run("link", "show", OTHER).code == 0, SECONDS,
                   f"{each.name} knows the link")
    return agreed["id"]


def every_link_command(calls, network):
    """A link that is offered, read, agreed on, looked at and ended."""
    node, other = calls.a, other_network(calls.world)
    calls.dry(node, "link invite", network)
    code = calls.call(node, "link invite", network)["code"]
    spare = calls.call(node, "link invite", network, "--their-pass-on", "yes")["id"]
    where = (code, node.listen, "--network", OTHER)
    calls.dry(other, "link accept", *where)
    calls.call(other, "link accept", *where, "--yes")
    calls.call(node, "link list")
    calls.call(other, "link show", network)
    calls.call(node, "link preview", OTHER)
    calls.dry(node, "link end-code", spare)
    calls.call(node, "link end-code", spare)
    renewing = (OTHER, "--until", "2099-07-31")
    calls.dry(node, "link renew", *renewing)
    calls.call(node, "link renew", *renewing, "--yes")
    calls.call(node, "link show", OTHER)
    ending = (OTHER, "--reason", "own-wish")
    calls.dry(node, "link end", *ending)
    need(calls.call(node, "link list")["state"] == "open", "link end --dry-run ended it")
    calls.call(node, "link end", *ending)
    calls.call(node, "link show", OTHER)


def changed_by_routes(change, node, world, network):
    """Every POST of links, through `change` of the test of the description."""
    other = other_network(world)
    at_network = "/api/v1/networks/{network}/links"
    target = at_network.replace("{network}", network)
    wish = {"kinds": ["enquiry-finding"], "their_pass_on": True, "until": "2099-07-31"}
    change(target, {**wish, "dry_run": True}, 200, at_network)
    spare = change(target, {}, 201, at_network)["id"]
    for body in ({"dry_run": True}, {}):
        change(f"/api/v1/links/codes/{spare}/end", body, 200, "/api/v1/links/codes/{id}/end")
    code = other.json("link", "invite", OTHER)["code"]
    accept = {"code": code, "address": other.listen, "network": network}
    offered = change("/api/v1/links/accept", {**accept, "dry_run": True}, 200)
    agreed = change("/api/v1/links/accept", {**accept, "agreement": offered["agreement"]}, 201)
    at_renewal = "/api/v1/links/{link}/renew"
    renewal = at_renewal.replace("{link}", agreed["id"])
    longer = {"until": "2099-08-31", "their_kinds": ["enquiry-finding", "adoption"]}
    shown = change(renewal, {**longer, "dry_run": True}, 200, at_renewal)
    change(renewal, longer, 422, at_renewal)
    change(renewal, {**longer, "follows": agreed["id"][::-1]}, 422, at_renewal)
    signed = change(renewal, {**longer, "follows": shown["follows"]}, 200, at_renewal)
    change(renewal, {"agreement": signed["agreement"]}, 409, at_renewal)
    at_end = "/api/v1/links/{link}/end"
    target = at_end.replace("{link}", agreed["id"])
    for body in ({"reason": "own-wish", "dry_run": True}, {"reason": "own-wish"}):
        change(target, body, 200, at_end)
    change(target, {"reason": "own-wish"}, 409, at_end)
