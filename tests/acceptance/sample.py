"""Records of every kind and state in two schools, for the tests of the descriptions.

The texts are those of the demo. Python's standard library only.
"""

import support
from support import PROJECT, need, wait_until, write_record

TEXTS = PROJECT / "configs" / "demo" / "records"


class Sample:
    """Two schools in one network; `ids` are records by what they are for."""

    def __init__(self, a, b, network, folder):
        self.a, self.b, self.network, self.folder = a, b, network, folder
        self.ids = {}

    def publish(self, node, name, file, *more):
        path = file if hasattr(file, "read_text") else TEXTS / f"{file}.md"
        arguments = ("publish", path, "--network", self.network, *more)
        self.ids[name] = node.json(*arguments)["id"]
        return self.ids[name]

    def about(self, name, relation):
        return ("--about", self.ids[name], "--relation", relation)

    def arrive(self):
        support.in_sync([self.a, self.b], self.network)

    def of_six_kinds(self):
        """A write-up, a finding and a call of A; a review, an adoption and an answer of B."""
        self.publish(self.a, "write-up", "exit-slips-sorted-at-the-door")
        self.publish(self.a, "finding", "does-a-silent-start-help-the-slow-to-settle")
        self.publish(self.a, "call", "come-and-watch-the-piles")
        self.arrive()
        self.publish(self.b, "review", "review-of-exit-slips", *self.about("write-up", "reviews"))
        self.publish(self.b, "adoption", "exit-slips-with-pictures",
                     *self.about("write-up", "tried-in"))
        self.publish(self.b, "answer", "an-answer-about-the-third-pile",
                     *self.about("call", "answers"))
        self.arrive()

    def with_picture(self):
        """A record of A with one attached file."""
        (self.folder / "plan.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
        text = write_record(self.folder, "picture.md", "With a picture")
        text.write_text(text.read_text() + "\n![A plan](plan.png)\n")
        record = self.publish(self.a, "picture", text)
        self.arrive()
        return self.a.json("show", record)["attachments"][0]["hash"]

    def side_by_side(self):
        """A record of both schools, with two texts that neither of them has joined."""
        text = write_record(self.folder, "joint.md", "Ours together")
        joint = self.publish(self.a, "joint", text, "--joint-with", "b school")
        self.arrive()
        for node in (self.a, self.b):
            text.write_text(text.read_text() + f"\nAs {node.name} sees it.\n")
            node.run("revise", f"{joint}@1", text, "--network", self.network, "--joint-with",
                     "b school", "--beside", "--why", "More to say").ok()
        self.arrive()
        for node in (self.a, self.b):
            wait_until(lambda node=node: node.json("show", joint)["heads"] == 2, 30, "two texts")

    def taken_back(self):
        """A record of A that is hidden again, and one that another takes the place of."""
        text = write_record(self.folder, "mistake.md", "A mistake")
        self.publish(self.a, "retracted", text)
        self.a.run("retract", self.ids["retracted"], "--reason", "The counts were wrong").ok()
        self.publish(self.a, "old", write_record(self.folder, "old.md", "The old way"))
        self.publish(self.a, "new", write_record(self.folder, "new.md", "The new way"),
                     *self.about("old", "supersedes"))
        self.arrive()

    def everything(self):
        self.of_six_kinds()
        self.side_by_side()
        self.taken_back()
        picture = self.with_picture()
        kinds = {row["kind"] for row in self.b.lines("list")}
        need(len(kinds) == 6, f"not of every kind: {kinds}")
        return picture
