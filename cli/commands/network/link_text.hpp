// Agreements of two networks in sentences, the same at both ends: what each side gives, until when,
// what would cross. Called by the link commands.
#pragma once

#include "cli/options/options.hpp"
#include "cli/output/output.hpp"

#include <boost/json.hpp>

#include <string>

namespace staffroom::cli {

/// The node's answer about an agreement; the words for a network whose name is not known yet.
struct AgreementText {
    const boost::json::value& answer; // with "ours", "theirs", "until_ms", "review_ms"
    std::string ours;
    std::string theirs;
};

/// Adds what was typed for one side to a request; `prefix` is that of its fields.
void put_side(boost::json::object& body, const std::string& prefix, const LinkTermsOptions& side);
/// "Rivers gives       findings and adoptions; not passed on"
void print_terms(Output& output, const AgreementText& agreement);
/// What a card says of a network, its charter and who may sign for it.
void print_network_card(Output& output, const boost::json::value& card);
void print_charter(Output& output, const std::string& name, const std::string& charter);
/// `preview` as the node answers it; `is_agreed`: the link stands already.
void print_preview(Output& output, const boost::json::value& preview, bool is_agreed);
/// "praise switch recipe original"
[[nodiscard]] std::string words_text(const boost::json::value& answer);

} // namespace staffroom::cli
