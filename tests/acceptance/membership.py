"""Who belongs to a network: each command of that, for its schema.

Python's standard library only.
"""

import support
from support import join, need, wait_until

NETWORK = "Lakes"
SECONDS = 60


def states(node):
    """Nothing at a school that is out."""
    listed = node.run("--json", "network", "members", NETWORK)
    return {each["name"]: each["state"] for each in listed.documents()} if listed.code == 0 else {}


def knows(node, school, state):
    return lambda: states(node).get(f"{school.name} school") == state


def disputed(calls, founder, member):
    """A code that two schools use at two schools that cannot hear each other."""
    code = founder.json("network", "invite", NETWORK)["code"]
    member.run("sync", "--wait").ok()
    founder.stop()
    first, second = calls.world.node("first"), calls.world.node("second")
    first.run("network", "join", code, member.listen).ok()
    first.stop()
    member.stop()
    founder.start()
    second.run("network", "join", code, founder.listen).ok()
    second.stop()
    member.start()
    # Of the first one the founder knows no name: only members say what they are called.
    wait_until(lambda: list(states(founder).values()).count("disputed") == 2, SECONDS,
               "two have used one code")
    return next(each["operations"][0] for each in founder.lines("network", "members", NETWORK)
                if each["name"] == "second school")


def every_membership_command(calls):
    """A network of its own, in which a school is given a role, stopped, let go on, taken out."""
    founder, member = (
        calls.world.node(name, port=support.free_port()) for name in ("founder", "member"))
    founder.run("network", "create", NETWORK, "--focus", "writing").ok()
    join(member, founder, NETWORK)
    calls.call(founder, "network members", NETWORK)
    for command, more in (("network role", ("observer",)), ("network role", ("member",)),
                          ("network suspend", ("--reason", "stolen")), ("network resume", ())):
        school = (NETWORK, "member school")
        calls.dry(founder, command, *school, *more)
        calls.call(founder, command, *school, *more)
    wait_until(knows(member, founder, "member"), SECONDS, "it takes part again")
    calls.dry(member, "network successor", NETWORK, "founder school")
    calls.call(member, "network successor", NETWORK, "founder school")
    need(calls.call(member, "network members", NETWORK), "the members with a successor")
    admit = disputed(calls, founder, member)
    calls.dry(founder, "network settle", NETWORK, admit)
    calls.call(founder, "network settle", NETWORK, admit)
    removal = (NETWORK, "second school", "--reason", "mistake")
    calls.dry(founder, "network remove", *removal)
    proposal = calls.call(founder, "network remove", *removal)
    need(proposal["is_proposal"], f"one school alone removes: {proposal}")
    wait_until(lambda: member.lines("network", "proposals", NETWORK), SECONDS, "it is told")
    listed = calls.call(member, "network proposals", NETWORK)["id"]
    calls.dry(member, "network confirm", NETWORK, listed)
    calls.call(member, "network confirm", NETWORK, listed)
    calls.dry(member, "network leave", NETWORK)
    calls.call(member, "network leave", NETWORK, "--yes")
    # No program of ours writes two histories; schools of the simulator do.
    need(founder.lines("network", "forks", NETWORK) == [], "two histories")
    calls.called.add("network forks")
