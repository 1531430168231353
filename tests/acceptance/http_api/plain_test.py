"""The plain pages at a real node: what a browser without scripts is given, and by whom."""

import html.parser
import json
import pathlib
import sys
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from api import get
from people import PASSWORD, Browser, join
from sample import Sample
from support import Skipped, World, need

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
FORM = "application/x-www-form-urlencoded"
# All that the templates and Markdown may make.
TAGS = set("""html head meta title link body p a header form input button bdi main footer div h1 h2
h3 h4 h5 label select option ul ol li mark span article section dl dt dd strong em code pre
blockquote img hr br""".split())
ATTRIBUTES = set("""lang dir charset name content rel href class role action type aria-label
placeholder method value id for autocomplete required selected src alt start download""".split())


class Page(html.parser.HTMLParser):
    """What stands in a page: its tags, its words, where it leads, what it would load."""

    def __init__(self, answer):
        super().__init__()
        self.tags, self.links, self.loads, self.fields, self.words = [], [], [], {}, ""
        self.feed(answer.body.decode())

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        need(tag in TAGS, f"<{tag}> in a page")
        for name, value in attrs:
            need(name in ATTRIBUTES, f"<{tag} {name}={value!r}>")
        given = dict(attrs)
        if tag == "a":
            self.links.append(given.get("href", ""))
        if tag in ("img", "link"):
            self.loads.append(given.get("src") or given.get("href"))
        if tag == "input" and given.get("type") == "hidden":
            self.fields[given["name"]] = given["value"]

    def handle_data(self, data):
        self.words += data


def visit(browser, target, status=200, **headers):
    answer = browser.get(target, Accept=BROWSER, **headers)
    need(answer.status == status, f"{target}: {answer.status} {answer.body[:300]!r}")
    need(answer.type == "text/html", f"{target}: {answer.type}")
    policy = answer.headers["Content-Security-Policy"]
    need("default-src 'none'" in policy and "script-src" not in policy, policy)
    need("no-store" in answer.headers["Cache-Control"], f"{target} may be kept")
    return Page(answer)


def send(browser, target, fields, **headers):
    """A form as a browser without scripts sends it: no header of ours goes with it."""
    given = {"Content_Type": FORM, "Accept": BROWSER, "Staffroom_CSRF": None,
             "Origin": f"http://{browser.node.web}"} | headers
    return browser.ask("POST", target, urllib.parse.urlencode(fields).encode(), **given)


def sign_in(browser, name, password=PASSWORD, to="/plain", **headers):
    fields = visit(browser, "/plain/sign-in").fields
    fields |= {"name": name, "password": password, "to": to}
    return send(browser, "/plain/sign-in", fields, **headers)


def signed_in(node, name, role):
    join(node, name, role)
    browser = Browser(node)
    answer = sign_in(browser, name)
    need(answer.status == 303 and answer.headers["Location"] == "/plain", f"{answer.status}")
    return browser


def signing_in():
    """plain: a form signs in and out, guarded as the page is, and slowed as the page is"""
    with World() as world:
        node = world.node("a")
        ann = signed_in(node, "Ann Bell", "teacher")
        page = visit(ann, "/plain")
        need("Ann Bell" in page.words and len(page.fields["csrf"]) == 64, f"{page.fields}")
        for fields in ({}, {"csrf": ""}, {"csrf": "0" * 64}):
            need(send(ann, "/plain/sign-out", fields).status == 403, f"signed out by {fields}")
        elsewhere = send(ann, "/plain/sign-out", page.fields, Origin="https://evil.example")
        need(elsewhere.status == 403, "signed out by another page")
        need(send(ann, "/plain/sign-out", page.fields).status == 303, "cannot sign out")
        need("staffroom" not in ann.cookies, "the cookie stays")
        need(visit(ann, "/plain/search", 401).fields["to"] == "/plain/search", "no way back")

        stranger = Browser(node)
        own = visit(stranger, "/plain/sign-in").fields
        known = own | {"name": "Ann Bell", "password": PASSWORD}
        for fields, headers in (
            (known | {"form": ""}, {}), (known | {"form": "0" * 64}, {}),
            (known, {"Cookie": None}), (known, {"Origin": "https://evil.example"}),
            (known, {"Origin": "null"}),
        ):
            answer = send(stranger, "/plain/sign-in", fields, **headers)
            need(answer.status == 403, f"{fields} {headers}: {answer.status}")
        need(send(stranger, "/plain/sign-in", known, Content_Type="text/plain").status == 415,
             "what is no form signs in")
        for away in ("https://evil.example", "//evil.example", "/plain/../x\\y", "/api/v1/session",
                     "/plain/sign-out", "/plain/\r\nSet-Cookie: x"):
            answer = sign_in(Browser(node), "Ann Bell", to=away)
            need(answer.headers["Location"] == "/plain", f"{away}: {answer.headers['Location']}")
        statuses = [sign_in(Browser(node), "Ann Bell", f"guess {i}").status for i in range(20)]
        need(set(statuses) == {401, 429}, f"{statuses}")
        slowed = sign_in(Browser(node), "Ann Bell")
        need(slowed.status == 429 and int(slowed.headers["Retry-After"]) > 0, f"{slowed.status}")


def reading():
    """plain: who may read finds, and reads a record with everything around it"""
    with World() as world:
        a, b = world.node("a"), world.node("b")
        a.run("network", "create", "Rivers", "--focus", "writing").ok()
        support.join(b, a, "Rivers")
        sample = Sample(a, b, "Rivers", world.root)
        picture = sample.everything()
        ids = sample.ids
        ann = signed_in(a, "Ann Bell", "teacher")
        home = visit(ann, "/plain")
        need("With a picture" in home.words, home.words)
        need(any(link.startswith("/plain/search?after=") for link in home.links) or
             len(home.links) < 40, f"{home.links}")
        found = visit(ann, "/plain/search?q=slips&kind=adoption")
        need("mark" in found.tags and "pictures" in found.words.lower(), found.words)
        need(visit(ann, "/plain/search?q=nothinghasthis").words.count("nothinghasthis"), "no hint")
        visit(ann, "/plain/search?q=slips&kind=nokind", 422)

        shown = visit(ann, f"/plain/records/{ids['write-up']}")
        for words in ("Tried elsewhere", "What others say", "Lineage", "Revision 1", "b school"):
            need(words in shown.words, f"no {words!r} in {shown.words}")
        pinned = [link for link in shown.links if link.endswith("@1")]
        need(pinned and visit(ann, pinned[0]).words.count("Revision 1"), f"{shown.links}")
        shown = visit(ann, f"/plain/records/{ids['picture']}")
        own = f"/api/v1/records/{ids['picture']}/files/{picture}"
        need(own in shown.loads and own in shown.links, f"{shown.loads} {shown.links}")
        need(ann.get(own).status == 200, "the picture does not come")
        shown = visit(ann, f"/plain/records/{ids['retracted']}")
        need("The counts were wrong" in shown.words, shown.words)
        visit(ann, "/plain/records/nobodyofthisname", 404)
        for code, way, words in (("cy", "ltr", "Llyfrgell"), ("ar", "rtl", "المكتبة")):
            answer = ann.get("/plain/search", Accept=BROWSER, Accept_Language=f"{code}, en;q=0.5")
            need(f'lang="{code}" dir="{way}"'.encode() in answer.body, f"not in {code}")
            need(words in answer.body.decode(), f"not in {code}: {answer.body.decode()[:900]}")


def others():
    """plain: a draft, its title and what a technician must not see stand on nobody else's page"""
    with World() as world:
        node = world.node("a")
        ann = join(node, "Ann Bell", "teacher")
        draft = ann.post("/api/v1/records", {
            "file": "# Albatross\n\nAll about the albatross.\n", "reach": "draft"}).json()["id"]
        need("Albatross" in visit(ann, "/plain").words, "not one's own draft")
        for who, status in (
            (signed_in(node, "Lee Marsh", "teacher"), (200, 200, 404)),
            (signed_in(node, "Lea Dee", "lead"), (200, 200, 404)),
            (signed_in(node, "Tom Tech", "technician"), (200, 403, 403)),
            (Browser(node), (200, 401, 401)),
        ):
            for target, wanted in zip(
                    ("/plain", "/plain/search?q=albatross", f"/plain/records/{draft}"), status):
                words = visit(who, target, wanted).words.replace("“albatross”", "")
                need("lbatross" not in words, f"{target}: {words}")
        # A program is told in its own language.
        need(Browser(node).get(f"/plain/records/{draft}").code() == "request.token", "a page")


def vectors(name):
    path = support.SHARED / "vectors" / name
    if not path.is_file():
        raise Skipped(f"{path} is not there")
    for each in json.loads(path.read_text()):
        yield each if isinstance(each, str) else each.get("s") or each.get("payload") or ""


def is_harmless(page, node):
    for link in page.links:
        need(link.startswith(("/", "#", "http://", "https://", "mailto:")), f"leads to {link!r}")
        need(not link.startswith("//"), f"leads to {link!r}")
    for load in page.loads:
        need(load == "/plain/style.css" or load.startswith("/api/v1/records/"), f"loads {load!r}")
    need(page.tags.count("main") == 1 and page.tags.count("form") <= 4, f"{page.tags}")


def hostile():
    """plain: no payload in a title, a name, a text or a file's name becomes a part of a page"""
    payloads = [each for name in ("xss-payloads.json", "xss-dompurify.json", "xss-fuzzdb.json",
                                  "naughty-strings.json")
                for each in vectors(name) if each.strip()]
    need(len(payloads) > 500, f"{len(payloads)} payloads")
    with World() as world:
        node = world.node("a")
        ann = signed_in(node, "Ann Bell", "teacher")
        ann.csrf = ann.get("/api/v1/session").json()["csrf"]
        kept = 0
        for begin in range(0, len(payloads), 25):
            chunk = payloads[begin:begin + 25]
            text = "\n\n".join(chunk + [f"![{each}]({each}) [{each}]({each})" for each in chunk])
            for field in ({"authors": [chunk[0]]}, {}):
                answer = ann.post("/api/v1/records", {
                    "file": text, "reach": "draft", "path": "x.md",
                    "set": {"title": chunk[1 % len(chunk)][:190] + " and some more"}} | field)
                if answer.status in (200, 201):
                    kept += 1
                    is_harmless(visit(ann, f"/plain/records/{answer.json()['id']}"), node)
                    break
        need(kept > len(payloads) / 25 / 2, f"only {kept} records")
        for each in payloads[::7]:
            asked = urllib.parse.quote(each.encode("utf-8", "replace")[:400])
            for target in (f"/plain/search?q={asked}", f"/plain/search?kind={asked}",
                           f"/plain/search?after={asked}", f"/plain/records/{asked}"):
                answer = ann.get(target, Accept=BROWSER)
                need(answer.status in (200, 400, 404, 405, 422), f"{target}: {answer.status}")
                if answer.type == "text/html":
                    is_harmless(Page(answer), node)
        is_harmless(visit(ann, "/plain"), node)


def style():
    """plain: the styles ask for no file, and the page leads here where nothing runs"""
    with World() as world:
        node = world.node("a")
        sheet = Browser(node).get("/plain/style.css")
        need(sheet.type == "text/css" and b"--paper" in sheet.body, "no styles")
        for what in (b"url(", b"@import", b"http"):
            need(what not in sheet.body.replace(b"[href^='http']", b""), f"{what} in the styles")
        need(get(node, "/plain/style.css").status == 200, "not for the owner")


if __name__ == "__main__":
    support.main(signing_in, reading, others, hostile, style)
