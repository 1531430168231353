// The commands about links of networks as values; see options.hpp, which includes them.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace staffroom::cli {

/// What one network gives to the other.
struct LinkTermsOptions {
    std::vector<std::string> kinds;  // none: the node's own
    std::string pass_on;             // yes, no; empty: no
    std::string passed_on;           // what others have passed on, likewise
    std::vector<std::string> onward; // networks to pass on to, or "any" alone

    [[nodiscard]] bool is_given() const {
        return !kinds.empty() || !pass_on.empty() || !passed_on.empty() || !onward.empty();
    }
};
struct LinkInviteCommand {
    std::string network;
    LinkTermsOptions ours;
    LinkTermsOptions theirs;
    std::string until;  // a day; empty: the node's own
    std::string review; // likewise
    std::optional<unsigned> hours;
};
struct LinkAcceptCommand {
    std::string code;
    std::string address;
    std::string network;
};
struct LinkListCommand {};
struct LinkShowCommand {
    std::string link;
};
struct LinkPreviewCommand {
    std::string link;
};
struct LinkRenewCommand {
    std::string link;
    LinkTermsOptions ours; // what is left out goes on
    LinkTermsOptions theirs;
    std::string until;
    std::string review;

    /// Whether terms are named; else those are signed that the other side has signed.
    [[nodiscard]] bool names_terms() const {
        return ours.is_given() || theirs.is_given() || !until.empty() || !review.empty();
    }
};
struct LinkEndCommand {
    std::string link;
    std::string reason;
};
struct LinkEndCodeCommand {
    std::string id;
};

} // namespace staffroom::cli
