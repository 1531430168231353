"""A link goes on by other terms, at real nodes: both sides sign them, the old ones count until
then, and nothing that came before is gone meanwhile.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from api import post
from crossing import FOREST, RIVERS, SECONDS, agree, arrives, finding, network, rows
from support import World, need, wait_until
from written import REFUSED, write

FINDINGS, BOTH = ["enquiry-finding"], ["practice-write-up", "enquiry-finding"]
WORDS = "Quokkas answered from the window."


def link(node, other):
    return node.json("link", "show", other)


def hears_terms(node, other):
    return wait_until(lambda: any(each["signed_there"] for each in
                                  link(node, other).get("renewals", [])), SECONDS,
                      f"{node.name} hears of other terms")


def nothing_unseen(node, id, follows):
    """What was shown before is signed by nobody now, and neither is what nobody was shown."""
    renewing = f"/api/v1/links/{id}/renew"
    stale = post(node, renewing, {"until": "2099-08-31", "follows": follows})
    need(stale.status == 409 and stale.json()["code"] == "link.terms-changed", f"{stale.body}")
    unseen = post(node, renewing, {"until": "2099-08-31"})
    need(unseen.status == 422 and "follows" in unseen.json()["detail"], f"{unseen.body}")
    need("renewals" not in link(node, RIVERS), "signed what nobody was shown")


def hides_what_is_left_out(forest, rivers, record, later):
    """What crossed of a kind that is agreed no more is shown no more, and that is said before."""
    fewer = ("link", "renew", FOREST, "--their-kinds", "practice-write-up")
    told = rivers[0].run(*fewer, "--dry-run").ok().out
    need("Hidden    here" in told, told)
    rivers[0].run(*fewer, "--yes").ok()
    hears_terms(forest[0], RIVERS)
    forest[0].run("link", "renew", RIVERS, "--yes").ok()
    wait_until(lambda: not rows(rivers[2], record), SECONDS, "what is agreed no more is hidden")
    need(len(rows(rivers[2], later)) == 1, "what is still agreed has gone")


def waits_for_an_answer(node):
    """Who makes terms that nobody answers is told when to stop, and so is who only looks."""
    for year in range(2100, 2116):
        node.run("link", "renew", RIVERS, "--until", f"{year}-07-31", "--yes").ok()
    for how in ("--yes", "--dry-run"):
        node.run("link", "renew", RIVERS, "--until", "2120-07-31", how).refused(
            REFUSED, "wait for the other network", "link show")


def renewed_by_both():
    """renewing: terms count once both have signed; what crossed stays, and more crosses then"""
    with World() as world:
        forest, rivers = network(world, FOREST, 2, gateways=2), network(world, RIVERS, 3)
        agree(forest, rivers, FOREST, RIVERS, "--kinds", "enquiry-finding")
        author = forest[1]
        record = author.json("publish", finding(world, "wall.md", "Questions on the wall", WORDS),
                             "--link", RIVERS)["id"]
        for node in rivers:
            arrives(node, record)
        tray = write(world.root, "tray.md", "A tray with three piles")
        author.run("publish", tray, "--link", RIVERS, "--dry-run").refused(REFUSED, "not practice")
        before = link(forest[0], RIVERS)

        wish = ("link", "renew", RIVERS, "--kinds", ",".join(BOTH), "--until", "2099-07-31")
        shown = forest[0].json(*wish, "--dry-run")
        need(shown["ours"]["kinds"] == BOTH and shown["now"]["ours"]["kinds"] == FINDINGS,
             f"{shown}")
        need(shown["theirs"] == before["theirs"], "what is left out goes on")
        need("renewals" not in link(forest[0], RIVERS), "a dry run has signed something")
        forest[0].run(*wish).refused(REFUSED, "--yes")  # nobody is there to be asked
        need("renewals" not in link(forest[0], RIVERS), "signed without a yes")
        rivers[0].run("link", "renew", FOREST, "--until", "2001-01-01", "--yes").refused(
            (1, 5), "still to come")
        forest[0].run(*wish, "--yes").ok()

        hears_terms(rivers[0], FOREST)
        for node, other in ((forest[1], RIVERS), (rivers[0], FOREST)):
            now = link(node, other)
            need(now["agreement"] == before["agreement"], "one side alone has changed something")
        need("link renew" in link(rivers[0], FOREST)["next"], link(rivers[0], FOREST)["next"])
        forest[1].run("link", "renew", RIVERS, "--dry-run").ok()
        offered = rivers[0].json("link", "renew", FOREST, "--dry-run")
        need(offered["signed_there"] and offered["theirs"]["kinds"] == BOTH, f"{offered}")
        told = rivers[0].run("link", "renew", FOREST, "--dry-run").ok().out
        need("Now" in told and "practice write-ups" in told, told)
        rivers[1].run("link", "renew", FOREST, "--yes").refused((1, 5), "coordinator")

        rivers[0].run("link", "renew", FOREST, "--yes").ok()
        all_nodes = [(each, RIVERS) for each in forest] + [(each, FOREST) for each in rivers]
        for node, other in all_nodes:
            wait_until(lambda node=node, other=other: link(node, other).get("renewed") == 1,
                       SECONDS, f"{node.name} knows the terms")
            need("renewals" not in link(node, other), f"{link(node, other)}")
            need(link(node, other)["state"] == "open", f"{link(node, other)}")
        for node in rivers:
            need(len(rows(node, record)) == 1, f"{node.name} lost what had crossed")
        later = author.json("publish", tray, "--link", RIVERS)["id"]
        for node in rivers:
            arrives(node, later)
            need(len(rows(node, record)) == 1, f"{node.name} lost what had crossed")
        nothing_unseen(forest[0], before["id"], shown["follows"])
        hides_what_is_left_out(forest, rivers, record, later)
        waits_for_an_answer(forest[0])


if __name__ == "__main__":
    support.main(renewed_by_both)
