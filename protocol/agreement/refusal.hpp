// Why something does not cross from one network to another, one reason for each way to lie. The
// same words tell an author why a record stays. [A5] [A6]
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace staffroom::agreement {

/// Shown to people and sent to nobody.
enum class Refusal : std::uint8_t {
    not_agreed,           // no agreement with this network stands
    disputed,             // two agreements, or two cards, of which nobody can tell which counts
    another_agreement,    // it was signed for another link
    another_network,      // the log is not of the network that gives it
    passport_outdated,    // signed under an earlier agreement or card
    passport_not_signed,  // too few coordinators have signed that the log may cross
    trail_forged,         // it says that it came another way than it did
    not_passed_on,        // the author or an agreement does not let it be passed on
    author_not_certified, // no key of the school that it names wrote the log
    head_not_signed,      // the author's node has not signed the log
    not_one_history,      // head and passport are of two histories
    not_in_the_log,       // the header is altered, or stands elsewhere
    body_altered,         // the words are not those of the header
    behind_the_cut,       // the school or its key had ended when it was written
    after_the_end,        // the agreement had ended when it was written
    kind_not_agreed,      // this kind of record does not cross
    not_for_this_link,    // the author has not named this link as a reader
    no_proof,             // the proof that a carried record names does not hold, or is not here
    carried_otherwise,    // who carries it says otherwise of its files or its document
    unreadable,           // bytes that are no statement, header or chain
    terms_replaced,       // it crosses by the terms that its passport names, not by newer ones
};

/// The word for it in JSON and traces, such as "kind-not-agreed".
[[nodiscard]] std::string_view refusal_name(Refusal refusal);
/// One sentence for people.
[[nodiscard]] std::string_view refusal_text(Refusal refusal);
[[nodiscard]] std::span<const Refusal> all_refusals();

} // namespace staffroom::agreement
