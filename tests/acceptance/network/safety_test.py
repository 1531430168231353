"""At how many schools a record of one's own is safe, and which orders to erase name it."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from api import get
from support import World, join, need, wait_until, write_record

NETWORK = "Rivers"
SECONDS = 60


def publish(world, node, name):
    path = write_record(world.root, f"{name}.md", f"About {name}")
    return node.json("publish", path, "--network", NETWORK)["id"]


def safe(node, record):
    """(schools that have it, schools of the network), the same in the record, in the list and
    where it is found."""

    def counted():
        shown = node.json("show", record)["safe"]
        whole = {"at": shown["at"], "of": shown["of"]}
        row = next(each for each in node.lines("list") if each["id"] == record)["safe"]
        hit = next((each for each in node.lines("search", "about") if each["id"] == record), {})
        return shown if row == whole and hit.get("safe") == whole else None

    shown = wait_until(counted, SECONDS, "list and record say the same")  # others go on meanwhile
    need(len(shown["without"]) == shown["of"] - shown["at"], f"{shown}")
    return shown["at"], shown["of"]


def in_a_chain():
    """safety: counted is who has told this node; the far end of a chain may have it and is named"""
    with World() as world:
        a, b, c = (world.node(name, port=support.free_port()) for name in "abc")
        a.run("network", "create", NETWORK, "--focus", "writing").ok()
        join(b, a, NETWORK)
        first = publish(world, a, "first")
        wait_until(lambda: safe(a, first) == (2, 2), SECONDS, "B has said so")

        b.stop()
        second = publish(world, a, "second")
        need(safe(a, second) == (1, 2), "nobody else can have the second one")
        need(safe(a, first) == (2, 2), "the first one is where it was")
        text = a.run("show", second).ok().out
        need("at 1 of 2 schools" in text and "b school, last heard 20" in text, text)
        a.kill()
        a.start()
        need(safe(a, second) == (1, 2) and safe(a, first) == (2, 2), "not known after a kill")

        b.start()
        wait_until(lambda: safe(a, second) == (2, 2), SECONDS, "B has the second one, too")
        need("safe" not in b.json("show", first), "a record of others is counted")
        need(all("safe" not in hit for hit in b.lines("search", "about")), "found, and counted")
        code = a.json("network", "invite", NETWORK)["code"]
        a.run("sync", "--wait").ok()
        a.stop()
        c.run("network", "join", code, b.listen).ok()
        wait_until(lambda: c.network(NETWORK)["records"] == 2, SECONDS, "C has both by way of B")
        c.stop()
        a.start()
        wait_until(lambda: safe(a, second) == (2, 3), SECONDS, "C is a member")
        without = a.json("show", second)["safe"]["without"]
        need(["last_heard_ms" in each for each in without] == [False], f"never met: {without}")


def own_ones_listed():
    """safety: the list can be that of one school, and says which orders name a record"""
    with World() as world:
        a, b = world.node("a"), world.node("b")
        a.run("network", "create", NETWORK, "--focus", "writing").ok()
        join(b, a, NETWORK)
        own, others = publish(world, a, "own"), publish(world, b, "others")
        wait_until(lambda: a.network(NETWORK)["records"] == 2, SECONDS, "both are at A")

        def listed(query):
            return [each["id"] for each in get(a, f"/api/v1/records?{query}").json()["records"]]

        need(listed("school=a%20school") == [own], f"{listed('school=a%20school')}")
        need(listed("school=b%20school") == [others], f"{listed('school=b%20school')}")
        need(get(a, "/api/v1/records?school=nobody").status == 404, "nobody is called so")

        a.run("erase", own, "--reason", "mistake", "--yes").ok()
        for entry, count in ((own, 1), (own[:8], 1), (others, 0)):
            found = get(a, f"/api/v1/erasures?entry={entry}").json()["erasures"]
            need(len(found) == count, f"{entry}: {found}")
        need(get(a, "/api/v1/erasures?entry=x").status == 422, "a letter is no id")
        wait_until(lambda: a.json("show", own)["body_state"] == "erased", SECONDS, "gone")
        need("safe" not in a.json("show", own), "what is erased is not safe anywhere")


if __name__ == "__main__":
    from support import main

    main(in_a_chain, own_ones_listed)
