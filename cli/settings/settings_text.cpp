#include "cli/settings/settings_text.hpp"

#include "node/base/config.hpp"
#include "node/base/toml.hpp"
#include "node/services/text/name_text.hpp"
#include "protocol/base/text.hpp"

#include <sstream>

namespace staffroom::cli {

namespace {

constexpr const char* opening =
    "# Settings of this Staffroom node. Every setting is optional; the shipped\n"
    "# node.example.toml explains them all.\n\n";

Failure unusable(std::string sentence) {
    return {std::move(sentence), "see `staffroom init --help`.", ExitCode::usage};
}

/// Tells whether all texts are UTF-8; TOML could not hold others.
bool holds_only_text(const InitCommand& command) {
    std::vector<std::string> all{
        command.school, command.place, command.person, command.listen, command.web};
    all.insert(all.end(), command.numbers.begin(), command.numbers.end());
    all.insert(all.end(), command.addresses.begin(), command.addresses.end());
    for (const auto& typed : all)
        if (first_unreadable_byte(typed))
            return false;
    return true;
}

toml::array array_of(const std::vector<std::string>& items) {
    toml::array out;
    for (const auto& item : items)
        out.push_back(item);
    return out;
}

std::string as_toml(const InitCommand& command) {
    toml::table school{{"name", command.school}};
    toml::table node;
    const auto put = [](toml::table& table, const char* key, const std::string& value) {
        if (!value.empty())
            table.insert(key, value);
    };
    const auto put_list =
        [](toml::table& table, const char* key, const std::vector<std::string>& values) {
            if (!values.empty())
                table.insert(key, array_of(values));
        };
    put(school, "place", command.place);
    put_list(school, "numbers", command.numbers);
    put(school, "person", command.person);
    put(node, "listen", command.listen);
    put(node, "web", command.web);
    put_list(node, "addresses", command.addresses);
    toml::table settings{{"school", school}};
    if (!node.empty())
        settings.insert("node", node);
    std::ostringstream out;
    out << opening << settings << '\n';
    return out.str();
}

} // namespace

Outcome<std::string> settings_text(const InitCommand& command) {
    if (!holds_only_text(command))
        return unusable("What init was given is not all UTF-8 text.");
    InitCommand named = command;
    named.school = services::trimmed_name(command.school);
    if (const auto why_not = services::why_not_a_name(named.school, "A school's name"))
        return Failure{
            *why_not,
            "type the name by hand: --school \"Hillside Primary\", say.",
            ExitCode::usage};
    auto text = as_toml(named);
    // The environment is left out: it may be another one when the node starts.
    const auto nowhere = [](const std::string&) { return std::optional<std::string>(); };
    const auto loaded = node::load_config(text, "staffroom.toml", nowhere);
    if (!loaded)
        return unusable(loaded.error().detail);
    return text;
}

} // namespace staffroom::cli
