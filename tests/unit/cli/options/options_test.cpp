#include "cli/options/options.hpp"
#include "cli/settings/settings_text.hpp"
#include "node/base/config.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <initializer_list>

namespace cli = staffroom::cli;

namespace {

using Words = std::vector<std::string>;

template <class Command> Command parsed(const Words& words) {
    auto result = cli::parse_options(words);
    REQUIRE(std::holds_alternative<cli::Options>(result));
    auto command = std::get<cli::Options>(result).command;
    REQUIRE(std::holds_alternative<Command>(command));
    return std::get<Command>(command);
}

cli::Failure refused(const Words& words) {
    auto result = cli::parse_options(words);
    REQUIRE(std::holds_alternative<cli::Failure>(result));
    return std::get<cli::Failure>(result);
}

} // namespace

TEST_CASE("options: --data and --json are understood before and after the command", "[cli]") {
    for (const auto& words :
         {Words{"--data", "/d", "--json", "status"}, Words{"status", "--data", "/d", "--json"}}) {
        const auto result = cli::parse_options(words);

        REQUIRE(std::holds_alternative<cli::Options>(result));
        CHECK(std::get<cli::Options>(result).data == "/d");
        CHECK(std::get<cli::Options>(result).json);
    }
}

TEST_CASE("options: a folder that nobody names is STAFFROOM_DATA's, the system's, XDG's", "[cli]") {
    struct Case {
        const char* staffroom_data;
        const char* data_home;
        const char* home;
        std::string expected; // empty: there is none
    };
    const std::string before = std::getenv("HOME") == nullptr ? "/" : std::getenv("HOME");
    const auto set = [](const char* name, const char* value) {
        value == nullptr ? ::unsetenv(name) : ::setenv(name, value, 1);
    };
    if (std::filesystem::exists("/var/lib/staffroom"))
        return; // a school lives on this machine
    for (const Case& each : std::initializer_list<Case>{
             {"/named", "/xdg", "/users/a", "/named"},
             {"", "/xdg", "/users/a", "/xdg/staffroom"},
             {nullptr, "relative", "/users/a", "/users/a/.local/share/staffroom"},
             {nullptr, nullptr, "/users/a", "/users/a/.local/share/staffroom"},
             {nullptr, nullptr, nullptr, ""}}) {
        set("STAFFROOM_DATA", each.staffroom_data);
        set("XDG_DATA_HOME", each.data_home);
        set("HOME", each.home);
        const auto typed = cli::parse_options({"--data", "/typed", "status"});
        const auto not_typed = cli::parse_options({"status"});

        CHECK(std::get<cli::Options>(typed).data == "/typed");
        CHECK(std::holds_alternative<cli::Options>(not_typed) == !each.expected.empty());
        if (const auto* options = std::get_if<cli::Options>(&not_typed))
            CHECK(options->data == each.expected);
        else
            CHECK(std::get<cli::Failure>(not_typed).exit == cli::ExitCode::usage);
    }
    set("STAFFROOM_DATA", nullptr);
    set("XDG_DATA_HOME", nullptr);
    set("HOME", before.c_str());
}

TEST_CASE("options: watch and log take a place, a level and a number of lines", "[cli]") {
    const auto watch = parsed<cli::WatchCommand>({"--data", "/d", "watch", "--since", "b-7"});
    const auto log = parsed<cli::LogCommand>(
        {"--data", "/d", "log", "--follow", "--level", "warning", "--lines", "7"}
    );

    CHECK(watch.since == "b-7");
    CHECK(log.follow);
    CHECK(log.level == "warning");
    CHECK(log.lines == 7);
    CHECK(parsed<cli::LogCommand>({"--data", "/d", "log"}).lines == 50);
    CHECK(refused({"--data", "/d", "log", "--lines", "0"}).exit == cli::ExitCode::usage);
    CHECK(refused({"--data", "/d", "log", "--level", "loud"}).exit == cli::ExitCode::usage);
}

TEST_CASE("options: init takes every option of the published surface", "[cli]") {
    const auto init = parsed<cli::InitCommand>(
        {"--data",         "/d",           "init",        "--school", "Hillside",    "--id",
         "urn:990001",     "--id",         "ukprn:1",     "--place",  "Leeds",       "--person",
         "A. Reader",      "--listen",     "127.0.0.1:0", "--web",    "127.0.0.1:0", "--address",
         "h.example:7420", "--phrase-out", "/p"}
    );

    CHECK(init.school == "Hillside");
    CHECK(init.numbers == Words{"urn:990001", "ukprn:1"});
    CHECK(init.place == "Leeds");
    CHECK(init.person == "A. Reader");
    CHECK(init.listen == "127.0.0.1:0");
    CHECK(init.addresses == Words{"h.example:7420"});
    CHECK(init.phrase_out == "/p");
}

TEST_CASE(
    "options: publish keeps pairs of --about and --relation, and fields with '=' inside", "[cli]"
) {
    const auto publish = parsed<cli::PublishCommand>(
        {"--data",
         "/d",
         "publish",
         "f.md",
         "--network",
         "Rivers",
         "--author",
         "A",
         "--author",
         "B",
         "--about",
         "id1",
         "--relation",
         "reviews",
         "--set",
         "question=a=b?"}
    );

    CHECK(publish.file == "f.md");
    CHECK(publish.authors == Words{"A", "B"});
    REQUIRE(publish.about.size() == 1);
    CHECK(publish.about.front() == std::pair<std::string, std::string>("id1", "reviews"));
    REQUIRE(publish.fields.size() == 1);
    CHECK(publish.fields.front() == std::pair<std::string, std::string>("question", "a=b?"));
}

TEST_CASE(
    "options: two --about with one --relation and a --set without '=' are usage errors", "[cli]"
) {
    CHECK(
        refused({"--data",
                 "/d",
                 "publish",
                 "f.md",
                 "--about",
                 "x",
                 "--about",
                 "y",
                 "--relation",
                 "cites"})
            .exit == cli::ExitCode::usage
    );
    CHECK(
        refused({"--data", "/d", "publish", "f.md", "--set", "nothing"})
            .sentence.find("FIELD=VALUE") != std::string::npos
    );
}

TEST_CASE("options: numbers of import, sync and invite are optional and checked", "[cli]") {
    CHECK(parsed<cli::ImportCommand>({"--data", "/d", "import", "p", "--limit", "0"}).limit == 0U);
    CHECK_FALSE(parsed<cli::ImportCommand>({"--data", "/d", "import", "p"}).limit);
    CHECK(parsed<cli::SyncCommand>({"--data", "/d", "sync"}).timeout_s == 60);
    CHECK(parsed<cli::SyncCommand>({"--data", "/d", "sync", "--wait", "--timeout", "5"}).wait);
    CHECK_FALSE(parsed<cli::NetworkInviteCommand>({"--data", "/d", "network", "invite", "n"}).hours
    );
    CHECK(refused({"--data", "/d", "sync", "--timeout", "soon"}).exit == cli::ExitCode::usage);
}

TEST_CASE("options: a wrong command is answered with the nearest right one", "[cli]") {
    const auto failure = refused({"--data", "/d", "statsu"});

    CHECK(failure.exit == cli::ExitCode::usage);
    CHECK(failure.sentence.find("'statsu'") != std::string::npos);
    CHECK(failure.sentence.find("Did you mean 'status'?") != std::string::npos);
}

TEST_CASE("options: a wrong word below a command is looked up there", "[cli]") {
    CHECK(
        refused({"--data", "/d", "network", "shwo", "x"}).sentence.find("Did you mean 'show'?") !=
        std::string::npos
    );
    CHECK(
        refused({"--data", "/d", "list", "--netwrok", "x"}).sentence.find("'--network'") !=
        std::string::npos
    );
}

TEST_CASE("options: a word like none of ours gets no suggestion", "[cli]") {
    CHECK(
        refused({"--data", "/d", "xylophone"}).sentence.find("Did you mean") == std::string::npos
    );
}

TEST_CASE("options: a wrong value is answered with the nearest right one", "[cli]") {
    const auto wrong_kind = refused({"--data", "/d", "publish", "f", "--kind", "adoptoin"});
    const auto wrong_shell = refused({"completions", "powershell"});

    CHECK(wrong_kind.exit == cli::ExitCode::usage);
    CHECK(wrong_kind.sentence.find("Did you mean 'adoption'?") != std::string::npos);
    CHECK(wrong_kind.next.find("staffroom publish --help") != std::string::npos);
    CHECK(wrong_shell.sentence.find("bash, zsh, fish") != std::string::npos);
    CHECK(refused({"--color", "sometimes", "--data", "/d", "status"}).exit == cli::ExitCode::usage);
}

TEST_CASE("options: what every command understands stands before or after it", "[cli]") {
    const auto result = cli::parse_options(
        {"--plain",
         "import",
         "--data",
         "/d",
         "x",
         "--dry-run",
         "--yes",
         "--no-input",
         "--color=never"}
    );

    REQUIRE(std::holds_alternative<cli::Options>(result));
    const auto& options = std::get<cli::Options>(result);
    CHECK(options.plain);
    CHECK(options.dry_run);
    CHECK(options.yes);
    CHECK(options.no_input);
    CHECK(options.colour == cli::Colour::never);
    CHECK(refused({"--data", "/d", "status", "--dry-run"}).exit == cli::ExitCode::usage);
}

TEST_CASE("options: completions and config check need no data folder", "[cli]") {
    CHECK(std::holds_alternative<cli::Options>(cli::parse_options({"completions", "bash"})));
    CHECK(std::holds_alternative<cli::Options>(cli::parse_options({"config", "check", "f"})));
}

TEST_CASE("options: a missing argument is a usage error that names the command's help", "[cli]") {
    const auto failure = refused({"--data", "/d", "network", "join", "ABCD"});

    CHECK(failure.exit == cli::ExitCode::usage);
    CHECK(failure.next.find("staffroom network join --help") != std::string::npos);
}

TEST_CASE("options: help begins with examples and ends well", "[cli]") {
    const auto help = cli::parse_options({"--help"});

    REQUIRE(std::holds_alternative<cli::Information>(help));
    CHECK(std::get<cli::Information>(help).text.rfind("Examples:", 0) == 0);
    const auto join = cli::parse_options({"network", "join", "--help"});
    REQUIRE(std::holds_alternative<cli::Information>(join));
    const auto& text = std::get<cli::Information>(join).text;
    CHECK(text.rfind("Examples:\n  staffroom network join ", 0) == 0);
    CHECK(text.find("Usage: staffroom network join ") != std::string::npos);
    CHECK(std::holds_alternative<cli::Information>(cli::parse_options({"--version"})));
}

TEST_CASE("settings: what init was told is what the node reads", "[cli]") {
    cli::InitCommand init;
    init.school = "St \"Mary's\"\\ 学校";
    init.place = "Leeds";
    init.numbers = {"urn:990001", "ukprn:1"};
    init.person = "A. Reader";
    init.listen = "[::1]:7421";
    init.addresses = {"h.example:7421"};

    const auto text = cli::settings_text(init);

    REQUIRE(text);
    const auto loaded = staffroom::node::load_config(*text, "t", [](const std::string&) {
        return std::optional<std::string>();
    });
    REQUIRE(loaded);
    CHECK(loaded->values.name == init.school);
    CHECK(loaded->values.place == init.place);
    CHECK(loaded->values.numbers == init.numbers);
    CHECK(loaded->values.person == init.person);
    CHECK(loaded->values.listen == init.listen);
    CHECK(loaded->values.addresses == init.addresses);
    CHECK(text->find("web") == std::string::npos);
}

TEST_CASE("settings: what cannot be an address, number or name is a usage error", "[cli]") {
    cli::InitCommand good;
    good.school = "Hillside";
    auto no_port = good;
    no_port.listen = "127.0.0.1";
    auto bad_number = good;
    bad_number.numbers = {"990001"};
    auto no_name = good;
    no_name.school = "  ";
    auto no_text = good;
    no_text.place = "\xFF";

    CHECK(cli::settings_text(good));
    for (const auto& init : {no_port, bad_number, no_name, no_text})
        CHECK(cli::settings_text(init).failure().exit == cli::ExitCode::usage);
}

TEST_CASE("options: export takes an id or --all, formats joined or repeated", "[cli]") {
    const auto all = parsed<cli::ExportCommand>(
        {"--data",
         "/d",
         "export",
         "--all",
         "-o",
         "/out",
         "--format",
         "markdown,jsonld",
         "--format",
         "ris",
         "--kind",
         "adoption",
         "--force",
         "--dry-run"}
    );
    const auto one =
        parsed<cli::ExportCommand>({"--data", "/d", "export", "abcd", "--out", "/out"});

    CHECK(all.all);
    CHECK(all.formats == Words{"markdown", "jsonld", "ris"});
    CHECK(all.force);
    CHECK(one.id == "abcd");
    CHECK(one.folder == "/out");
    for (const Words& wrong :
         {Words{"--data", "/d", "export", "-o", "/out"},
          Words{"--data", "/d", "export", "x", "--all", "-o", "/out"},
          Words{"--data", "/d", "export", "x", "--kind", "call", "-o", "/out"},
          Words{"--data", "/d", "export", "x"}})
        CHECK(refused(wrong).exit == cli::ExitCode::usage);
}

TEST_CASE("options: a reason confirms pupil details, also of a whole folder", "[cli]") {
    const Words reason{"--confirm-pupil-details", "made up"};
    const auto with_reason = [&](Words words) {
        words.insert(words.end(), reason.begin(), reason.end());
        return words;
    };

    CHECK(
        parsed<cli::PublishCommand>(with_reason({"--data", "/d", "publish", "a.md"}))
            .confirm_pupil_details == "made up"
    );
    CHECK(
        parsed<cli::ReviseCommand>(with_reason({"--data", "/d", "revise", "x", "a.md"}))
            .record.confirm_pupil_details == "made up"
    );
    CHECK(
        parsed<cli::ImportCommand>(with_reason({"--data", "/d", "import", "a"}))
            .confirm_pupil_details == "made up"
    );
    CHECK(
        refused({"--data", "/d", "publish", "a.md", "--confirm-pupil-details"}).exit ==
        cli::ExitCode::usage
    );
}

TEST_CASE("options: template and check need no node, new does", "[cli]") {
    ::unsetenv("STAFFROOM_DATA");

    CHECK(parsed<cli::CheckCommand>({"check", "-"}).file == "-");
    CHECK(parsed<cli::TemplateCommand>({"template", "call"}).kind == "call");
    const auto made = parsed<cli::NewCommand>(
        {"--data", "/d", "new", "practice-write-up", "--form", "quick-tip", "tip.md"}
    );
    CHECK(made.form == "quick-tip");
    CHECK(made.file == "tip.md");
}

TEST_CASE("options: a search takes its words apart from the parts and filters", "[cli]") {
    const auto search =
        parsed<cli::SearchCommand>({"--data",     "/d",        "search",   "--in",      "title",
                                    "working",    "memory",    "--in",     "text",      "--kind",
                                    "comment",    "--phase",   "any",      "--subject", "science",
                                    "--focus",    "homework",  "--school", "Hillside",  "--since",
                                    "2026-01-31", "--network", "Rivers",   "--limit",   "5"});

    CHECK(search.words == "working memory");
    CHECK(search.parts == Words{"title", "text"});
    CHECK(search.kind == "comment");
    CHECK(search.phase == "any");
    CHECK(search.subject == "science");
    CHECK(search.focus == "homework");
    CHECK(search.school == "Hillside");
    CHECK(search.network == "Rivers");
    CHECK(search.since == "2026-01-31");
    CHECK(search.limit == 5);
    CHECK(parsed<cli::SearchCommand>({"--data", "/d", "search", "--", "-x"}).words == "-x");
    CHECK(refused({"--data", "/d", "search"}).exit == cli::ExitCode::usage);
    CHECK(refused({"--data", "/d", "search", "x", "--limit", "0"}).exit == cli::ExitCode::usage);
}
