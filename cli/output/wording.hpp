// What records, schools and places are called when people read of them. The same words in every
// command.
#pragma once

#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace staffroom::cli {

/// What sets a record apart from one that is simply there, as a list says it: "draft", "this school
/// only", "taken back", "two versions", "replaced by a newer one", "text not here yet"; several are
/// joined by commas. Empty for the ordinary one.
[[nodiscard]] std::string record_state(const boost::json::value& record);

/// The record's title; words in its place where none has arrived.
[[nodiscard]] std::string title_of(const boost::json::value& record);

/// The focus of the list that a word most likely means; nothing where it is one of them, or near
/// none.
[[nodiscard]] std::optional<std::string> near_focus(const std::string& typed);

/// Why a neighbour is not heard, for a person: the node's own code in words.
[[nodiscard]] std::string trouble_text(std::string_view code);

/// "3 schools of Rivers": who reads what is written into `network`, this school left out; "Rivers,
/// where no other school is yet".
[[nodiscard]] std::string readers_of(const boost::json::value& network);

} // namespace staffroom::cli
