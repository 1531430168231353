// What stands between two networks: a pure function of the set of everything that coordinators of
// both have signed for one link, whatever came first. No clock decides: a date that has passed ends
// nothing until somebody signs the end. [A7]
#pragma once

#include "protocol/agreement/agreement.hpp"
#include "protocol/agreement/card.hpp"
#include "protocol/agreement/passport.hpp"

#include <map>

namespace staffroom::agreement {

/// All statements of one link that have arrived, in any order, also copies and bad ones.
struct Statements {
    std::vector<SignedAgreement> agreements;
    std::vector<SignedStatement> cards; // of both networks
    std::vector<SignedStatement> last_passports;
    std::vector<SignedStatement> ends;
};

/// How far a log may cross, where something was said that caps it.
struct Cap {
    LogSize size;
    bool by_end; // of the agreement, or else of its school
};

/// An agreement that another one of its link has followed. What was signed by it goes on counting.
struct Replaced {
    Agreement agreement;
    SignedAgreement copy; // by which it counted
    friend bool operator==(const Replaced&, const Replaced&) = default;
};

struct Standing {
    SharingId link;
    AgreementId id; // of the agreement in force
    Agreement agreement;
    CardLine one;
    CardLine other;
    bool is_disputed = false; // nothing new crosses until coordinators have settled it
    bool is_ended = false;
    std::map<AgreementId, Replaced> earlier{}; // agreements of this link that were replaced
    std::map<LogId, LogSize> end_pins{};       // smallest of all ends; a log that lacks one: 0
    std::map<LogId, LogSize> last_pins{};      // smallest of all last passports
    SignedAgreement copy{};                    // of the agreement in force, by which it counted
    Bytes first{}; // the agreement that began the link: its id is `link`

    /// The agreement of this id, in force or replaced; null where it is none of this link.
    [[nodiscard]] const Agreement* find(const AgreementId& agreement) const;
    /// The same as it was signed.
    [[nodiscard]] const SignedAgreement* copy_of(const AgreementId& agreement) const;
    /// The cards of this network; null when it has no side here.
    [[nodiscard]] const CardLine* cards_of(const NetworkId& network) const;
    /// The cap of this log; none where nothing caps it.
    [[nodiscard]] std::optional<Cap> cap_of(const LogId& log) const;
};

/// None when no agreement of this link is signed by both sides, with its cards at hand. What was
/// agreed stays so when a key ends: whoever folds hands in the signatures that count. The attack:
/// one side replaces a server, and terms that both had narrowed are undone. Everything else counts
/// by keys that have not ended.
[[nodiscard]] std::optional<Standing> fold_statements(
    const SharingId& link,
    const Statements& statements,
    const ChainFinder& chain_of,
    crypto::Verifier& verifier
);

} // namespace staffroom::agreement
