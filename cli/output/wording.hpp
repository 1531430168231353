// The names of records, schools and places for people: the same words in every command.
#pragma once

#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace staffroom::cli {

/// Returns the state that sets a record apart from one that is simply there, as a list says it:
/// "draft", "this school only", "taken back", "erased", "refused here", "two versions", "replaced
/// by a newer one", "text not here yet"; several are joined by commas. Empty for the ordinary one.
[[nodiscard]] std::string record_state(const boost::json::value& record);

/// Returns the word for a record whose words are gone for good: "erased", "refused here", "deleted
/// here" (a draft). Empty for all others.
[[nodiscard]] std::string gone_word(const boost::json::value& record);

/// Returns the record's title; words in its place where none has arrived, or it is gone.
[[nodiscard]] std::string title_of(const boost::json::value& record);

/// Returns the name of the record's school; of a record of another network the network's name.
[[nodiscard]] std::string giver_of(const boost::json::value& record);

/// Returns the record in a sentence: its title and its school; "an erased record of Oakdene".
[[nodiscard]] std::string named_record(const boost::json::value& record);

/// Returns the focus of the list that a word most likely means; nothing where it is one of them, or
/// near none.
[[nodiscard]] std::optional<std::string> near_focus(const std::string& typed);

/// Returns why a neighbour is not heard, for a person: the node's own code in words.
[[nodiscard]] std::string trouble_text(std::string_view code);

/// Returns who reads the records written into `network`, this school left out: "3 schools of
/// Rivers"; "Rivers, where no other school is yet".
[[nodiscard]] std::string readers_of(const boost::json::value& network);

/// Returns a network on the way of a record, with its place where it tells one: "Rivers (York)".
[[nodiscard]] std::string network_with_place(const boost::json::value& step);

} // namespace staffroom::cli
