#include "protocol/network/roster/naming.hpp"

#include "protocol/network/roster/succession.hpp"

#include <algorithm>
#include <tuple>

namespace staffroom::network {
namespace {

/// Of what one school says of its successor in words that have not seen each other.
constexpr std::size_t disagreeing_names_max = 2;

template <class Key>
void keep_smallest(std::map<Key, RevisionId>& kept, const Key& key, const RevisionId& id) {
    const auto known = kept.try_emplace(key, id).first;
    known->second = std::min(known->second, id);
}

/// What another school says of its successor, in words that have not seen each other.
struct SaidOfSuccessor {
    std::set<NamedSchool> seen{};               // that the writer sees anyhow
    std::map<NamedSchool, RevisionId> unseen{}; // one word for each
};

/// The attack: a school says different things of its successor, by disks of two days or a thief's
/// hand, and who closes it has seen the one with the smaller id alone. Any two that disagree say
/// that nobody is named, whichever they are; more would be a flood. One that names the writer
/// comes on top: the writer vouches not for that. [M13]
void append_disagreeing(
    std::vector<RevisionId>& names, const SaidOfSuccessor& said, const SchoolId& writer
) {
    std::size_t known = said.seen.size() - said.seen.count(writer);
    for (const auto& [named, id] : said.unseen) {
        const bool is_of_writer = named == writer;
        if (said.seen.count(named) > 0 || (known >= disagreeing_names_max && !is_of_writer))
            continue;
        names.push_back(id);
        known += is_of_writer ? 0U : 1U;
    }
}

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

/// By operations of two other schools than the writer.
Naming::Bits Naming::seen_by_two(const SeenBy& seen_by, const SchoolId& writer) const {
    const std::size_t words = history_.size() / 64 + 1;
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
    return twice;
}

std::vector<RevisionId> Naming::names_for(const SchoolId& writer) const {
    const std::size_t words = history_.size() / 64 + 1;
    SeenBy seen_by; // by the operations of each school that are worth naming
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
    const Bits twice = seen_by_two(seen_by, writer);
    // Copies of one thing by one school are one.
    std::map<std::tuple<SchoolNumber, std::size_t, RevisionId>, RevisionId> one_of_each;
    std::vector<RevisionId> names;
    std::map<SchoolNumber, SaidOfSuccessor> successors; // by who named them
    for (const Place at : worth) {
        const bool is_own = history_[at].author == writer;
        if (has(seen_by.at(facts_[at].author), at))
            continue;
        const bool is_seen = has(by_writer, at) || (!is_own && has(twice, at));
        const Act& act = history_[at].operation.act;
        const RevisionId& id = history_[at].id;
        if (const auto* word = std::get_if<NameSuccessor>(&act); word != nullptr && !is_own) {
            SaidOfSuccessor& said = successors[facts_[at].author];
            if (is_seen)
                said.seen.insert(word->successor);
            else
                keep_smallest(said.unseen, word->successor, id);
            continue;
        }
        if (is_seen)
            continue;
        if (std::holds_alternative<NameSuccessor>(act)) {
            names.push_back(id);
            continue;
        }
        const bool is_copy = !judge_.is(Question::coordinates, at);
        const RevisionId about = is_copy ? named_by(act).value_or(RevisionId({})) : id;
        keep_smallest(one_of_each, {facts_[at].author, act.index(), about}, id);
    }
    for (const auto& [sort, id] : one_of_each)
        names.push_back(id);
    for (const auto& [school, said] : successors)
        append_disagreeing(names, said, writer);
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
    return has_lone_grants(writer) || has_lone_names(writer);
}

/// What operations of each school see; of those that count, or of all.
template <class IsTaken> Naming::SeenBy Naming::seen_by(const IsTaken& is_taken) const {
    SeenBy seen;
    for (Place at = 0; at < history_.size(); ++at)
        if (is_taken(at))
            see(seen.try_emplace(facts_[at].author, history_.size() / 64 + 1).first->second, at);
    return seen;
}

/// The attack: a school has named its successor and left, nobody has seen the word but itself, and
/// one coordinator writes a suspension of it that claims not to have seen it either: then the word
/// stood behind the cut. Where words disagree, two that are vouched for say that nobody is named.
/// Neither the school nor whom it names can vouch for it. [M13]
bool Naming::has_lone_names(const SchoolId& writer) const {
    const std::vector<SchoolFacts>& schools = facts_.schools();
    if (std::ranges::all_of(schools, [](const SchoolFacts& each) { return each.names.empty(); }))
        return false;
    const SeenBy seen = seen_by([&](Place at) { return judge_.is(Question::acts, at); });
    const auto is_vouched_for = [&](Place at) {
        return std::ranges::any_of(seen, [&](const auto& by) {
            return by.first != facts_[at].author && by.first != facts_[at].subject &&
                   has(by.second, at);
        });
    };
    const Succession succession(history_, facts_, judge_);
    for (SchoolNumber school = 0; school < schools.size(); ++school) {
        std::set<NamedSchool> said;
        std::set<NamedSchool> vouched_for;
        for (const Place at : succession.newest(school)) {
            said.insert(succession.named_at(at));
            if (is_vouched_for(at))
                vouched_for.insert(succession.named_at(at));
        }
        const bool is_writer_able = std::ranges::any_of(said, [&](const NamedSchool& named) {
            return named != writer && vouched_for.count(named) == 0;
        });
        if (is_writer_able && schools[school].id != writer &&
            vouched_for.size() < std::min(said.size(), disagreeing_names_max))
            return true;
    }
    return false;
}

bool Naming::has_lone_grants(const SchoolId& writer) const {
    const SeenBy seen_by_all = seen_by([](Place /*at*/) { return true; });
    for (Place at = 0; at < history_.size(); ++at) {
        if (!is_by_coordinators(at) || !is_worth_naming(at) || history_[at].author == writer)
            continue;
        const bool is_named = std::ranges::any_of(seen_by_all, [&](const auto& entry) {
            return entry.first != facts_[at].author && has(entry.second, at);
        });
        if (!is_named)
            return true;
    }
    return false;
}

} // namespace staffroom::network
