"""Roles, suspension, removal and leaving, between real nodes: foretold, done, undone, refused."""

import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, free_port, in_sync, join, need, wait_until, write_record

NETWORK = "Rivers"
SECONDS = 60


def schools_of(world, *names):
    """Nodes of one network that the first has founded."""
    nodes = [world.node(name, port=free_port()) for name in names]
    nodes[0].run("network", "create", NETWORK, "--focus", "writing").ok()
    for node in nodes[1:]:
        join(node, nodes[0], NETWORK)
    for node in nodes:
        wait_until(lambda node=node: len(members(node)) == len(nodes), SECONDS, "all are known")
    return nodes


def members(node):
    return {each["name"].removesuffix(" school"): each
            for each in node.lines("network", "members", NETWORK)}


def stands(node, name, word):
    """Whether a school has this role, or is out in this way."""
    each = members(node).get(name, {})
    return each.get("role", each.get("state")) == word


def act(node, *arguments):
    return node.json("network", *arguments)


def publish(node, world, title):
    file = write_record(world.root, f"{title}.md", title, words=30)
    return node.json("publish", file, "--network", NETWORK)["id"]


def titles(node):
    return {each["title"] for each in node.lines("list", "--network", NETWORK)}


def attention(node):
    return {each["code"] for each in node.json("status")["attention"]}


def roles():
    """network role: one gives it, others see it; the last coordinator stays; a term is shown"""
    with World() as world:
        a, b, c = schools_of(world, "a", "b", "c")
        need(members(a)["b"]["admitted_by"]["name"] == "a school", "who admitted b")
        need(stands(c, "a", "coordinator") and stands(c, "b", "member"), f"{members(c)}")
        b.run("network", "role", NETWORK, "c school", "coordinator").refused(
            5, "coordinator", "a school")
        a.run("network", "role", NETWORK, "a school", "member").refused(
            5, "only coordinator", "role")
        a.run("network", "leave", NETWORK).refused(5, "only coordinator")
        dry = act(a, "role", NETWORK, "b school", "coordinator", "--dry-run")
        need(dry["after"] == {"state": "member", "role": "coordinator"}, f"foretold: {dry}")
        need(stands(a, "b", "member"), "a dry run gave it")
        given = act(a, "role", NETWORK, "b school", "coordinator", "--until", "2099-07-31")
        for node in (a, b, c):
            wait_until(lambda node=node: stands(node, "b", "coordinator"), SECONDS, "b coordinates")
            need(members(node)["b"]["until_ms"] > time.time() * 1000, f"{members(node)}")
            need(given["operation"] in members(node)["b"]["operations"], "what is behind it")
        a.run("network", "role", NETWORK, "b school", "coordinator",
              "--until", "2099-07-31").refused(5, "already")
        b.run("network", "invite", NETWORK).ok()
        b.run("network", "role", NETWORK, members(b)["c"]["id"][:8], "observer").ok()
        wait_until(lambda: stands(c, "c", "observer"), SECONDS, "c observes")
        file = write_record(world.root, "late.md", "Late words", words=30)
        c.run("publish", file, "--network", NETWORK).refused((1, 5), "observe")
        a.run("network", "role", NETWORK, "c school", "member").ok()
        wait_until(lambda: stands(c, "c", "member"), SECONDS, "c is a member again")
        wait_until(lambda: c.run("publish", file, "--network", NETWORK, "--yes").code == 0,
                   SECONDS, "c writes again")
        # Two coordinate now, so the first may step down, by itself.
        a.run("network", "role", NETWORK, "a school", "member").ok()
        wait_until(lambda: stands(b, "a", "member"), SECONDS, "a has stepped down")
        b.run("network", "role", NETWORK, "b school", "member").refused(5, "only coordinator")
        a.run("network", "members", "rivers").ok()
        a.run("network", "role", NETWORK, "oakden", "member").refused(1, "oakden", "b school")


def suspension():
    """network suspend, resume: what it wrote stays, it is told, nothing more is taken until then"""
    with World() as world:
        a, b, c = schools_of(world, "a", "b", "c")
        publish(c, world, "Before")
        in_sync([a, b, c], NETWORK)
        a.run("network", "suspend", NETWORK, "c school").refused(2, "--reason")
        a.run("network", "suspend", NETWORK, "c school", "--reason", "stollen").refused(2, "stolen")
        dry = act(a, "suspend", NETWORK, "c school", "--reason", "stolen", "--dry-run")
        need(dry["after"]["state"] == "suspended" and dry["records_kept"] == 1, f"foretold: {dry}")
        act(a, "suspend", NETWORK, "c school", "--reason", "stolen")
        wait_until(lambda: stands(b, "c", "suspended"), SECONDS, "b hears of it")
        wait_until(lambda: "network.suspended" in attention(c), SECONDS, "c is told")
        need("Before" in titles(a) and "Before" in titles(b), "what it wrote stays")
        told = c.run("network", "members", NETWORK).refused(5, "suspended", "stolen")
        need("coordinator" in told.err, told.err)
        file = write_record(world.root, "late.md", "Late words", words=30)
        c.run("publish", file, "--network", NETWORK).refused((1, 5))
        a.run("network", "suspend", NETWORK, "c school", "--reason", "stolen").refused(
            5, "suspended")
        a.run("network", "resume", NETWORK, "c school").ok()
        wait_until(lambda: stands(b, "c", "member"), SECONDS, "c is back")
        wait_until(lambda: "network.suspended" not in attention(c), SECONDS, "c is told again", 0.5)
        publish(c, world, "After")
        in_sync([a, b, c], NETWORK)
        need({"Before", "After"} <= titles(b), f"{titles(b)}")
        a.run("network", "resume", NETWORK, "c school").refused(5, "already")


def removal():
    """network remove, confirm: it waits for signatures; what came later counts nowhere; back"""
    with World() as world:
        a, b, c, d = schools_of(world, "a", "b", "c", "d")
        publish(d, world, "Before")
        in_sync([a, b, c, d], NETWORK)
        proposal = act(a, "remove", NETWORK, "d school", "--reason", "charter-broken")
        need(proposal["is_proposal"] and proposal["after"]["state"] == "member", f"{proposal}")
        a.run("network", "confirm", NETWORK, proposal["operation"][:8]).refused(5, "already")
        wait_until(lambda: b.lines("network", "proposals", NETWORK), SECONDS, "b hears of it")
        listed = b.lines("network", "proposals", NETWORK)[0]
        need(listed["id"] == proposal["operation"] and listed["reason"] == "charter-broken",
             f"{listed}")
        publish(d, world, "Meanwhile")
        in_sync([a, b, c, d], NETWORK)
        dry = act(b, "confirm", NETWORK, listed["id"][:8], "--dry-run")
        need(dry["after"]["state"] == "removed", f"foretold: {dry}")
        need((dry["records_kept"], dry["records_aside"]) == (1, 1), f"foretold: {dry}")
        b.run("network", "confirm", NETWORK, listed["id"][:8]).ok()
        for node in (a, b, c):
            wait_until(lambda node=node: stands(node, "d", "removed"), SECONDS, "d is out")
        wait_until(lambda: "network.removed" in attention(d), SECONDS, "d is told")
        for node in (a, b, c):
            wait_until(lambda node=node: "Meanwhile" not in titles(node), SECONDS, "set aside")
            need("Before" in titles(node), f"{titles(node)}")
            need(node.lines("search", "Meanwhile") == [], "it is found")
        in_sync([a, b, c], NETWORK)
        a.run("sync", "--wait").ok()  # who is out keeps nobody waiting
        d.run("network", "show", NETWORK).refused((1, 5))
        d.run("network", "members", NETWORK).refused(5, "removed", "charter-broken")
        for node in (a, b, c):
            node.stop()
            node.start()
        in_sync([a, b, c], NETWORK)
        need("Meanwhile" not in titles(a) and "Before" in titles(a), f"a start: {titles(a)}")
        join(d, a, NETWORK)
        wait_until(lambda: stands(c, "d", "member"), SECONDS, "d is back")
        wait_until(lambda: "network.removed" not in attention(d), SECONDS, "d knows")
        publish(d, world, "Again")
        in_sync([a, b, c, d], NETWORK)
        wait_until(lambda: {"Before", "Meanwhile", "Again"} <= titles(c), SECONDS, "all counts")


def leaving():
    """network leave: what it wrote stays with others, what it had stays with it; back by a code"""
    with World() as world:
        a, b, c = schools_of(world, "a", "b", "c")
        publish(c, world, "Words from c")
        publish(a, world, "Words from a")
        in_sync([a, b, c], NETWORK)
        dry = act(c, "leave", NETWORK, "--dry-run")
        need(dry["after"]["state"] == "left" and dry["records_kept"] == 1, f"foretold: {dry}")
        c.run("network", "leave", NETWORK, "--reason", "merged").ok()
        for node in (a, b):
            wait_until(lambda node=node: stands(node, "c", "left"), SECONDS, "c has left")
            need({"Words from a", "Words from c"} <= titles(node), f"{titles(node)}")
        need(a.digest(NETWORK) == b.digest(NETWORK), "digests")
        need("network.left" in attention(c), f"{attention(c)}")
        had = {each["title"] for each in c.lines("list")}
        need({"Words from a", "Words from c"} <= had, f"what it had: {had}")
        c.run("network", "leave", NETWORK).refused((1, 5), "left")
        # It chose itself what counts of it to the last; a removal may still be asked for.
        asked = a.json("network", "remove", NETWORK, "c school", "--reason", "closed", "--dry-run")
        need(asked["before"]["state"] == "left", f"a school that left can be removed: {asked}")
        join(c, a, NETWORK)
        wait_until(lambda: stands(b, "c", "member"), SECONDS, "c is back")


support.main(roles, suspension, removal, leaving)
