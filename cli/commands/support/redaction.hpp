// What may stand in a bundle for whoever helps. The attack: it is mailed to somebody outside the
// school, who may keep it for ever, and what it came from holds names of people, titles of records,
// addresses of readers, tokens. So nothing is taken out; each thing that may go in is named here,
// and what a newer node adds stays away until somebody has thought about it. Pure. Called by
// support beside it.
#pragma once

#include "node/base/config.hpp"

#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace staffroom::cli {

/// Returns a setting as it may be shown: its value where that is a number or a word of ours, the
/// port of an address and how far it is open, else whether it is set.
[[nodiscard]] std::string shown_setting(const node::Config& config, const std::string& name);

/// Returns a check of doctor as "trouble disk.low": its sentence may name schools and folders.
[[nodiscard]] std::optional<std::string> shown_check(const boost::json::value& check);

/// Returns an event of the trace with its time, level and code, and of its fields those that count
/// or say why in a word of ours.
[[nodiscard]] std::optional<std::string> shown_event(const boost::json::value& event);

/// Returns the metrics (Prometheus text); labels that name a school, a network or an address have
/// numbers instead, the same for the same.
[[nodiscard]] std::string shown_metrics(std::string_view text);

} // namespace staffroom::cli
