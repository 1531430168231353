#include "protocol/network/roster/naming.hpp"

#include <algorithm>
#include <tuple>

namespace staffroom::network {
namespace {

bool has(const std::vector<std::uint64_t>& bits, Place at) {
    return (bits[at / 64] >> (at % 64) & 1U) != 0;
}

} // namespace

void Naming::see(Bits& bits, Place at) const {
    const auto past = history_.past(at);
    for (std::size_t word = 0; word < past.size(); ++word)
        bits[word] |= past[word];
}

/// What a plain member may write without end, and what follows from nothing, is not.
bool Naming::is_worth_naming(Place at) const {
    const Act& act = history_[at].operation.act;
    if (std::holds_alternative<Join>(act))
        return false;
    if (std::holds_alternative<Seen>(act) || is_by_coordinators(at))
        return judge_.is(Question::coordinates, at);
    if (std::holds_alternative<Admit>(act))
        return judge_.is(Question::eligible, at);
    return judge_.is(Question::acts, at) || judge_.is(Question::leaves, at);
}

bool Naming::is_by_coordinators(Place at) const {
    const Act& act = history_[at].operation.act;
    return std::holds_alternative<Invite>(act) || std::holds_alternative<SetRole>(act) ||
           std::holds_alternative<Resume>(act) || std::holds_alternative<ConfirmAdmit>(act);
}

std::vector<RevisionId> Naming::names_for(const SchoolId& writer) const {
    const std::size_t words = history_.size() / 64 + 1;
    std::map<SchoolNumber, Bits> seen_by; // by the operations of each school that are worth naming
    Bits by_writer(words);
    std::vector<Place> worth;
    for (Place at = 0; at < history_.size(); ++at) {
        const bool is_own = history_[at].author == writer;
        if (is_own)
            see(by_writer, at);
        if (!is_own && !is_worth_naming(at))
            continue;
        worth.push_back(at);
        see(seen_by.try_emplace(facts_[at].author, words).first->second, at);
    }
    Bits once(words);
    Bits twice(words);
    for (const auto& [school, bits] : seen_by) {
        if (facts_.schools()[school].id == writer)
            continue;
        for (std::size_t word = 0; word < words; ++word) {
            twice[word] |= once[word] & bits[word];
            once[word] |= bits[word];
        }
    }
    // Copies of one thing by one school are one.
    std::map<std::tuple<SchoolNumber, std::size_t, RevisionId>, RevisionId> one_of_each;
    for (const Place at : worth) {
        const bool is_own = history_[at].author == writer;
        if (has(seen_by.at(facts_[at].author), at) || has(by_writer, at) ||
            (!is_own && has(twice, at)))
            continue;
        const Act& act = history_[at].operation.act;
        const RevisionId& id = history_[at].id;
        const bool is_copy = !judge_.is(Question::coordinates, at);
        const RevisionId about = is_copy ? named_by(act).value_or(RevisionId({})) : id;
        const auto known =
            one_of_each.try_emplace({facts_[at].author, act.index(), about}, id).first;
        known->second = std::min(known->second, id);
    }
    std::vector<RevisionId> names;
    for (const auto& [sort, id] : one_of_each)
        names.push_back(id);
    std::sort(names.begin(), names.end());
    return names;
}

std::vector<RevisionId> Naming::lone_admits(const SchoolId& writer) const {
    std::vector<RevisionId> lone;
    for (const Claim& claim : facts_.claims()) {
        std::set<SchoolNumber> authors;
        Place one = 0;
        for (const Place admit : claim.admits) {
            if (!judge_.is(Question::admits, admit))
                continue;
            authors.insert(facts_[admit].author);
            one = admit;
        }
        if (authors.size() == 1 && history_[one].author != writer &&
            facts_.schools()[claim.school].id != writer)
            lone.push_back(history_[one].id);
    }
    std::sort(lone.begin(), lone.end());
    return lone;
}

bool Naming::has_lone_acts(const SchoolId& writer) const {
    std::map<SchoolNumber, Bits> seen_by;
    for (Place at = 0; at < history_.size(); ++at)
        see(seen_by.try_emplace(facts_[at].author, history_.size() / 64 + 1).first->second, at);
    for (Place at = 0; at < history_.size(); ++at) {
        if (!is_by_coordinators(at) || !is_worth_naming(at) || history_[at].author == writer)
            continue;
        const bool is_named = std::any_of(seen_by.begin(), seen_by.end(), [&](const auto& entry) {
            return entry.first != facts_[at].author && has(entry.second, at);
        });
        if (!is_named)
            return true;
    }
    return false;
}

} // namespace staffroom::network
