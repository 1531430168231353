#include "protocol/replica/links/link_room.hpp"

#include "protocol/base/limits.hpp"

#include <algorithm>
#include <tuple>

namespace staffroom::replica {
namespace {

/// The most bytes that all links of unknown callers may leave here together, in whole messages or
/// not.
constexpr std::size_t strangers_bytes_max = std::size_t{16} * 1024 * limits::kib;
static_assert(strangers_bytes_max >= 8 * limits::message_bytes_max);
/// Fewer bytes than this are not worth a look at all the other links.
constexpr std::size_t small_bytes = limits::frame_plain_bytes_max * 2;

bool is_stranger(const Link& link) {
    return !link.dialled && !link.closing && !link.is_known();
}

/// The school that is known at the other end, of this network or of a linked one.
const std::optional<SchoolId>& school_at(const Link& link) {
    return link.school ? link.school : link.far_school;
}

bool is_of_school(const Link& link) {
    return link.is_open() && school_at(link).has_value();
}

/// Orders links by worth: the one that has been here for longest and brought least goes first;
/// links that we dialled go last.
bool is_worth_less(const Link& one, const Link& other) {
    const auto worth = [](const Link& link) {
        return std::tuple(link.dialled, link.gains, link.heard_at, link.id);
    };
    return worth(one) < worth(other);
}

std::size_t links_of(const Links& links, const SchoolId& school) {
    return static_cast<std::size_t>(std::count_if(
        links.all().begin(),
        links.all().end(),
        [&](const auto& entry) {
            return is_of_school(entry.second) && school_at(entry.second) == school;
        }
    ));
}

/// Closes a school's own older links to make room for its newest.
void keep_school_small(Links& links, const Link& newest) {
    std::size_t count = links_of(links, *school_at(newest));
    for (auto& [id, link] : links.all()) {
        if (count <= limits::links_per_school_max)
            return;
        if (id == newest.id || !is_of_school(link) || school_at(link) != school_at(newest))
            continue;
        links.close(link, Errc::busy);
        --count;
    }
}

/// Closes a link of the school with most links when all places of schools are taken.
void keep_schools_few(Links& links, const Link& newest) {
    std::size_t known = 0;
    std::map<SchoolId, std::size_t> counts;
    for (const auto& [id, link] : links.all()) {
        if (!is_of_school(link))
            continue;
        ++known;
        ++counts[*school_at(link)];
    }
    if (known <= limits::links_known_max)
        return;
    Link* worst = nullptr;
    for (auto& [id, link] : links.all()) {
        if (id == newest.id || !is_of_school(link))
            continue;
        const std::size_t count = counts.at(*school_at(link));
        const std::size_t most = worst == nullptr ? 0 : counts.at(*school_at(*worst));
        if (count > most || (count == most && is_worth_less(link, *worst)))
            worst = &link;
    }
    if (worst != nullptr)
        links.close(*worst, Errc::busy);
}

void keep_strangers_small(Links& links, Link& link) {
    std::size_t sum = 0;
    for (const auto& [id, other] : links.all())
        sum += is_stranger(other) ? other.staged_bytes() : 0;
    if (sum > strangers_bytes_max)
        links.close(link, Errc::busy);
}

/// Closes the largest link of the school that has left most unfinished bytes here.
void keep_staging_small(Links& links) {
    std::size_t sum = 0;
    std::map<SchoolId, std::size_t> of_school;
    for (const auto& [id, link] : links.all()) {
        if (!is_of_school(link))
            continue;
        sum += link.staged_bytes();
        of_school[*school_at(link)] += link.staged_bytes();
    }
    if (sum <= limits::staging_bytes_max)
        return;
    Link* largest = nullptr;
    const auto weight = [&](const Link& link) {
        return std::pair(of_school.at(*school_at(link)), link.staged_bytes());
    };
    for (auto& [id, link] : links.all()) {
        if (is_of_school(link) && (largest == nullptr || weight(link) > weight(*largest)))
            largest = &link;
    }
    links.close(*largest, Errc::busy);
}

} // namespace

void make_room_for_stranger(Links& links) {
    const auto count = static_cast<std::size_t>(std::count_if(
        links.all().begin(),
        links.all().end(),
        [](const auto& entry) { return is_stranger(entry.second); }
    ));
    if (count < limits::links_unauthenticated_max)
        return;
    for (auto& [id, link] : links.all()) {
        if (is_stranger(link)) {
            links.close(link, Errc::busy);
            return;
        }
    }
}

void keep_room(Links& links, Link& link) {
    if (is_of_school(link) && link.counted_as != school_at(link)) {
        link.counted_as = school_at(link);
        keep_school_small(links, link);
        keep_schools_few(links, link);
    }
    if (link.staged_bytes() <= small_bytes)
        return;
    if (is_stranger(link))
        keep_strangers_small(links, link);
    else if (is_of_school(link))
        keep_staging_small(links);
}

} // namespace staffroom::replica
