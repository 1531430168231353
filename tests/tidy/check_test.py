"""Each rule of tests/tidy finds what it is for, and leaves good code alone."""

import unittest

import check
import language_rules
import layout_rules
import link_test
import text_rules
from source import Parsed, code_of

SPEC = "# Spec\n### [L2] Trees\n"
CODES = "enum class Errc {\n    truncated, // [L2] ends early\n    busy,\n};\n"

# rule -> (files that break it, files that do not). Each bad set has exactly one finding.
CASES = {
    layout_rules.layer_direction: (
        {"storage/a.cpp": '#include "node/app.hpp"\n'},
        {"node/a.cpp": '#include "storage/store/store.hpp"\n#include "node/app.hpp"\n'},
    ),
    layout_rules.file_length: (
        {"node/a.cpp": "int a;\n" * 401},
        {"node/a.cpp": "int a;\n" * 400, "LICENSE": "word\n" * 500},
    ),
    layout_rules.coordinator_length: (
        {"protocol/replica/replica.cpp": "int a;\n" * 250},
        {"protocol/replica/replica.cpp": "int a;\n" * 249, "node/a.cpp": "int a;\n" * 250},
    ),
    layout_rules.function_length: (
        {"node/a.cpp": "namespace n {\nint f(int a) {\n" + "    ++a;\n" * 60 + "}\n}\n"},
        {
            "node/a.cpp": "namespace n {\nint f(int a) {\n" + "    ++a;\n" * 59 + "}\n}\n",
            "node/b.cpp": "constexpr int t[] = {\n" + "    1,\n" * 90 + "};\n",
            "node/c.hpp": "struct S {\n" + "    int f() { return 1; }\n" * 90 + "};\n",
        },
    ),
    layout_rules.columns: (
        {"node/a.cpp": "// " + "é" * 98 + "\n"},
        {"node/a.cpp": "// " + "é" * 97 + "\n", "README.md": "w" * 300},
    ),
    layout_rules.pragma_once: ({"node/a.hpp": "int a();\n"}, {"node/a.hpp": "#pragma once\n"}),
    layout_rules.top_level: ({"docs/a.md": "words"}, {"node/a.md": "words", "LICENSE": ""}),
    language_rules.one_owner_of_expected: (
        {"node/a.cpp": "tl::expected<int, int> a;\n"},
        {"protocol/base/result.hpp": "tl::expected<int, int> a;\n", "node/a.cpp": "// tl::\n"},
    ),
    language_rules.generated_code_in_wire: (
        {"node/a.cpp": '#include "protocol/wire/form/schema.pb.h"\n'},
        {"protocol/log/a_codec.cpp": '#include "protocol/wire/form/schema.pb.h"\n'},
    ),
    language_rules.one_await_a_statement: (
        {"node/a.cpp": "A f() {\n    g(co_await a(), co_await b());\n}\n"},
        {"node/a.cpp": "A f() {\n    int x = co_await a();\n    if (x)\n    co_await b();\n}\n"},
    ),
    language_rules.no_conditional_await: (
        {"node/a.cpp": "A f() {\n    int x = y ? co_await a() : 0;\n}\n"},
        {"node/a.cpp": "A f() {\n    int z = y ? 1 : 0;\n    co_await a(z);\n}\n"},
    ),
    language_rules.no_brace_temporary_with_await: (
        {"node/a.cpp": "A f() {\n    auto x = co_await fetch(Options{1});\n}\n"},
        {"node/a.cpp": "A f() {\n    Options o{1};\n    if (A x = co_await g(o)) {\n    }\n}\n"},
    ),
    language_rules.no_copying_lambda_with_await: (
        {"node/a.cpp": "A f() {\n    co_await post([x] { g(x); });\n}\n"},
        {"node/a.cpp": "A f() {\n    co_await p([&] { g(a[i]); });\n    co_await h(a[i](2));\n}\n"},
    ),
    language_rules.no_lambda_coroutine: (
        {"node/a.cpp": "void f() {\n    run([&]() -> A<void> {\n    co_await g();\n    });\n}\n"},
        {"node/a.cpp": "A f() {\n    each([&] { h(); });\n    co_await g();\n}\n"},
    ),
    language_rules.nothing_detached: (
        {"node/a.cpp": "void f() { co_spawn(io, g(), detached); }\n"},
        {"node/a.cpp": "void f() { co_spawn(io, g(), traced); } // never detached\n"},
    ),
    text_rules.every_error_tested: (
        {text_rules.ERRORS: CODES, "tests/a.cpp": "Errc::truncated"},
        {text_rules.ERRORS: CODES, "tests/a.cpp": "Errc::truncated; Errc::busy"},
    ),
    text_rules.unfinished_work: (
        {"node/a.cpp": "// TO" "DO: more\n"}, {"node/a.cpp": "// TO" "DO(#12): more\n"},
    ),
    text_rules.machine_paths: (
        {"node/a.cpp": 'open("/ho' 'me/me/x");\n'},
        {"node/a.cpp": '// https://example.org/home/x, api/opt/x and ${PWD}/home/x\n'},
    ),
}


class EachRule(unittest.TestCase):
    def test_finds_what_it_is_for(self):
        for rule, (bad, _) in CASES.items():
            with self.subTest(rule=rule.__name__):
                self.assertEqual(len(rule(bad)), 1, rule(bad))

    def test_leaves_good_code_alone(self):
        for rule, (_, good) in CASES.items():
            with self.subTest(rule=rule.__name__):
                self.assertEqual(rule(good), [])

    def test_has_a_case(self):
        apart = {
            layout_rules.rooms_without_circle, layout_rules.room_size, layout_rules.named_places,
            language_rules.pure_protocol, language_rules.no_exceptions, text_rules.clauses_cited,
            text_rules.clauses_placed,
        }
        self.assertEqual(set(check.RULES), set(CASES) | apart)


class Rooms(unittest.TestCase):
    def test_a_circle_through_three_rooms_is_found(self):
        files = {
            "protocol/a/x.hpp": '#include "protocol/b/x.hpp"\n',
            "protocol/b/x.hpp": '#include "protocol/c/x.hpp"\n',
            "protocol/c/x.hpp": '#include "protocol/a/x.hpp"\n',
        }

        self.assertEqual(len(layout_rules.rooms_without_circle(files)), 3)
        del files["protocol/c/x.hpp"]
        self.assertEqual(layout_rules.rooms_without_circle(files), [])

    def test_a_room_below_a_room_is_one_of_its_own(self):
        files = {
            "node/a/x.hpp": '#include "node/a/b/x.hpp"\n',
            "node/a/b/x.hpp": '#include "node/a/x.hpp"\n',
        }

        self.assertEqual(len(layout_rules.rooms_without_circle(files)), 2)

    def test_a_file_that_has_moved_is_named_where_it_is(self):
        files = {
            "node/http/server/guard.hpp": "// Called by http/server/guard and server/guard.\n",
            "node/a.cpp": "// See http/guard.\nint x = y / z; // and/or, http/server\n",
        }
        found = layout_rules.named_places(files)
        self.assertEqual([(each.path, each.line) for each in found], [("node/a.cpp", 1)])

    def test_the_twenty_first_file_is_one_too_many(self):
        files = {f"cli/a/f{i}.cpp": "" for i in range(20)} | {"cli/b.cpp": "", "tests/a.cpp": ""}
        self.assertEqual(layout_rules.room_size(files), [])
        files["cli/a/f20.hpp"] = ""
        self.assertEqual(len(layout_rules.room_size(files)), 1)


class PureProtocol(unittest.TestCase):
    BAD = (
        "auto t = Clock::now();", "std::random_device d;", "std::thread t;", "std::mutex m;",
        "auto f = fopen(p, m);", "std::ifstream f;", "std::locale l;", "#include <filesystem>",
        "#include <sys/socket.h>", "#include <boost/asio.hpp>",
    )

    def test_each_banned_word_is_found(self):
        for line in self.BAD:
            with self.subTest(line=line):
                files = {"protocol/a.cpp": f"{line}\n"}
                self.assertEqual(len(language_rules.pure_protocol(files)), 1)

    def test_other_layers_may(self):
        files = {"node/a.cpp": "\n".join(self.BAD), "protocol/a.cpp": "// std::mutex\nnow(a);\n"}
        self.assertEqual(language_rules.pure_protocol(files), [])

    def test_exceptions_are_found_in_the_two_lower_layers(self):
        code = "void f() { try { throw 1; } catch (int) { } }\n"
        for layer, count in (("protocol", 3), ("storage", 3), ("node", 0)):
            with self.subTest(layer=layer):
                files = {f"{layer}/a.cpp": code}
                self.assertEqual(len(language_rules.no_exceptions(files)), count)
        words = {"storage/a.cpp": '// catch\nauto a = m.try_emplace("throw");\n'}
        self.assertEqual(language_rules.no_exceptions(words), [])


class Clauses(unittest.TestCase):
    def test_a_cited_clause_that_is_not_there_is_found(self):
        files = {text_rules.SPEC: SPEC, "protocol/a.hpp": "// [L2] and [L9]\n"}
        self.assertEqual([each.line for each in text_rules.clauses_cited(files)], [1])

    def test_a_clause_without_a_place_or_with_a_wrong_one_is_found(self):
        tree = {text_rules.SPEC: SPEC, "protocol/log/tree.hpp": "// Trees. [L2]\n"}
        rows = {
            "| L2 | trees `log/tree` |\n": 0,
            "": 1,
            "| L2 | trees `log/wood` |\n": 1,
            "| L2 | trees `log/tree`, `log/other` |\n": 1,
        }
        tree["protocol/log/other.cpp"] = "// [L3]\n"
        for row, count in rows.items():
            found = text_rules.clauses_placed({**tree, text_rules.README: row})
            self.assertEqual(len(found), count, row)

    def test_a_clause_that_no_code_cites_is_found(self):
        files = {text_rules.SPEC: SPEC, "tests/a.cpp": "// [L2]\n"}
        self.assertEqual([each.line for each in text_rules.clauses_cited(files)], [2])

    def test_a_range_cites_what_lies_between(self):
        self.assertEqual(text_rules.clauses_in("S1", "S3"), ["S1", "S2", "S3"])

    def test_good_citations_are_left_alone(self):
        files = {text_rules.SPEC: SPEC, "protocol/a.hpp": "int a[L2]; // [L2]\n"}
        self.assertEqual(text_rules.clauses_cited(files), [])


class LinkArrows(unittest.TestCase):
    def find(self, home, needs):
        included = {"protocol/wire": {"protocol/log": ("protocol/wire/a.cpp", 1, "")}}
        return list(link_test.findings(link_test.link_edges(home, needs), included))

    def test_a_body_in_a_room_that_includes_its_caller_is_found(self):
        found = self.find({"f": "protocol/wire/a.cpp"}, {"protocol/log/b.cpp": {"f"}})
        self.assertEqual(len(found), 1)

    def test_a_call_up_is_found(self):
        self.assertEqual(len(self.find({"f": "node/a.cpp"}, {"storage/b.cpp": {"f"}})), 1)

    def test_calls_down_and_at_home_are_left_alone(self):
        home = {"f": "protocol/log/a.cpp", "g": "protocol/wire/b.cpp"}
        self.assertEqual(self.find(home, {"protocol/wire/a.cpp": {"f", "g", "elsewhere"}}), [])


class Source(unittest.TestCase):
    def test_comments_and_strings_are_blanked(self):
        code = code_of('a("; // x"); // y\nR"(try)" /* z\n */ b(\'"\'); 1\'000\'000;')

        for word in ("x", "y", "z", "try"):
            self.assertNotIn(word, code)
        self.assertEqual(code.count("\n"), 2)
        self.assertIn("1'000'000", code)

    def test_blocks_inside_an_expression_are_cut_out_of_it(self):
        parsed = Parsed("void f() {\n    g([&] {\n        h();\n    }, 2);\n}\n")

        texts = [" ".join(each.text.split()) for each in parsed.statements]
        self.assertEqual(texts, ["void f()", "h()", "g([&] { }, 2)"])


if __name__ == "__main__":
    unittest.main()
