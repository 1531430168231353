"""Lays out what configs/demo.sh publishes: who the schools are, their documents, their records.

    prepare.py OUT [CORPUS]

With CORPUS (the folder with manifest.tsv and sample/): three forest schools of the sample with
their own network-reach rows of circulation.tsv, the documents of other schools that the sample's
adoptions and reviews are about, and these adoptions, reviews and calls. Without it: the 30 records
beside this file. Writes names.tsv (school, name), records.tsv (order, school, file, about,
relation; `about` is an order or a document), documents.tsv (document, school, title) and a folder
each for a, b, c with a manifest.tsv. Talks to no node. Python's standard library only.
"""

import csv
import datetime
import json
import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
OWN_NAMES = {
    "a": "Heathview Primary School", "b": "Chapelstead Primary School",
    "c": "Yewlands Primary School",
}
# A wrote the enquiry that C tried; B tried cards that A brought. A and C never meet.
SAMPLE_SCHOOLS = {"a": "f05", "b": "f02", "c": "f06"}
# Documents of schools outside, brought along by the school that read about them.
BROUGHT = {"a": ("d060", "d387"), "b": ("d505",), "c": ("d068",)}
# Those of schools outside are written down by a school that does not own what they are about.
ADOPTIONS = {
    "a01": "b", "a02": "c", "a03": "c", "a04": "b", "a05": "c", "a07": "a", "a08": "b", "a11": "c",
    "a12": "b",
}
REVIEWS = {"v01": "b", "v02": "c", "v04": "a", "v05": "c", "v06": "a", "v08": "b"}
CALLS = {"q01": "b", "q05": "a"}
CALL_DAYS = 90
TITLE_CHARACTERS = 120


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    if not rows:
        raise SystemExit(f"{path} has no rows")
    return rows


def write(path, columns, rows):
    lines = ["\t".join(columns)] + ["\t".join(row[column] for column in columns) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def by_id(rows):
    return {row["id"]: row for row in rows}


def front_matter(facts):
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}"
             for name, value in facts.items() if value not in ("", [], None)]
    return "---\n" + "\n".join(lines) + "\n---\n"


def record(facts, sections):
    common = {
        "language": "en-GB", "licence": "CC0-1.0",
        "attribution": "Fictional; from the sample tables of the corpus",
        "pupil-detail-check": "Made up; nobody can be recognised",
    }
    parts = [f"## {name}\n\n{text}.\n" if name else text + "\n"
             for name, text in sections if text]
    return front_matter({**facts, **common}) + "\n".join(parts)


class Sample:
    """The sample's tables, joined."""

    def __init__(self, corpus):
        self.corpus = corpus
        sample = corpus / "sample"
        self.schools = by_id(read(sample / "schools.tsv"))
        self.people = by_id(read(sample / "people.tsv"))
        self.circulation = by_id(read(sample / "circulation.tsv"))
        self.adoptions = by_id(read(sample / "adoptions.tsv"))
        self.reviews = by_id(read(sample / "reviews.tsv"))
        self.calls = by_id(read(sample / "calls_for_help.tsv"))
        self.manifest = {row["path"]: row for row in read(corpus / "manifest.tsv")}

    def document(self, identity):
        return self.manifest[self.circulation[identity]["document"]]

    def title_of(self, identity):
        """A short title of a document, or of what an adoption says that it tried."""
        while identity in self.adoptions:
            identity = self.adoptions[identity]["of"]
        return self.document(identity)["title"].split(" (")[0][:TITLE_CHARACTERS]

    def focus_of(self, identity):
        while identity in self.adoptions:
            identity = self.adoptions[identity]["of"]
        return self.circulation[identity]["focus"]

    def author_of_school(self, school):
        """Who speaks for a school in the sample: the broker."""
        return next(row["fictional_name"] for row in self.people.values()
                    if row["school"] == school and row["school_role"] == "broker")

    def documents_of(self, letter):
        own = SAMPLE_SCHOOLS[letter]
        rows = [row["id"] for row in self.circulation.values()
                if row["school"] == own and row["reach"] == "network"]
        wanted = {row["of"] for row in (*self.adoptions.values(), *self.reviews.values())}
        rows += [row["id"] for row in self.circulation.values()
                 if row["school"] == own and row["reach"] == "linked" and row["id"] in wanted
                 and row["id"] not in BROUGHT[letter]]
        return rows + list(BROUGHT[letter])

    def adoption(self, identity, letter):
        row = self.adoptions[identity]
        school = self.schools[row["school"]]
        is_own = SAMPLE_SCHOOLS[letter] == row["school"]
        facts = {
            "kind": "adoption",
            "title": f"{school['name']} tried: {self.title_of(row['of'])}",
            "authors": [named(self.author_of_school(row["school"]), school, is_own)],
            "focus": [self.focus_of(row["of"])],
            "stage": "stopped" if row["outcome"] == "stopped-early" else "finished",
            "mode": "from" if is_own else "on-behalf-of",
            "outcome": row["outcome"], "from": row["from"], "until": row["to"],
            "depth": row["depth"], "context-place": school["place"],
            "context-size-band": f"{school['pupils_on_roll']} pupils on roll",
            "pupils-reached": number(row["pupils_reached"]),
            "adults-reached": number(row["adults_reached"]),
        }
        return record(facts, [("Kept", row["what_we_kept"]), ("Changed", row["what_we_changed"]),
                              ("What happened", row["what_happened"])])

    def review(self, identity, letter):
        row = self.reviews[identity]
        school = self.schools.get(row["reviewer_school"])
        is_own = SAMPLE_SCHOOLS[letter] == row["reviewer_school"]
        facts = {
            "kind": "peer-review-note", "title": f"Review: {self.title_of(row['of'])}",
            "authors": [named(self.people[row["reviewer"]]["fictional_name"], school, is_own)],
            "focus": [self.focus_of(row["of"])],
            "relation": row["role"], "protocol": row["protocol"],
            "clear-enough-to-try": row["clarity"], "evidence-seen": row["evidence_strength"],
            "evidence-reason": "The sample gives the number without a reason",
            "would-it-travel": row["transferable"],
            "questions": [row["question"]] if row["question"] else [],
        }
        return record(facts, [("What went well", row["what_went_well"]),
                              ("Even better if", row["even_better_if"])])

    def call(self, identity, letter):
        row = self.calls[identity]
        school = self.schools[row["school"]]
        is_own = SAMPLE_SCHOOLS[letter] == row["school"]
        until = datetime.date.today() + datetime.timedelta(days=CALL_DAYS)
        facts = {
            "kind": "call", "title": row["text"][:TITLE_CHARACTERS], "type": row["kind"],
            "authors": [named(self.people[row["author"]]["fictional_name"], school, is_own)],
            "until": until.isoformat(),
        }
        return record(facts, [("", row["text"])])


def named(person, school, is_own):
    return person if is_own or school is None else f"{person} @ {school['name']}"


def number(text):
    return int(text) if text else None


def lay_out_documents(sample, out):
    rows = []
    for letter in SAMPLE_SCHOOLS:
        folder = out / letter
        identities = sample.documents_of(letter)
        for identity in identities:
            document = sample.document(identity)
            files = [document["path"], *filter(None, document["attachments"].split(";"))]
            for name in files:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(sample.corpus / name, folder / name)
            rows.append({"document": identity, "school": letter, "title": document["title"]})
        documents = [sample.document(identity) for identity in identities]
        write(folder / "manifest.tsv", list(documents[0]), documents)
    write(out / "documents.tsv", ["document", "school", "title"], rows)


def lay_out_sample(sample, out):
    write(out / "names.tsv", ["school", "name"],
          [{"school": letter, "name": sample.schools[school]["name"]}
           for letter, school in SAMPLE_SCHOOLS.items()])
    lay_out_documents(sample, out)
    rows = []
    for table, text_of, rows_of, relation in (
        (ADOPTIONS, sample.adoption, sample.adoptions, "tried-in"),
        (REVIEWS, sample.review, sample.reviews, "reviews"),
        (CALLS, sample.call, None, ""),
    ):
        for identity, letter in table.items():
            path = out / f"{identity}.md"
            path.write_text(text_of(identity, letter), encoding="utf-8")
            about = rows_of[identity]["of"] if rows_of else ""
            rows.append({"order": identity, "school": letter, "file": str(path), "about": about,
                         "relation": relation})
    write(out / "records.tsv", ["order", "school", "file", "about", "relation"], rows)


def lay_out_own(out):
    write(out / "names.tsv", ["school", "name"],
          [{"school": letter, "name": name} for letter, name in OWN_NAMES.items()])
    rows = read(HERE / "records.tsv")
    for row in rows:
        row["file"] = str(HERE / row["file"])
    write(out / "records.tsv", list(rows[0]), rows)
    write(out / "documents.tsv", ["document", "school", "title"], [])


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    if len(sys.argv) > 2:
        lay_out_sample(Sample(pathlib.Path(sys.argv[2])), out)
    else:
        lay_out_own(out)


main()
