// The command line as values: every command and its options, parsed and checked for shape. Knows no
// rule of the domain: ids, kinds and codes go to the node as typed. The only file beside it that
// names CLI11 is options.cpp.
#pragma once

#include "cli/failure.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace staffroom::cli {

struct InitCommand {
    std::string school;
    std::vector<std::string> numbers; // SCHEME:VALUE
    std::string place;
    std::string person;
    std::string listen;
    std::string web;
    std::vector<std::string> addresses;
    std::filesystem::path phrase_out;
};
struct NetworkCreateCommand {
    std::string name;
    std::string focus;
    std::filesystem::path charter;
};
struct NetworkListCommand {};
struct NetworkShowCommand {
    std::string network;
};
struct NetworkInviteCommand {
    std::string network;
    std::optional<unsigned> hours;
};
struct NetworkJoinCommand {
    std::string code;
    std::string address;
};
struct NeighbourAddCommand {
    std::string address;
    std::string network;
};
struct NeighbourListCommand {};
struct SyncCommand {
    bool wait;
    unsigned timeout_s;
};
struct PublishCommand {
    std::filesystem::path file;
    std::string network;
    std::string kind;
    std::string reach;
    std::vector<std::string> authors;
    std::vector<std::pair<std::string, std::string>> about;  // id, relation
    std::vector<std::pair<std::string, std::string>> fields; // field, value
};
struct ImportCommand {
    std::filesystem::path path;
    std::string network;
    std::optional<std::uint64_t> limit;
    std::string match;
};
struct ListCommand {
    std::string network;
    std::string kind;
};
struct ShowCommand {
    std::string id;
};
struct FilesCommand {
    std::string id;
    std::filesystem::path folder; // empty: only list
};
struct StatusCommand {};
struct DoctorCommand {};
struct VerifyCommand {};

using CommandOptions = std::variant<
    InitCommand,
    NetworkCreateCommand,
    NetworkListCommand,
    NetworkShowCommand,
    NetworkInviteCommand,
    NetworkJoinCommand,
    NeighbourAddCommand,
    NeighbourListCommand,
    SyncCommand,
    PublishCommand,
    ImportCommand,
    ListCommand,
    ShowCommand,
    FilesCommand,
    StatusCommand,
    DoctorCommand,
    VerifyCommand>;

struct Options {
    std::filesystem::path data;
    bool json;
    CommandOptions command;
};

/// Text that was asked for (--help, --version) in place of a command.
struct Information {
    std::string text;
};

/// `arguments` without the program's name. STAFFROOM_DATA stands in for a missing --data. A wrong
/// word comes back as a failure with exit code usage and the nearest right word.
[[nodiscard]] std::variant<Options, Information, Failure>
parse_options(const std::vector<std::string>& arguments);

/// The word of `known` that `typed` most likely meant; nothing when none is near.
[[nodiscard]] std::optional<std::string>
nearest_word(const std::string& typed, const std::vector<std::string>& known);

} // namespace staffroom::cli
