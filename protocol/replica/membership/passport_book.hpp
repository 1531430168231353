// The passports that members of one network have written down. The attacks: a member writes
// thousands, or a larger one than the coordinators signed, so that theirs are pushed out; a key
// that was stolen does so in the name of its school, and its school cannot sign any more. So each
// log in which they are written has its own bound, and what is kept is a function of the set of
// all, whatever came first: of each log the farthest, of too many those with the smallest names.
// What other networks have given is counted by itself, so that it never pushes out what this one
// gives, and by turns of its authors' schools, so that a flooding one takes the room of nobody
// else. Not here: whose signatures count (crossing/passports). [A11] [A15]
#pragma once

#include "protocol/agreement/passport.hpp"

#include <map>
#include <set>
#include <tuple>

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
    /// A log of governance in which passports are written down, and whose it is.
    struct Writer {
        SchoolId school;
        LogId log;
        friend auto operator<=>(const Writer&, const Writer&) = default;
    };
    using OfWriter = std::map<About, Kept>;
    /// How far a log may have crossed by an agreement and a card, as one writer says.
    struct Reach {
        AgreementId agreement;
        Digest card;
        LogId log;
        friend auto operator<=>(const Reach&, const Reach&) = default;
    };

    /// Files a passport, which can be read.
    void take(const Writer& writer, agreement::SignedStatement statement);
    [[nodiscard]] const std::map<Writer, OfWriter>& all() const { return all_; }
    /// How far any passport reached that a school has written down, also where others have pushed
    /// it out since: what it let cross has crossed.
    [[nodiscard]] const std::map<SchoolId, std::map<Reach, LogSize>>& reached() const {
        return reached_;
    }
    /// Whether a school has written down this very passport, with this signature.
    [[nodiscard]] bool
    has(const SchoolId& school, const agreement::SignedStatement& statement) const;
    /// Whether a passport of what other networks have given would be kept, or be the one too many.
    [[nodiscard]] bool would_keep(const Writer& writer, const agreement::Passport& passport) const;
    /// Returns a number that grows with every change.
    [[nodiscard]] std::uint64_t changes() const { return changes_; }
    /// The same for the last passports among them.
    [[nodiscard]] std::uint64_t last_changes() const { return last_changes_; }

private:
    /// Whose turn it is: the authors' school, under an agreement and a card.
    using Owner = std::tuple<AgreementId, Digest, SchoolId>;
    /// Passports of logs of other networks that one writer has, by name.
    struct Passed {
        std::map<Owner, std::set<About>> names{};
        std::set<std::pair<std::size_t, Owner>> sizes{};
        std::size_t count = 0;
    };
    static void resize(Passed& passed, const Owner& owner, std::size_t before);
    void note_reach(const SchoolId& school, const agreement::Passport& passport);
    void drop_surplus(const Writer& writer, const About& about, const SchoolId& author);
    void drop_passed(OfWriter& of_writer, Passed& passed);

    std::map<Writer, OfWriter> all_{};
    std::map<Writer, Passed> passed_{};
    std::map<SchoolId, std::map<Reach, LogSize>> reached_{};
    std::uint64_t changes_ = 0;
    std::uint64_t last_changes_ = 0;
};

} // namespace staffroom::replica
