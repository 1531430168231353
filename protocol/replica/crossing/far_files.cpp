// Files of what crosses: fetched and served like all others, by the place of the record in its
// author's log. Declared in far_links. The attacks: a gateway asks for a file by a record that does
// not cross, or names a hash that stands in a draft; files hold up what crosses. [A14]
#include "protocol/replica/crossing/far_links.hpp"

namespace staffroom::replica {

std::optional<EntryPlace> FarLinks::place_there(const Link& link, const EntryPlace& here) const {
    const Talk* talk = talk_of(link.id);
    return talk == nullptr ? std::nullopt : parts_.shelf.place_of(talk->network, talk->link, here);
}

std::optional<EntryPlace> FarLinks::place_here(const Link& link, const EntryPlace& there) const {
    const Talk* talk = talk_of(link.id);
    return talk == nullptr ? std::nullopt
                           : parts_.shelf.entry_of(talk->network, {there.log, there.position});
}

EntryPlace FarLinks::meant_here(const Link& link, const EntryPlace& named) const {
    const Talk* talk = talk_of(link.id);
    const LinkKnown* of = talk == nullptr ? nullptr : known(*talk);
    const auto carried = of == nullptr ? std::nullopt : passed_entry(*of, named);
    return carried.value_or(named);
}

EntryPlace FarLinks::named_there(const Link& link, const EntryPlace& here) const {
    const Talk* talk = talk_of(link.id);
    const auto there =
        talk == nullptr ? std::nullopt : parts_.shelf.brought_from(talk->network, here);
    return there ? EntryPlace{there->log, there->position} : here;
}

bool FarLinks::is_quiet(const Link& link) const {
    const Talk* talk = talk_of(link.id);
    return talk != nullptr && !talk->question && talk->storing.empty() && talk->wanted.empty() &&
           parts_.shelf.is_read();
}

bool FarLinks::gives(const Link& link, const EntryPlace& entry) {
    const Talk* talk = talk_of(link.id);
    const LinkKnown* of = talk == nullptr ? nullptr : known(*talk);
    if (of == nullptr || !is_giving(*of))
        return false;
    if (const auto there = parts_.shelf.brought_from(talk->network, entry))
        return passed_entry(*of, {there->log, there->position}) == entry;
    const PassportBook::Kept* passport = parts_.passports.best(*of, entry.log);
    if (passport == nullptr)
        return false;
    const auto cap = of->standing.cap_of(entry.log);
    const LogSize size =
        cap ? std::min(passport->passport.size, cap->size) : passport->passport.size;
    return entry.position.value < size.value && parts_.passports.crosses(*of, entry);
}

} // namespace staffroom::replica
