"""The keys of a school: who may speak for it, a stolen server, a phrase that others have seen."""

import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, in_sync, join, need, wait_until, write_record

NETWORK = "Rivers"
SECONDS = 30


def codes(node):
    return {item["code"] for item in node.json("status")["attention"]}


def publish(node, root, title, *more):
    path = write_record(root, f"{title.replace(' ', '-')}.md", title)
    return node.json("publish", path, *more)["id"]


def two_schools(world):
    hub = world.node("hub")
    hub.run("network", "create", NETWORK, "--focus", "writing").ok()
    phrase = world.root / "phrase.txt"
    school = world.node("school", "--phrase-out", phrase)
    join(school, hub, NETWORK)
    publish(school, world.root, "Before", "--network", NETWORK)
    publish(school, world.root, "A draft of ours", "--reach", "draft")
    in_sync((hub, school), NETWORK)
    return hub, school, phrase


def stolen_copy(world, school):
    """The thief's machine: the folder as it was, behind another port."""
    thief = support.Node(world.root, "thief")
    shutil.copytree(school.folder, thief.folder)
    settings = thief.folder / "staffroom.toml"
    settings.write_text(settings.read_text().replace(school.listen, "127.0.0.1:0"))
    world.nodes.append(thief)
    return thief


def titles(node):
    return sorted(row["title"] for row in node.lines("list"))


def states(node):
    return [one["state"] for one in node.json("key", "status")["servers"]]


def need_refused(school, phrase):
    school.run("key", "rotate", "--phrase-file", phrase).refused(5, "not the one of this school")


def rotate(is_running):
    with World() as world:
        hub, school, phrase = two_schools(world)
        school.stop()
        thief = stolen_copy(world, school)
        if is_running:
            school.start()
        before = titles(hub)
        need(school.run("key", "rotate", "--phrase-file", phrase, "--dry-run").ok().out, "silent")
        changed = school.json("key", "rotate", "--phrase-file", phrase)
        need(changed["ended_keys"] == 1 and changed["not_told"] == [], f"{changed}")
        if not is_running:
            school.start()
        need(states(school) == ["ended", "this server"], f"{states(school)}")
        need(titles(school) == ["A draft of ours", "Before"], f"{titles(school)}")
        publish(school, world.root, "After", "--network", NETWORK)
        publish(school, world.root, "Another draft", "--reach", "draft")
        in_sync((hub, school), NETWORK)
        need(titles(hub) == ["After", *before], f"{titles(hub)}")

        thief.start()
        path = write_record(world.root, "stolen.md", "By a thief")
        thief.run("publish", path, "--network", NETWORK)
        wait_until(lambda: "node.key-ended" in codes(thief), SECONDS, "the thief is told", 0.2)
        thief.run("publish", path, "--network", NETWORK).refused(5, "ended this server's key")
        in_sync((hub, school), NETWORK)
        need("By a thief" not in titles(hub), "the thief is heard")
        need(not {"node.cloned", "node.key-ended"} & codes(school), f"{codes(school)}")
        # Once more, and after a start: nothing is lost and no log is gone on with.
        school.stop()
        school.start()
        school.run("key", "rotate", "--phrase-file", phrase).ok()
        need(states(school) == ["ended", "ended", "this server"], f"{states(school)}")
        publish(school, world.root, "The last one", "--network", NETWORK)
        in_sync((hub, school), NETWORK)
        need(titles(hub) == ["After", "Before", "The last one"], f"{titles(hub)}")
        need(len(titles(school)) == 5, f"{titles(school)}")


def rotated_while_it_runs():
    """key: rotate at a running node shuts the copy of its folder out, and loses no word"""
    rotate(True)


def rotated_while_it_is_stopped():
    """key: rotate at a stopped node does the same, with a node of its own meanwhile"""
    rotate(False)


def another_phrase():
    """key: replace-phrase ends the old phrase; the new one rotates, replaces itself and recovers"""
    with World() as world:
        hub, school, phrase = two_schools(world)
        second, third = world.root / "second.txt", world.root / "third.txt"
        school.run("key", "replace-phrase", "--phrase-file", phrase, "--phrase-out", second).ok()
        need(second.stat().st_mode & 0o077 == 0, "others may read the phrase")
        need(len(second.read_text().split()) == 24, "no phrase")
        need_refused(school, phrase)
        school.run("key", "replace-phrase", "--phrase-file", second, "--phrase-out", second
                   ).refused(1, "is there already")
        school.run("key", "replace-phrase", "--phrase-file", second, "--phrase-out", third).ok()
        need_refused(school, second)
        school.run("key", "rotate", "--phrase-file", third).ok()
        publish(school, world.root, "After", "--network", NETWORK)
        code = hub.json("network", "invite", NETWORK)["code"]
        in_sync((hub, school), NETWORK)
        shared = [title for title in titles(school) if "draft" not in title]
        school.stop()

        back = support.Node(world.root, "back")
        world.nodes.append(back)
        source = ("--from", hub.listen, "--network-code", code, "--listen", "127.0.0.1:0", "--web",
                  "127.0.0.1:0")
        back.run("recover", "--phrase-file", phrase, *source).refused(5, "no school")
        back.run("recover", "--phrase-file", third, *source, "--no-other-network").ok()
        back.start()
        need(back.digest(NETWORK) == hub.digest(NETWORK), "another digest")
        need(titles(back) == shared, f"{titles(back)}")


def nothing_without_the_phrase():
    """key: status needs no phrase; a change needs the right one and a node's own folder"""
    with World() as world:
        _, school, phrase = two_schools(world)
        shown = school.run("key", "status").ok().out
        need("this server" in shown and "school school" in shown, shown)
        need(states(school) == ["this server"], f"{states(school)}")
        wrong = world.root / "wrong.txt"
        world.node("other", "--phrase-out", wrong, start=False)
        need_refused(school, wrong)
        school.run("key", "rotate", "--phrase-file", world.root / "none.txt").refused(1, "none.txt")
        wrong.write_text("one two three\n")
        school.run("key", "rotate", "--phrase-file", wrong).refused(2, "there are 3")
        need(states(school) == ["this server"], "something was changed")
        nobody = support.Node(world.root, "nobody")
        nobody.run("key", "rotate", "--phrase-file", phrase).refused((1, 78))
        nobody.run("key", "status").refused(3)


if __name__ == "__main__":
    support.main(
        rotated_while_it_runs, rotated_while_it_is_stopped, another_phrase,
        nothing_without_the_phrase,
    )
