#include "node/accounts/people/account_book.hpp"

#include "node/accounts/people/account_names.hpp"
#include "protocol/base/text.hpp"

namespace staffroom::accounts {
namespace {

template <class Map, class Key>
const typename Map::mapped_type* find_in(const Map& map, const Key& key) {
    const auto found = map.find(key);
    return found == map.end() ? nullptr : &found->second;
}

template <class Thing>
std::vector<Thing> of_person(const std::map<Digest, Thing>& all, const PersonId& person) {
    std::vector<Thing> theirs;
    for (const auto& [hash, each] : all)
        if (each.person == person)
            theirs.push_back(each);
    return theirs;
}

/// Takes the name out only where it still stands for this person.
void forget_name(
    std::map<std::string, PersonId, std::less<>>& names,
    const std::string& key,
    const PersonId& person
) {
    const auto found = names.find(key);
    if (found != names.end() && found->second == person)
        names.erase(found);
}

} // namespace

void AccountBook::put(AccountThing thing) {
    if (auto* person = std::get_if<Person>(&thing)) {
        if (const Person* before = find(person->id)) {
            forget_name(by_name_, same_name_key(before->name), person->id);
            forget_name(by_look_, look_key(before->name), person->id);
        }
        by_name_.insert_or_assign(same_name_key(person->name), person->id);
        by_look_.insert_or_assign(look_key(person->name), person->id);
        people_.insert_or_assign(person->id, std::move(*person));
    } else if (auto* session = std::get_if<Session>(&thing)) {
        sessions_.insert_or_assign(session->hash, std::move(*session));
    } else if (auto* link = std::get_if<Link>(&thing)) {
        links_.insert_or_assign(link->hash, std::move(*link));
    } else if (auto* token = std::get_if<Token>(&thing)) {
        tokens_.insert_or_assign(token->hash, std::move(*token));
    } else {
        const auto& holding = std::get<Holding>(thing);
        if (const auto before = holder_of(holding.document))
            shelf_of(*before).remove(holding.document);
        holders_.insert_or_assign(holding.document, holding.person);
        shelf_of(holding.person).add(holding.document);
    }
}

std::optional<Ended> AccountBook::opened_by(std::string_view key) const {
    const auto hash = key.empty() ? std::nullopt : Digest::from(as_view(key.substr(1)));
    if (hash && key.front() == 's')
        if (const Session* ending = session(*hash))
            return Ended{ending->person, *hash};
    if (hash && key.front() == 't')
        if (const Token* ending = token(*hash))
            return Ended{ending->holder, *hash};
    return std::nullopt;
}

void AccountBook::take_away(std::string_view key) {
    if (key.empty())
        return;
    const ByteView id = as_view(key.substr(1));
    if (key.front() == 'h') {
        const auto document = RevisionId::from(id);
        if (const auto holder = document ? holder_of(*document) : std::nullopt)
            shelf_of(*holder).remove(*document);
        if (document)
            holders_.erase(*document);
        return;
    }
    const auto hash = Digest::from(id);
    if (!hash)
        return; // a person stays on record, because records name them
    switch (key.front()) {
    case 's': sessions_.erase(*hash); return;
    case 'l': links_.erase(*hash); return;
    case 't': tokens_.erase(*hash); return;
    default: return;
    }
}

Result<void> AccountBook::put_row(const AccountRow& row) {
    if (row.value.empty()) {
        take_away(row.key);
        return {};
    }
    auto thing = read_row(row.key, row.value);
    if (!thing)
        return fail(thing.error());
    put(std::move(*thing));
    return {};
}

const Person* AccountBook::find(const PersonId& id) const {
    return find_in(people_, id);
}

const Person* AccountBook::find_named(std::string_view name) const {
    const PersonId* id = find_in(by_name_, same_name_key(name));
    return id == nullptr ? nullptr : find(*id);
}

const Person* AccountBook::find_like(std::string_view name, const PersonId* except) const {
    const PersonId* id = find_in(by_look_, look_key(name));
    if (id == nullptr || (except != nullptr && *id == *except))
        return nullptr;
    return find(*id);
}

const Person* AccountBook::find_typed(std::string_view typed) const {
    const auto id = id_from_base32<PersonId>(typed);
    const Person* person = id ? find(*id) : nullptr;
    return person == nullptr ? find_named(typed) : person;
}

const Session* AccountBook::session(const Digest& hash) const {
    return find_in(sessions_, hash);
}

std::vector<Session> AccountBook::sessions_of(const PersonId& person) const {
    return of_person(sessions_, person);
}

void AccountBook::note_seen(const Digest& session, WallTime now) {
    const auto found = sessions_.find(session);
    if (found != sessions_.end())
        found->second.seen = now;
}

const Link* AccountBook::link(const Digest& hash) const {
    return find_in(links_, hash);
}

std::vector<Link> AccountBook::links_of(const PersonId& person) const {
    return of_person(links_, person);
}

const Token* AccountBook::token(const Digest& hash) const {
    return find_in(tokens_, hash);
}

HeldDocuments& AccountBook::shelf_of(const PersonId& person) const {
    auto& shelf = held_[person];
    if (!shelf)
        shelf = std::make_shared<HeldDocuments>();
    return *shelf;
}

std::shared_ptr<const HeldDocuments> AccountBook::held_by(const PersonId& person) const {
    static_cast<void>(shelf_of(person));
    return held_.at(person);
}

std::optional<PersonId> AccountBook::holder_of(const RevisionId& document) const {
    const PersonId* holder = find_in(holders_, document);
    return holder == nullptr ? std::nullopt : std::optional(*holder);
}

} // namespace staffroom::accounts
