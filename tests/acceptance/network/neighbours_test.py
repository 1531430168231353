"""An added neighbour can be listed, dated and taken back; a school that is off stays listed."""

import os
import pathlib
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, free_port, join, need, wait_until

NETWORK = "Rivers"
ATTENTION = 4


def founded(world, name, port=0):
    node = world.node(name, port=port)
    node.run("network", "create", NETWORK, "--focus", "writing").ok()
    return node


def trouble(node):
    checks = node.run("--json", "doctor").ok(0, ATTENTION).document()["checks"]
    return {check["code"]: check for check in checks if check["level"] == "trouble"}


def of_school(node, name):
    return [each for each in node.lines("neighbour", "list")
            if each.get("school", {}).get("name") == f"{name} school"]


def is_met(node, name):
    listed = of_school(node, name)
    return bool(listed) and listed[0]["state"] in ("connected", "in sync")


def wrong_ports():
    """neighbour remove: a wrong port is trouble with the step that heals it, and gone after it"""
    with World() as world:
        node = founded(world, "a")
        address = f"127.0.0.1:{free_port()}"
        node.run("neighbour", "add", address, "--network", NETWORK).ok()
        wait_until(lambda: "neighbour.unreachable" in trouble(node), 30, "trouble", 0.5)
        step = trouble(node)["neighbour.unreachable"]["next"].split("`")[1].split()
        need(step == ["staffroom", "neighbour", "remove", address], f"another step: {step}")
        node.run(*step[1:], "--dry-run").ok()
        need(len(node.lines("neighbour", "list")) == 1, "a dry run removed it")
        node.run(*step[1:]).ok()
        need(node.lines("neighbour", "list") == [], "still there")
        need(trouble(node) == {}, f"still trouble: {trouble(node)}")
        node.stop()
        node.start()
        need(node.lines("neighbour", "list") == [], "back after a start")
        node.run(*step[1:]).refused(1, address)
        node.run("neighbour", "add", address, "--network", NETWORK).ok()
        near = address[:-1] + ("1" if address[-1] != "1" else "2")
        node.run("neighbour", "remove", near).refused(1, "Did you mean", address)


def linked_neighbours():
    """neighbour remove: one that is connected is let go, and may be added again"""
    with World() as world:
        a, b = founded(world, "a"), world.node("b")
        join(b, a, NETWORK)
        wait_until(lambda: is_met(b, "a"), 20, "met")
        b.run("neighbour", "remove", a.listen).ok()
        need(all(each["address"] != a.listen for each in b.lines("neighbour", "list")), "listed")
        b.run("neighbour", "add", a.listen, "--network", NETWORK).ok()
        wait_until(lambda: is_met(b, "a"), 20, "again")


def schools_that_are_off():
    """neighbour list: a school that calls us and is off stays on the list with its last day"""
    with World() as world:
        a, b = founded(world, "a", free_port()), world.node("b")
        join(b, a, NETWORK)
        wait_until(lambda: of_school(a, "b"), 20, "b at a")
        begin = time.time() * 1000
        b.stop()

        def is_off():
            listed = of_school(a, "b")
            return listed and listed[0]["state"] == "off" and listed[0]

        shown = wait_until(is_off, 20, "b, off", 0.2)
        need(abs(shown["last_heard_ms"] - begin) < 60_000, f"another time: {shown}")
        a.stop()
        a.start()
        shown = wait_until(is_off, 20, "b, off, after a start", 0.2)
        need(abs(shown["last_heard_ms"] - begin) < 60_000, f"forgotten: {shown}")
        need(trouble(a) == {}, f"a school that is off is no trouble: {trouble(a)}")
        need("All is well." in a.run("status").ok().out, "status")
        b.start()
        wait_until(lambda: of_school(a, "b") and not is_off(), 60, "b, back", 0.5)


def codes():
    """invitation list, end: every code is listed with its end; an ended one admits nobody"""
    with World() as world:
        a, b, c = founded(world, "a"), world.node("b"), world.node("c")
        need(a.lines("invitation", "list") == [], "codes before any was made")
        code = a.json("network", "invite", NETWORK, "--hours", "5")["code"]
        listed = a.lines("invitation", "list")
        need(len(listed) == 1 and listed[0]["state"] == "open", f"listed: {listed}")
        need(listed[0]["network"]["name"] == NETWORK, f"of which network: {listed}")
        left_h = (listed[0]["ends_ms"] / 1000 - time.time()) / 3600
        need(4.9 < left_h < 5.1, f"ends in {left_h} hours")
        need(code not in a.run("invitation", "list").ok().out, "the code itself is shown")
        short = listed[0]["id"][:8]
        a.run("invitation", "end", short, "--dry-run").ok()
        need(a.lines("invitation", "list")[0]["state"] == "open", "a dry run ended it")
        a.run("invitation", "end", short).ok()
        need(a.lines("invitation", "list")[0]["state"] == "ended", "not ended")
        b.run("network", "join", code, a.listen).refused((1, 5), "ended")
        a.run("invitation", "end", short).refused(5, "ended")
        a.run("invitation", "end", "aaaaaaaa").refused(1, "aaaaaaaa")
        join(c, a, NETWORK)
        states = sorted(each["state"] for each in a.lines("invitation", "list"))
        need(states == ["ended", "spent"], f"states: {states}")


def half_open_lines():
    """status: a line on which nothing comes any more is doubted before it is given up"""
    with World() as world:
        a, b = founded(world, "a"), world.node("b")
        join(b, a, NETWORK)

        def is_in_sync():
            return of_school(a, "b") and of_school(a, "b")[0]["state"] == "in sync"

        wait_until(is_in_sync, 30, "met")
        os.kill(b.process.pid, signal.SIGSTOP)
        begin = time.monotonic()
        try:
            wait_until(lambda: not is_met(a, "b"), 50, "doubt", 1)
            shown = of_school(a, "b")[0]
            need(time.time() * 1000 - shown["last_heard_ms"] > 20_000, f"heard of late: {shown}")
            print(f"doubted after {time.monotonic() - begin:.0f} s")
        finally:
            os.kill(b.process.pid, signal.SIGCONT)


def hangups():
    """SIGHUP ends a node in order, and one that was told to ignore it goes on"""
    with World() as world:
        node = founded(world, "a")
        node.process.send_signal(signal.SIGHUP)
        need(node.process.wait(20) == 0, "not in order")
        need("node.stopped" in node.trace(), "no last word")
        need(not (node.folder / "api.sock").exists(), "the socket was left behind")
        node.start(prefix=("nohup",))
        node.process.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        need(node.process.poll() is None, "nohup was not heard")


support.main(
    wrong_ports, linked_neighbours, schools_that_are_off, codes, half_open_lines, hangups
)
