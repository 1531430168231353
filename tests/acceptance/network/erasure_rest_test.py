"""Erasure with real nodes: what is kept beside the disk, and who orders for a school that left."""

import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from api import EventStream, post
from erasure_test import NETWORK, SECONDS, Canaries, three_schools, unpacked_words_in, wait_erased
from support import QUICK_TIP, World, in_sync, need, wait_until


def kept_answers_and_events():
    """no answer that is kept, no event that is told again and no line of a trace has the words"""
    with World() as world:
        a, b, c = three_schools(world)
        gone = Canaries("ring")
        first = {node.name: EventStream(node) for node in (a, b)}
        places = {name: stream.last_id for name, stream in first.items()}
        text = (f'---\ntitle: "About {gone.title}"\nlicence: CC-BY-4.0\n{QUICK_TIP}---\n'
                f"{gone.text} and more.\n")
        body = {"file": text, "network": NETWORK}
        asked = post(a, "/api/v1/records", body, Idempotency_Key="one")
        need(asked.status == 201, f"{asked.status} {asked.body!r}")
        record = asked.json()["id"]
        again = post(a, "/api/v1/records", body, Idempotency_Key="one")
        need(again.json()["id"] == record, "it was published twice")
        wait_until(lambda: first["b"].of("record.arrived"), SECONDS, "the event at b")
        need(gone.title in json.dumps(first["b"].of("record.arrived")), "the event has no title")
        in_sync((a, b, c), NETWORK)
        a.run("erase", record, "--reason", "pupil", "--yes").ok()
        wait_erased(a, record, 3)
        words = (gone.title, gone.text)
        again = post(a, "/api/v1/records", body, Idempotency_Key="one")
        need(not any(word.encode() in again.body for word in words), f"{again.body!r}")
        for node in (a, b):
            told = EventStream(node, place=places[node.name])
            time.sleep(1)
            need(not any(word in json.dumps(told.events) for word in words),
                 f"events of {node.name}")
            told.close()
            need(not any(word in node.trace() for word in words), f"trace of {node.name}")
        for stream in first.values():
            stream.close()
        found = [unpacked_words_in(node.folder, words) for node in (a, b, c)]
        need(not any(found), f"{found}")


def left_networks_are_named(a, root):
    """a flood in a network that the school has left stays there, and the school is told so"""
    flood = ("erase", "--school", "a school", "--after", "0", "--reason", "flood")
    a.run(*flood, "--dry-run").refused(5, "no longer")
    a.run("network", "create", "Elsewhere", "--focus", "writing").ok()
    Canaries("elsewhere").publish(a, root, network="Elsewhere")
    plan = a.json(*flood, "--dry-run")
    need(plan["entries"] == 1, f"{plan}")
    need([each["name"] for each in plan["networks"]] == ["Elsewhere"], f"{plan}")
    need([each["name"] for each in plan["left"]] == [NETWORK], f"{plan}")


def successor():
    """the school that one has named orders for it once it has left, and no other does"""
    with World() as world:
        a, b, c = three_schools(world)
        gone, stays = Canaries("left"), Canaries("stayed")
        gone.publish(a, world.root)
        stays.publish(a, world.root)
        for canaries in (gone, stays):
            canaries.wait_for(a, b, c)
        plan = a.json("network", "successor", NETWORK, "c school", "--dry-run")
        need(plan["dry_run"] and plan["school"]["name"] == "c school", f"{plan}")
        a.run("network", "successor", NETWORK).refused(2, "nobody")
        a.run("network", "successor", NETWORK, "a school", "--yes").refused(5, "another")
        a.run("network", "successor", NETWORK, "c school", "--yes").ok()
        a.run("network", "successor", NETWORK, "c school", "--yes").refused(5, "same")

        def named(node):
            rows = node.lines("network", "members", NETWORK)
            return {row["name"]: row.get("successor", {}).get("name") for row in rows}
        wait_until(lambda: named(c).get("a school") == "c school", SECONDS, "it is named")
        listed = b.run("network", "members", NETWORK).ok()
        need("a school has named c school" in listed.out + listed.err, f"{listed.out}")
        c.run("erase", gone.record, "--reason", "asked", "--yes").refused(5, "only")
        wait_until(lambda: a.run("sync", "--wait", "--timeout", "5").code == 0, SECONDS, "sync")
        a.run("network", "leave", NETWORK, "--reason", "merged", "--yes").ok()

        def standing(node):
            return {row["name"]: row["state"] for row in node.lines("network", "members", NETWORK)}
        wait_until(lambda: standing(c).get("a school") == "left", SECONDS, "a has left")
        a.run("erase", gone.record, "--reason", "asked", "--yes").refused(5)
        left_networks_are_named(a, world.root)
        plan = c.json("erase", gone.record, "--reason", "asked", "--dry-run")
        need(plan["entries"] == 1 and not plan["networks"][0]["needs_another"], f"{plan}")

        def may_erase(node):
            rows = node.lines("network", "members", NETWORK)
            return {row["name"]: row.get("may_erase") for row in rows}
        need(may_erase(c) == {"a school": "alone", "b school": None, "c school": "alone"},
             f"{may_erase(c)}")
        need(may_erase(b)["a school"] == "with-another", f"{may_erase(b)}")
        half = b.run("erase", stays.record, "--reason", "asked", "--yes").ok()
        need("another coordinator" in half.out + half.err, f"{half.out} {half.err}")
        order = c.json("erase", gone.record, "--reason", "asked", "--yes")["orders"]
        need(len(order) == 1, f"{order}")
        for node in (b, c):
            wait_erased(node, gone.record, 2)
        gone.need_gone(b, c)
        stays.wait_for(b, c)


if __name__ == "__main__":
    from support import main

    main(kept_answers_and_events, successor)
