// The passports that members of one network have written down. The attack: a member writes
// thousands, or a larger one than the coordinators signed, so that theirs are pushed out. So of
// each writer only its own bound counts, and what is kept is a function of the set of all, whatever
// came first: of each log the farthest, of too many those with the smallest names; what other
// networks have given is counted by itself, so that it never pushes out what this one gives. Not
// here: whose signatures count (crossing/passports). [A11] [A15]
#pragma once

#include "protocol/agreement/passport.hpp"

#include <map>
#include <set>

namespace staffroom::replica {

class PassportBook {
public:
    /// What a passport is about; a writer has one of each. Of a log of another network it may have
    /// many: each proves what came by one passport of the giver.
    struct About {
        AgreementId agreement;
        Digest card;
        LogId log;
        bool last;
        std::optional<Digest> before; // of a log that another network has given: by which passport
        friend auto operator<=>(const About&, const About&) = default;
    };
    struct Kept {
        agreement::Passport passport;
        agreement::SignedStatement statement;
    };
    using OfWriter = std::map<About, Kept>;

    /// Files a passport, which can be read.
    void take(const SchoolId& writer, agreement::SignedStatement statement);
    [[nodiscard]] const std::map<SchoolId, OfWriter>& all() const { return all_; }
    /// Returns a number that grows with every change.
    [[nodiscard]] std::uint64_t changes() const { return changes_; }
    /// The same for the last passports among them.
    [[nodiscard]] std::uint64_t last_changes() const { return last_changes_; }

private:
    void drop_surplus(const SchoolId& writer, const About& about);

    std::map<SchoolId, OfWriter> all_{};
    std::map<SchoolId, std::set<About>> passed_{}; // those of logs of other networks, by name
    std::uint64_t changes_ = 0;
    std::uint64_t last_changes_ = 0;
};

} // namespace staffroom::replica
