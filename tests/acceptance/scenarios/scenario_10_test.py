"""Scenario 10 of the domain paper.

Given a call for help, when a school in the network answers with a record, then the asking
teacher is told and the call closes.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, need
from written import REFUSED, meet, pair, publish, with_id, write

TITLE = "Short vowel sounds in a mixed class"
QUESTION = "Has any school made short vowel sounds stick with three year groups in one room?"


def answered_by_a_record():
    """scenario 10: the asking school is told and the call is answered, while the answer stands"""
    with World() as world:
        a, b, _ = pair(world)
        call = publish(a, write(world.root, "call.md", TITLE, kind="call", text=QUESTION + "\n"))
        other = publish(a, write(world.root, "other.md", "Who has room for a visit?", kind="call",
                                 text="Two of us, one morning.\n"))
        meet((a, b))
        for node in (a, b):
            need(node.json("show", call)["call_state"] == "open", f"{node.name}: not open")
        need(call in {row["id"] for row in b.lines("list", "--kind", "call")}, "not listed")

        answer = publish(b, write(world.root, "answer.md", "Vowels with hand signs"),
                         "--about", call, "--relation", "answers")
        meet((a, b))

        news = with_id(a.json("inbox")["news"], answer)
        need(news["relation"] == "answers" and news["about"]["id"] == call, f"{news}")
        need("answers" in a.run("inbox").ok().out, "not in the printed inbox")
        for node in (a, b):
            need(node.json("show", call)["call_state"] == "answered", f"{node.name}: still open")
            need("answered" in node.run("show", call).ok().out, f"{node.name}: not said")
            incoming = with_id(node.json("show", call)["incoming"], answer)
            need(incoming["title"] == "Vowels with hand signs", f"{incoming}")
            need(node.json("show", other)["call_state"] == "open", "another call has closed")
            need("call_state" not in node.json("show", answer), "the answer is a call")

        b.run("retract", answer, "--reason", "it was about something else").ok()
        meet((a, b))
        for node in (a, b):
            need(node.json("show", call)["call_state"] == "open", f"{node.name}: closed by nothing")


def answered_by_words():
    """scenario 10: a note on the call closes it as well; a comment on it or a draft does not"""
    with World() as world:
        a, b, _ = pair(world)
        path = write(world.root, "call.md", TITLE, kind="call",
                     text=QUESTION + "\n")
        call = publish(a, path)
        meet((a, b))
        publish(b, write(world.root, "comment.md", "We ask the same", kind="comment",
                         text="We look for the same.\n"), "--about", call)
        answer = write(world.root, "answer.md", "Vowels with hand signs")
        b.run("publish", answer, "--reach", "draft", "--about", call, "--relation", "answers").ok()
        meet((a, b))
        need(a.json("show", call)["call_state"] == "open", "a comment has closed it")

        write(world.root, "call.md", TITLE, kind="call",
              text=QUESTION + "\n", answered_by="Oakdene, by telephone")
        a.run("revise", call, path).ok()
        meet((a, b))
        for node in (a, b):
            need(node.json("show", call)["call_state"] == "answered", f"{node.name}: still open")
        write_up = publish(b, write(world.root, "w.md", "Vowels, written up"))
        b.run("publish", answer, "--reach", "school", "--about", write_up, "--relation",
              "answers").refused(REFUSED, "neither a call nor a comment")


support.main(answered_by_a_record, answered_by_words)
