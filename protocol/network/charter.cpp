// Which of a network's charters are here, who has signed them, and which one is in force. [N8]
#include "protocol/network/charter.hpp"

#include "protocol/crypto/hash.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace staffroom::network {
namespace {

/// What members have said, before it is put in order.
struct Said {
    std::map<Digest, Charter> revisions{};
    std::map<Digest, std::set<SchoolId>> signatures{};
};

/// Several may have written the same words: the first of them in the order of ids is named.
void add_revision(Said& said, const PlacedCharterAct& placed, const CharterRevised& revision) {
    const Digest& id = placed.about;
    const auto [at, is_new] = said.revisions.try_emplace(
        id, Charter{id, revision.follows, 0, revision.text, placed.author, placed.written}
    );
    if (!is_new && placed.author < *at->second.author) {
        at->second.author = placed.author;
        at->second.written = placed.written;
    }
    said.signatures[id].insert(placed.author);
}

Said said_by(const std::vector<const PlacedCharterAct*>& acts, const std::set<SchoolId>& members) {
    Said said;
    for (const PlacedCharterAct* placed : acts) {
        if (members.count(placed->author) == 0)
            continue;
        if (const auto* revision = std::get_if<CharterRevised>(&placed->act))
            add_revision(said, *placed, *revision);
        else
            said.signatures[placed->about].insert(placed->author);
    }
    return said;
}

} // namespace

Digest charter_id(const CharterRevised& revision) {
    const Digest words = crypto::hash(crypto::HashLabel::charter, as_view(revision.text));
    return crypto::Hasher(crypto::HashLabel::charter_revision)
        .update(revision.follows.view())
        .update(words.view())
        .finish();
}

Digest charter_of(const CharterAct& act) {
    const auto* revision = std::get_if<CharterRevised>(&act);
    return revision == nullptr ? std::get<CharterSigned>(act).charter : charter_id(*revision);
}

const Charter* CharterBook::find(const Digest& id) const {
    const auto found = std::ranges::find(charters, id, &Charter::id);
    return found == charters.end() ? nullptr : &*found;
}

std::vector<const Charter*> waiting_for(const CharterBook& book, const SchoolId& school) {
    const std::uint32_t in_force = book.find(book.in_force)->number;
    std::vector<const Charter*> waiting;
    for (const Charter& each : book.charters)
        if (each.number >= in_force && each.signed_by.count(school) == 0)
            waiting.push_back(&each);
    return waiting;
}

CharterBook fold_charters(
    const FoundingCharter& founding,
    const std::vector<const PlacedCharterAct*>& acts,
    const std::set<SchoolId>& members
) {
    Said said = said_by(acts, members);
    CharterBook book{
        {{founding.id, std::nullopt, 1, founding.text, founding.founder, std::nullopt, members}},
        founding.id,
        members.size() / 2 + 1};
    std::map<Digest, std::vector<Charter*>> followers;
    for (auto& [id, revision] : said.revisions)
        followers[*revision.follows].push_back(&revision);
    // A layer after the other: what follows the charters of the layer before.
    for (std::size_t done = 0; done < book.charters.size(); ++done) {
        const std::uint32_t number = book.charters[done].number + 1;
        const auto next = followers.extract(book.charters[done].id);
        if (next.empty())
            continue;
        for (Charter* revision : next.mapped()) {
            revision->number = number;
            revision->signed_by = said.signatures[revision->id];
            book.charters.push_back(std::move(*revision));
        }
    }
    std::ranges::sort(book.charters, {}, [](const Charter& each) {
        return std::tuple(each.number, each.id);
    });
    const Charter* best = &book.charters.front();
    for (const Charter& each : book.charters)
        if (each.signed_by.size() >= book.needed &&
            (each.number > best->number ||
             (each.number == best->number && each.signed_by.size() > best->signed_by.size())))
            best = &each;
    book.in_force = best->id;
    return book;
}

} // namespace staffroom::network
