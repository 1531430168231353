"""Networks that are linked with others, as real nodes, and what has come to a node from there.

Python's standard library only.
"""

from support import free_port, in_sync, join, need, wait_until
from written import files_with, write

FOREST, RIVERS, NORTHSIDE, DOWNS = "Forest Edge", "Rivers City", "Northside", "Downs"
PLACES = {FOREST: "Brockenhurst", RIVERS: "York", NORTHSIDE: "Kendal", DOWNS: "Lewes"}
SECONDS = 120


def network(world, name, schools, gateways=1):
    """Nodes of one network; the first `gateways` of them coordinate it and tell their address."""
    nodes = []
    for at in range(schools):
        port = free_port()
        options = ["--place", PLACES[name]]
        if at < gateways:
            options += ["--address", f"127.0.0.1:{port}"]
        nodes.append(world.node(f"{name.split()[0].lower()}{at + 1}", *options, port=port))
    first = nodes[0]
    first.run("network", "create", name, "--focus", "reading").ok()
    for node in nodes[1:]:
        join(node, first, name)
    in_sync(nodes, name)
    for node in nodes[1:gateways]:
        first.run("network", "role", name, f"{node.name} school", "coordinator").ok()
        wait_until(lambda node=node: node.run("link", "invite", name, "--dry-run").code == 0,
                   SECONDS, f"{node.name} coordinates")
    return nodes


def agree(inviting, accepting, inviting_name, accepting_name, *options):
    """Agrees between the first nodes of both; all nodes know it then."""
    code = inviting[0].json("link", "invite", inviting_name, *options)["code"]
    agreed = accepting[0].json("link", "accept", code, inviting[0].listen,
                               "--network", accepting_name, "--yes")
    for nodes, other in ((inviting, accepting_name), (accepting, inviting_name)):
        for node in nodes:
            wait_until(lambda node=node, other=other: node.run("link", "show", other).code == 0,
                       SECONDS, f"{node.name} knows the link")
    return agreed


def finding(world, name, title, words, **fields):
    """A finding with these words in its text."""
    text = f"## Limits\n\nOne class. {words}\n\n## What it means for practice\n\nWe go on.\n"
    return write(world.root, name, title, kind="enquiry-finding", text=text, **fields)


def arrives(node, record, what=""):
    """What the node shows of a record once its words are there."""
    def shown():
        answer = node.run("--json", "show", record)
        if answer.code != 0:
            return None
        document = answer.document()
        return document if "text" in document else None

    return wait_until(shown, SECONDS, f"{node.name} has {what or record}")


def rows(node, record):
    return [row for row in node.lines("list") if row["id"] == record]


def need_no_byte(node, words):
    need(not files_with(words, node.folder), f"{node.name}: {files_with(words, node.folder)}")
