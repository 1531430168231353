"""Names the imported documents of one school by what the sample calls them; for configs/demo.sh.

    staffroom --json list | match.py DOCUMENTS SCHOOL

DOCUMENTS is the table that prepare.py wrote. Prints a document and its id on each line; ends with 1
when one is not in the list. Python's standard library only.
"""

import csv
import json
import sys


def main():
    with open(sys.argv[1], encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        wanted = [row for row in rows if row["school"] == sys.argv[2]]
    held = {}
    for line in sys.stdin:
        record = json.loads(line)
        held[record["title"]] = record["id"]
    missing = [row["document"] for row in wanted if row["title"] not in held]
    if missing:
        raise SystemExit(f"not in the list: {missing}")
    for row in wanted:
        print(row["document"], held[row["title"]], sep="\t")


main()
