// The words of the commands that bring a school back and change its keys.
#include "cli/options/options.hpp"

#include <catch2/catch.hpp>

namespace cli = staffroom::cli;

namespace {

using TypedWords = std::vector<std::string>;

template <class Command> Command command_of(const TypedWords& words) {
    auto result = cli::parse_options(words);
    REQUIRE(std::holds_alternative<cli::Options>(result));
    auto command = std::get<cli::Options>(result).command;
    REQUIRE(std::holds_alternative<Command>(command));
    return std::get<Command>(command);
}

bool is_usage(const TypedWords& words) {
    const auto result = cli::parse_options(words);
    const auto* failure = std::get_if<cli::Failure>(&result);
    return failure != nullptr && failure->exit == staffroom::ExitCode::usage;
}

} // namespace

TEST_CASE("options: recover takes init's options, key takes its phrases", "[cli]") {
    const auto recover = command_of<cli::RecoverCommand>({"--data",   "/d",
                                                          "recover",  "--phrase-file",
                                                          "/p",       "--from",
                                                          "h:1",      "--network-code",
                                                          "C",        "--from",
                                                          "i:2",      "--network-code",
                                                          "-",        "--no-other-network",
                                                          "--school", "Hillside",
                                                          "--listen", "127.0.0.1:0",
                                                          "--id",     "urn:990001"});
    const auto replace = command_of<cli::KeyReplacePhraseCommand>(
        {"--data", "/d", "key", "replace-phrase", "--phrase-file", "/p", "--phrase-out", "/q"}
    );

    CHECK(recover.phrase_file == "/p");
    CHECK(recover.from == TypedWords{"h:1", "i:2"});
    CHECK(recover.codes == TypedWords{"C", "-"});
    CHECK(recover.no_other_network);
    CHECK(recover.settings.school == "Hillside");
    CHECK(recover.settings.listen == "127.0.0.1:0");
    CHECK(recover.settings.numbers == TypedWords{"urn:990001"});
    CHECK(replace.phrase_file == "/p");
    CHECK(replace.phrase_out == "/q");
    CHECK(is_usage({"--data", "/d", "recover"}));
    CHECK(is_usage({"--data", "/d", "key", "rotate"}));
    CHECK(is_usage({"--data", "/d", "key", "replace-phrase", "--phrase-file", "/p"}));
}
