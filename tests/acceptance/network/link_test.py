"""Two networks of two real nodes each agree by a code: read it first, refuse what is not meant,
publish to the link, end it. What crosses in between is not asked here."""

import pathlib
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, free_port, in_sync, join, need, wait_until, write_record

FOREST, RIVERS = "Forest", "Rivers City"
SECONDS = 60


class Two:
    """a coordinates Forest, b is in it; c coordinates Rivers City, d is in it."""

    def __init__(self, world):
        self.world = world
        self.a, self.b, self.c, self.d = (
            world.node(name, port=free_port()) for name in ("a", "b", "c", "d"))
        charter = world.root / "charter.md"
        charter.write_text("What we share, we share kindly.\n", encoding="utf-8")
        self.a.run("network", "create", FOREST, "--focus", "writing", "--charter", charter).ok()
        self.c.run("network", "create", RIVERS, "--focus", "reading", "--charter", charter).ok()
        join(self.b, self.a, FOREST)
        join(self.d, self.c, RIVERS)
        in_sync((self.a, self.b), FOREST)
        in_sync((self.c, self.d), RIVERS)

    def invite(self, *options):
        return self.a.json("link", "invite", FOREST, *options)

    def accept(self, code, *options, node=None, network=RIVERS):
        return (node or self.c).run("--json", "link", "accept", code, self.a.listen,
                                    "--network", network, *options)

    def agree(self, *options):
        agreed = self.accept(self.invite(*options)["code"], "--yes").ok().document()
        for node in (self.a, self.b, self.c, self.d):
            wait_until(lambda node=node: links(node), SECONDS, f"{node.name} knows the link")
        return agreed


def links(node):
    return [each for each in node.lines("link", "list") if "other" in each]


def codes(node):
    return [each for each in node.lines("link", "list") if "made_by" in each]


def the_link(node):
    return links(node)[0]


def agreeing():
    """link: both sides read the same, the words are the same, every node of both knows it"""
    with World() as world:
        two = Two(world)
        dry = two.invite("--dry-run", "--kinds", "enquiry-finding,adoption")
        need(dry["dry_run"] and dry["ours"]["kinds"] == ["enquiry-finding", "adoption"], f"{dry}")
        need(dry["theirs"]["kinds"] == ["practice-write-up", "enquiry-finding", "peer-review-note",
                                        "adoption"], f"what a coordinator gets: {dry}")
        need("code" not in dry and not codes(two.a), "a dry run made a code")
        offer = two.invite("--kinds", "enquiry-finding", "--their-pass-on", "yes",
                           "--until", "2099-07-31")
        said = two.a.run("link", "invite", FOREST).ok()
        for words in ("Forest gives", "findings", "The other network gives", "Last day"):
            need(words in said.out, f"not said back: {words}: {said.out}")
        shown = two.accept(offer["code"], "--dry-run").ok().document()
        need(shown["ours"]["pass_on"] and not shown["theirs"]["pass_on"], f"passing on: {shown}")
        need(shown["theirs"] == offer["ours"] and shown["ours"] == offer["theirs"], f"{shown}")
        need(shown["until_ms"] == offer["until_ms"], f"{shown}")
        need(shown["other"]["name"] == FOREST and "kindly" in shown["charter"], f"{shown}")
        need(shown["preview"]["count"] == 0, f"nothing is there yet: {shown['preview']}")
        need(not links(two.a) and not links(two.c), "a dry run agreed")
        heard = next(each for each in codes(two.a) if each["id"] == offer["id"])
        need(heard["state"] == "open" and heard["words"] == shown["words"], f"words: {heard}")
        text = two.c.run("link", "accept", offer["code"], two.a.listen, "--network", RIVERS,
                         "--dry-run").ok().out
        for words in ("Forest gives", "findings; Rivers City may not pass them on",
                      "Forest may pass them on", "Charter of Forest", "Words"):
            need(words in text, f"not shown: {words}: {text}")
        two.accept(offer["code"]).refused(5, "nothing has been signed", "--dry-run")
        agreed = two.accept(offer["code"], "--yes").ok().document()
        for node in (two.a, two.b, two.c, two.d):
            link = wait_until(lambda node=node: links(node), SECONDS, f"{node.name} knows")[0]
            need(link["id"] == agreed["id"] and link["state"] == "open", f"{node.name}: {link}")
            is_ours = node in (two.a, two.b)
            need(link["other"]["name"] == (RIVERS if is_ours else FOREST), f"{link}")
            need(link["ours"] == (offer["ours"] if is_ours else offer["theirs"]), f"{link}")
        spent = next(each for each in codes(two.a) if each["id"] == offer["id"])
        need(spent["state"] == "spent" and spent["words"] == agreed["words"], f"{spent}")
        whole = two.b.json("link", "show", RIVERS)
        need(whole["cards"]["ours"]["signed_by"][0]["name"] == "a school", f"{whole}")
        need(len(whole["cards"]["theirs"]["signed_by"]) == 1, f"{whole}")
        need("roster" not in whole and "d school" not in str(whole), "a plain member of the other")
        again = two.accept(offer["code"], "--yes").ok().document()
        need(again["id"] == agreed["id"], "whose answer was lost hears another one")
        two.a.run("link", "show", RIVERS).ok()
        two.a.run("link", "list").ok()


def refusals():
    """link: a wrong code, its own network, a plain member, two acceptances, nobody there"""
    with World() as world:
        two = Two(world)
        code = two.invite()["code"]
        two.b.run("link", "invite", FOREST).refused(5, "coordinator", "a school")
        two.accept(code, "--yes", node=two.d).refused(5, "coordinator", "c school")
        wrong = two.a.json("network", "invite", FOREST)["code"]
        two.accept(wrong, "--dry-run").refused(5, "makes no link", "coordinator")
        world.node("f", port=free_port()).run("network", "join", code, two.a.listen).refused(
            5, "admits no school", "link accept")
        unknown = two.invite()
        two.c.run("link", "accept", unknown["code"], two.d.listen, "--network", RIVERS,
                  "--dry-run").refused((5, 6), "no such code", "check address and code")
        two.accept(code[:-1] + ("0" if code[-1] != "0" else "1"), "--dry-run").refused(
            1, "symbols")
        two.a.run("network", "role", FOREST, "b school", "coordinator").ok()
        wait_until(lambda: two.b.run("network", "invite", FOREST, "--dry-run").code == 0, SECONDS,
                   "b coordinates")
        two.accept(two.invite()["code"], "--yes", node=two.b, network=FOREST).refused(
            5, "same network", "another network")
        nobody = f"127.0.0.1:{free_port()}"
        two.c.run("link", "accept", code, nobody, "--network", RIVERS, "--dry-run").refused(
            6, "nobody answered", "check the address")
        two.c.run("link", "accept", code, two.a.listen, "--network", "Nowhere").refused(
            1, "Nowhere")
        two.a.run("link", "invite", FOREST, "--until", "2001-01-01").refused(1, "still to come")
        two.a.run("link", "invite", FOREST, "--until", "2099-01-01", "--review",
                  "2099-02-01").refused(1, "review")
        two.a.run("link", "show", "Nowhere").refused(1, "no link", "link list")
        second = world.node("e", port=free_port())
        second.run("network", "create", "Northside", "--focus", "writing").ok()
        outcomes = []

        def accept(node, network):
            outcomes.append(two.accept(code, "--yes", node=node, network=network))

        threads = [threading.Thread(target=accept, args=each)
                   for each in ((two.c, RIVERS), (second, "Northside"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        won = [each for each in outcomes if each.code == 0]
        need(len(won) == 1, f"one code made {len(won)} links: {[each.err for each in outcomes]}")
        lost = next(each for each in outcomes if each.code != 0)
        lost.refused(5, "accepted already", "link invite")
        need(len(links(two.a)) == 1, f"{links(two.a)}")
        third = two.invite()
        end = two.a.json("link", "end-code", third["id"][:8], "--dry-run")
        need(end["dry_run"] and end["state"] == "open", f"{end}")
        two.a.run("link", "end-code", third["id"][:8]).ok()
        two.a.run("link", "end-code", third["id"][:8]).refused(5, "ended already")
        two.accept(third["code"], "--dry-run").refused(5, "ended", "link invite")
        state = {each["id"]: each["state"] for each in codes(two.a)}
        need(state[third["id"]] == "ended", f"{state}")


def killed_between():
    """link: either side killed around the acceptance: both or neither know it, and it goes on"""
    with World() as world:
        two = Two(world)
        for victim in (two.a, two.c):
            code = two.invite()["code"]
            before = {each["id"] for each in links(two.a)}
            timer = threading.Timer(0.15, victim.kill)
            timer.start()
            two.accept(code, "--yes")
            timer.join()
            victim.start()
            two.accept(code, "--yes").ok()
            new = wait_until(lambda: {each["id"] for each in links(two.a)} - before, SECONDS,
                             "the inviter knows it")
            need(len(new) == 1, f"one code made {new}")
            need(new <= {each["id"] for each in links(two.c)}, "the two do not know the same")




def publishing():
    """link: publish --reach linked: who reads it is said, a kind that stays is refused before"""
    with World() as world:
        two = Two(world)
        tip = write_record(world.root, "tip.md", "A card at the end", words=40)
        refused = two.a.run("publish", tip, "--network", FOREST, "--reach", "linked")
        refused.refused(5, "name or id of a link", "link list")
        two.a.run("publish", tip, "--link", RIVERS).refused((1, 5), "no link", "link list")
        link = two.agree("--kinds", "practice-write-up", "--their-kinds", "enquiry-finding")
        two.c.run("publish", tip, "--link", FOREST).refused(
            5, "lets findings cross, not practice write-ups", "--reach network")
        need(not two.c.lines("list"), "what was refused was written")
        two.a.run("publish", tip, "--link", RIVERS, "--pass-on", "1").refused(
            5, "pass records on", "--pass-on")
        two.a.run("publish", tip, "--link", RIVERS, "--reach", "school").refused(
            5, "reach linked, not school")
        dry = two.a.run("publish", tip, "--link", RIVERS, "--dry-run").ok()
        need("the schools of Rivers City, not passed on" in dry.out, f"not foretold: {dry.out}")
        done = two.a.run("publish", tip, "--link", RIVERS).ok()
        need("1 school of Forest, and the schools of Rivers City, not passed on" in done.err,
             f"who reads it: {done.err}")
        record = two.a.json("show", done.out.strip())
        need(record["reach"] == "linked" and record["links"][0]["name"] == RIVERS, f"{record}")
        in_sync((two.a, two.b), FOREST)
        far = two.b.json("show", done.out.strip())
        need(far["links"] == record["links"], "a member of the network is not told")
        preview = two.b.json("link", "preview", RIVERS)
        need((preview["count"], preview["named"]) == (1, 1), f"{preview}")
        newer = write_record(world.root, "tip.md", "A card at the end", words=50)
        revised = two.a.json("revise", done.out.strip(), newer, "--network", FOREST)
        need(revised["reach"] == "linked" and revised["links"], f"narrowed: {revised}")
        two.a.run("revise", done.out.strip(), newer, "--reach", "network").refused(
            5, "cannot be narrowed")
        plain = write_record(world.root, "plain.md", "Two voices", words=30)
        at_home = two.a.json("publish", plain, "--network", FOREST)
        wider = two.a.json("revise", at_home["id"], plain, "--link", RIVERS)
        need(wider["reach"] == "linked" and wider["outcome"] == "revised", f"not widened: {wider}")
        two.a.run("retract", done.out.strip(), "--reason", "the counts were wrong").ok()
        taken = two.a.json("show", done.out.strip())
        need(taken["state"] == "retracted" and taken["links"] == record["links"], f"{taken}")
        with_reach = world.root / "stated.md"
        text = plain.read_text(encoding="utf-8").replace("Two voices", "Three voices")
        with_reach.write_text(
            text.replace("---\n", f'---\nreach: linked\nlinks: ["{RIVERS}"]\n', 1),
            encoding="utf-8")
        stated = two.a.json("publish", with_reach, "--network", FOREST)
        need(stated["reach"] == "linked" and stated["links"], f"what the file says: {stated}")
        pupil = write_record(world.root, "pupil.md", "A note", words=10)
        with open(pupil, "a", encoding="utf-8") as file:
            file.write("\nJayden M. in 4B asked for a third partner.\n")
        two.a.run("publish", pupil, "--link", RIVERS).refused(5, "who a pupil is")
        return link


def ending():
    """link: an end is known in the own network, in any order; nothing is published to it"""
    with World() as world:
        two = Two(world)
        link = two.agree()
        tip = write_record(world.root, "tip.md", "A card at the end", words=40)
        two.a.run("publish", tip, "--link", RIVERS).ok()
        dry = two.a.run("link", "end", RIVERS, "--reason", "own-wish", "--dry-run").ok()
        need("stays at both" in dry.out and "1 record" in dry.out, f"foretold: {dry.out}")
        need(the_link(two.a)["state"] == "open", "a dry run ended it")
        two.b.run("link", "end", RIVERS, "--reason", "own-wish").refused(5, "coordinator")
        two.a.run("link", "end", RIVERS, "--reason", "nonsense").ok(2)
        two.b.stop()
        done = two.a.json("link", "end", RIVERS, "--reason", "own-wish")
        need(done["state"] == "ended" and done["id"] == link["id"], f"{done}")
        two.a.kill()
        two.a.start()
        two.b.start()
        for node in (two.a, two.b):
            wait_until(lambda node=node: the_link(node)["state"] == "ended", SECONDS,
                       f"{node.name} knows the end")
            ended = the_link(node)["ended"]
            need(ended["reason"] == "own-wish" and ended["at_ms"] > 0, f"{ended}")
            need(ended["by"] == node.network(FOREST)["id"], f"{ended}")
        two.a.run("link", "end", RIVERS, "--reason", "own-wish").refused(5, "ended already")
        other = write_record(world.root, "other.md", "Another card", words=40)
        two.a.run("publish", other, "--link", RIVERS).refused(5, "has ended", "link list")
        shown = two.a.run("link", "show", RIVERS).ok().out
        need("Ended     by Forest on" in shown and "own-wish" in shown, shown)
        again = two.agree()
        need(again["id"] != link["id"], "an ended link came back")
        need(two.a.json("link", "show", RIVERS)["id"] == again["id"], "the name leads to the old")


if __name__ == "__main__":
    support.main(agreeing, refusals, killed_between, publishing, ending)
