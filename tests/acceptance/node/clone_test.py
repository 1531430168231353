"""A data folder that was copied: both copies run, and both screens say so."""

import pathlib
import shutil
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, join, need, wait_until, write_record

NETWORK = "Rivers"
SECONDS = 15
ATTENTION = 4
MEETING_AT_ONCE = 1


def codes(node):
    return {item["code"] for item in node.json("status")["attention"]}


def copy_of(world, node, name):
    """The same school on a second machine: its folder, copied while the node is stopped."""
    clone = support.Node(world.root, name)
    shutil.copytree(node.folder, clone.folder)
    settings = clone.folder / "staffroom.toml"
    settings.write_text(settings.read_text().replace(node.listen, "127.0.0.1:0"))
    world.nodes.append(clone)
    return clone


def both_publish():
    """clone: both copies publish, and both say so within seconds of meeting a common neighbour"""
    with World() as world:
        hub = world.node("hub")
        hub.run("network", "create", NETWORK, "--focus", "writing").ok()
        school = world.node("school")
        join(school, hub, NETWORK)
        first = write_record(world.root, "first.md", "First")
        school.run("publish", first, "--network", NETWORK).ok()
        school.run("sync", "--wait").ok(0, ATTENTION)
        school.stop()
        clone = copy_of(world, school, "clone")
        school.start()
        clone.start()
        need("node.cloned" not in codes(school) | codes(clone), "told before anybody wrote")

        begin = time.monotonic()
        for node, title in ((school, "From the original"), (clone, "From the clone")):
            path = write_record(world.root, f"{node.name}.md", title)
            node.run("publish", path, "--network", NETWORK).ok()
        for node in (school, clone):
            node.run("sync")
        for node in (school, clone):
            wait_until(lambda: "node.cloned" in codes(node), SECONDS, f"{node.name} says so", 0.2)
            said = node.run("doctor").ok(ATTENTION).out
            need("Next: stop one of the two machines" in said, f"no next step: {said}")
            need("copy of its data folder" in node.run("status").ok().out, "status is silent")
        print(f"both told after {time.monotonic() - begin:.1f} s")
        need("node.cloned" not in codes(hub), "the neighbour takes it for its own")
        titles = {record["title"] for record in hub.lines("list", "--network", NETWORK)}
        need({"From the original", "From the clone"} <= titles, f"a text was lost: {titles}")


def restored_folders():
    """restore: a folder of an older day gets its texts back and is not told of a clone"""
    with World() as world:
        hub = world.node("hub")
        hub.run("network", "create", NETWORK, "--focus", "writing").ok()
        school = world.node("school")
        join(school, hub, NETWORK)
        school.stop()
        backup = world.root / "backup"
        shutil.copytree(school.folder, backup)
        school.start()
        path = write_record(world.root, "later.md", "Later")
        school.run("publish", path, "--network", NETWORK).ok()
        school.run("sync", "--wait").ok(0, ATTENTION)
        school.stop()
        shutil.rmtree(school.folder)
        shutil.copytree(backup, school.folder)
        school.start()

        def is_back():
            school.run("sync")
            return any(record["title"] == "Later" for record in school.lines("list"))

        wait_until(is_back, SECONDS, "what was published after the backup", 0.5)
        path = write_record(world.root, "after.md", "After")
        school.run("publish", path, "--network", NETWORK).ok()
        need("node.cloned" not in codes(school), "a restore is taken for a clone")


def both_said(school, clone, what):
    for node in (school, clone):
        wait_until(lambda: "node.cloned" in codes(node), SECONDS * 2, f"{node.name}: {what}", 0.2)


def other_ways_to_meet():
    """clone: told when a neighbour knows only one of the two, and when one dials the other"""
    with World() as world:
        hub = world.node("hub")
        hub.run("network", "create", NETWORK, "--focus", "writing").ok()
        school = world.node("school")
        join(school, hub, NETWORK)
        school.run("neighbour", "remove", hub.listen, "--yes").ok(0, ATTENTION)
        school.stop()
        clone = copy_of(world, school, "clone")
        school.start()
        hub.run("neighbour", "add", school.listen, "--network", NETWORK).ok(0, ATTENTION)
        wait_until(lambda: "in sync" in hub.run("neighbour", "list").out, SECONDS, "a line")
        time.sleep(MEETING_AT_ONCE * 1.5)  # a call at the same moment would be the same node's
        clone.start()
        clone.run("neighbour", "add", hub.listen, "--network", NETWORK)
        for node, title in ((school, "From the original"), (clone, "From the clone")):
            path = write_record(world.root, f"{node.name}.md", title)
            node.run("publish", path, "--network", NETWORK).ok()
        both_said(school, clone, "the hub dialled one, the other dialled the hub")

    with World() as world:
        school = world.node("school")
        school.run("network", "create", NETWORK, "--focus", "writing").ok()
        school.stop()
        clone = copy_of(world, school, "clone")
        school.start()
        clone.start()
        clone.run("neighbour", "add", school.listen, "--network", NETWORK)
        both_said(school, clone, "one dialled the other")


support.main(both_publish, other_ways_to_meet, restored_folders)
