#include "protocol/replica/meeting/neighbours.hpp"

#include "protocol/base/limits.hpp"

#include <algorithm>
#include <tuple>

namespace staffroom::replica {
namespace {

constexpr std::uint8_t row_version = 1;
constexpr unsigned second_looks = 4;
constexpr std::chrono::minutes suspicion_lasts{10};
constexpr std::chrono::milliseconds dialled_again_after{100};

Bytes encode_row(const Neighbour& neighbour) {
    Bytes value{row_version, static_cast<std::uint8_t>(neighbour.source)};
    value.push_back(neighbour.key ? 1 : 0);
    if (neighbour.key)
        append(value, neighbour.key->view());
    for (const NetworkId& network : neighbour.networks)
        append(value, network.view());
    return value;
}

std::optional<Neighbour> decode_row(const Row& row) {
    ByteView rest(row.value);
    if (rest.size() < 3 || rest[0] != row_version || rest[1] < 1 || rest[1] > 3)
        return std::nullopt;
    Neighbour neighbour{std::string(as_text(row.key)), static_cast<NeighbourSource>(rest[1]), {}};
    const bool has_key = rest[2] == 1;
    rest = rest.subspan(3);
    if (has_key) {
        if (rest.size() < 32)
            return std::nullopt;
        neighbour.key = *TransportPublicKey::from(rest.first(32));
        rest = rest.subspan(32);
    }
    for (; rest.size() >= 32; rest = rest.subspan(32))
        neighbour.networks.insert(*NetworkId::from(rest.first(32)));
    return neighbour;
}

} // namespace

std::string_view source_name(NeighbourSource source) {
    switch (source) {
    case NeighbourSource::added: return "added";
    case NeighbourSource::inviter: return "inviter";
    case NeighbourSource::published: return "published";
    }
    return "";
}

Link make_dialled_link(Context& context, const std::string& address, Meeting meeting) {
    const LinkId id{2 * ++context.last_dialled + 1};
    Link link{id, true, address, address, context.now, LinkPhase::handshaking, std::move(meeting)};
    return link;
}

Result<void> Neighbours::restore(const Image& image) {
    for (const Row& row : image.rows) {
        const auto school =
            row.kind == RowKind::heard ? SchoolId::from(row.key) : std::optional<SchoolId>();
        if (school && row.value.size() == 8) {
            const WallTime heard{read_u64_be(row.value)};
            heard_.insert_or_assign(*school, Heard{heard, heard});
        }
        if (row.kind != RowKind::neighbour)
            continue;
        if (auto neighbour = decode_row(row))
            entries_.emplace(neighbour->address, std::move(*neighbour));
    }
    refresh_published();
    return {};
}

Row Neighbours::remember(
    const std::string& address, const NetworkId& network, NeighbourSource source
) {
    const auto at = entries_.try_emplace(address, Neighbour{address, source, {}}).first;
    at->second.source = source;
    at->second.networks.insert(network);
    at->second.failures = 0;
    // The link over which the invitation came is still open; it is this entry's link once it has
    // settled.
    constexpr std::chrono::seconds invited_grace{5};
    at->second.next_try =
        source == NeighbourSource::inviter ? context_.now + invited_grace : context_.now;
    return {RowKind::neighbour, to_bytes(as_view(address)), encode_row(at->second)};
}

std::optional<Neighbours::Forgotten> Neighbours::forget(const std::string& address) {
    const auto at = entries_.find(address);
    if (at == entries_.end() || at->second.source == NeighbourSource::published)
        return std::nullopt;
    Forgotten forgotten{{RowKind::neighbour, to_bytes(as_view(address)), {}}, at->second.link};
    entries_.erase(at);
    refresh_published();
    return forgotten;
}

std::optional<WallTime> Neighbours::heard_from(const SchoolId& school) const {
    const auto at = heard_.find(school);
    return at == heard_.end() ? std::nullopt : std::optional(at->second.last);
}

/// Writes down when a school was last heard: at most once a while for a school that links and
/// leaves all day, and when it leaves.
void Neighbours::note_heard(const Link& link, bool is_ending) {
    constexpr std::uint64_t written_every_ms = 600'000;
    constexpr std::uint64_t ended_every_ms = 60'000;
    if (!link.school || *link.school == context_.school)
        return;
    // A link ends when its silence is noticed; the time when it last spoke counts.
    const auto silent_ms = static_cast<std::uint64_t>(
        std::max<std::int64_t>((context_.now - link.heard_at).count(), 0) / 1000
    );
    const WallTime when{context_.wall.ms - (is_ending ? std::min(silent_ms, context_.wall.ms) : 0)};
    Heard& heard = heard_.try_emplace(*link.school, Heard{WallTime{0}, WallTime{0}}).first->second;
    heard.last = when;
    const std::uint64_t every_ms = is_ending ? ended_every_ms : written_every_ms;
    if (when.ms >= heard.written.ms && when.ms - heard.written.ms < every_ms)
        return;
    heard.written = when;
    Row row{RowKind::heard, to_bytes(link.school->view()), {}};
    append_u64_be(row.value, when.ms);
    rows_.push_back(std::move(row));
}

void Neighbours::refresh_published() {
    struct Published {
        std::set<SchoolId> schools;
        std::set<NetworkId> networks;
    };
    std::map<std::string, Published> published;
    for (const auto& [school, network, address] : networks_.published_addresses()) {
        published[address].schools.insert(school);
        published[address].networks.insert(network);
    }
    for (const auto& [address, by] : published) {
        if (by.schools.count(context_.school) > 0)
            continue; // our own, whoever else says so
        const Neighbour fresh{address, NeighbourSource::published, {}};
        Neighbour& neighbour = entries_.try_emplace(address, fresh).first->second;
        neighbour.networks.insert(by.networks.begin(), by.networks.end());
    }
    for (auto at = entries_.begin(); at != entries_.end();) {
        Neighbour& neighbour = at->second;
        const auto by = published.find(at->first);
        const bool is_withdrawn = by == published.end();
        neighbour.publishers = is_withdrawn ? std::set<SchoolId>() : by->second.schools;
        const bool is_published = neighbour.source == NeighbourSource::published;
        if (is_published)
            neighbour.networks = is_withdrawn ? std::set<NetworkId>() : by->second.networks;
        at = is_published && is_withdrawn && !neighbour.link ? entries_.erase(at) : std::next(at);
    }
}

bool Neighbours::is_linked(const SchoolId& school) const {
    return std::any_of(links_.all().begin(), links_.all().end(), [&](const auto& entry) {
        return entry.second.is_open() && entry.second.school == school;
    });
}

/// Tells whether the school behind the entry is already connected by another link, dialled or
/// accepted. While nobody was met there it may be any of the schools that publish it.
bool Neighbours::is_linked_otherwise(const Neighbour& neighbour) const {
    if (neighbour.is_hearsay())
        return std::all_of(
            neighbour.publishers.begin(),
            neighbour.publishers.end(),
            [&](const SchoolId& school) { return is_linked(school); }
        );
    return std::any_of(links_.all().begin(), links_.all().end(), [&](const auto& entry) {
        const Link& link = entry.second;
        const bool same_key = neighbour.key && link.remote_key == neighbour.key;
        const bool same_school = neighbour.school && link.school == neighbour.school;
        return link.is_open() && (same_key || same_school);
    });
}

void Neighbours::suspect_copies(const TransportPublicKey& key) {
    std::erase_if(suspicions_, [this](const auto& entry) {
        return context_.now - entry.second.since > suspicion_lasts;
    });
    suspicions_.try_emplace(key, Suspicion{context_.now, second_looks});
}

bool Neighbours::takes_second_look(const Neighbour& neighbour) {
    const auto found = neighbour.key ? suspicions_.find(*neighbour.key) : suspicions_.end();
    return found != suspicions_.end() && found->second.dials_left > 0 &&
           found->second.dials_left-- > 0;
}

/// Returns the entries whose time has come: a person's and an inviter's first, then those that were
/// met before, then hearsay; the one that has waited longest goes first.
std::vector<Neighbour*> Neighbours::due() {
    std::vector<Neighbour*> all;
    for (auto& [address, neighbour] : entries_) {
        if (!neighbour.link && neighbour.next_try <= context_.now && !neighbour.networks.empty())
            all.push_back(&neighbour);
    }
    const auto rank = [](const Neighbour& one) {
        return std::tuple(one.is_hearsay(), one.source, one.next_try);
    };
    std::stable_sort(all.begin(), all.end(), [&](const Neighbour* one, const Neighbour* other) {
        return rank(*one) < rank(*other);
    });
    return all;
}

void Neighbours::settled() {
    std::size_t dialling = 0;
    std::size_t hearsay = 0;
    std::map<SchoolId, std::size_t> of_publisher;
    for (const auto& [id, link] : links_.all()) {
        if (!link.dialled || link.phase == LinkPhase::open)
            continue;
        ++dialling;
        const auto at = entries_.find(link.address);
        if (at == entries_.end() || !at->second.is_hearsay())
            continue;
        ++hearsay;
        for (const SchoolId& school : at->second.publishers)
            ++of_publisher[school];
    }
    for (Neighbour* neighbour : due()) {
        const bool is_hearsay = neighbour->is_hearsay(); // these come last
        if (dialling >= limits::dials_at_once_max || links_.all().size() >= limits::links_max ||
            (is_hearsay && hearsay >= limits::hearsay_dials_max))
            return;
        const auto& by = neighbour->publishers;
        const bool has_place = std::any_of(by.begin(), by.end(), [&](const SchoolId& school) {
            return of_publisher[school] < limits::hearsay_dials_per_school_max;
        });
        if (is_hearsay && !has_place)
            continue;
        if (is_linked_otherwise(*neighbour) && !takes_second_look(*neighbour)) {
            neighbour->next_try = context_.now + limits::keepalive_after;
            continue;
        }
        dial(*neighbour);
        ++dialling;
        if (!is_hearsay)
            continue;
        ++hearsay;
        for (const SchoolId& school : by)
            ++of_publisher[school];
    }
}

void Neighbours::dial_all() {
    for (auto& [address, neighbour] : entries_) {
        neighbour.next_try = context_.now;
        if (!neighbour.link)
            neighbour.trouble.reset();
    }
    settled();
}

void Neighbours::dial(Neighbour& neighbour) {
    Meeting meeting = NetworkMeeting{*neighbour.networks.begin()};
    if (neighbour.key && !neighbour.key_met_silence)
        meeting = MemberMeeting{};
    Link link = make_dialled_link(context_, neighbour.address, std::move(meeting));
    link.remote_key = neighbour.key;
    if (std::holds_alternative<NetworkMeeting>(link.meeting))
        link.remote_key.reset();
    for (const NetworkId& network : neighbour.networks)
        link.expected.insert(log::space_of(network));
    neighbour.link = link.id;
    const LinkId id = link.id;
    links_.add(std::move(link));
    context_.emit(OpenLink{id, neighbour.address, neighbour.is_hearsay()});
}

void Neighbours::link_settled(const Link& link) {
    note_heard(link, false);
    const auto at = entries_.find(link.address);
    if (!link.dialled || at == entries_.end())
        return;
    Neighbour& neighbour = at->second;
    if (!neighbour.link)
        neighbour.link = link.id;
    neighbour.trouble.reset();
    neighbour.failures = 0;
    neighbour.key_met_silence = false;
    neighbour.heard = context_.wall;
    if (link.school)
        neighbour.school = link.school;
    if (neighbour.key != link.remote_key) {
        neighbour.key = link.remote_key;
        if (neighbour.source != NeighbourSource::published)
            rows_.push_back(
                {RowKind::neighbour, to_bytes(as_view(neighbour.address)), encode_row(neighbour)}
            );
    }
}

void Neighbours::link_closed(const Link& link, Errc why) {
    if (link.phase == LinkPhase::open && link.hello_received)
        note_heard(link, true);
    const auto at = entries_.find(link.address);
    if (at == entries_.end() || at->second.link != link.id)
        return;
    Neighbour& neighbour = at->second;
    neighbour.link.reset();
    neighbour.trouble = why;
    // The handshake proved whose address this is, even if the link was one too many, say.
    if (link.phase == LinkPhase::open && link.remote_key && !neighbour.key) {
        neighbour.key = link.remote_key;
        neighbour.school = networks_.school_of(*link.remote_key, std::nullopt);
    }
    if (why == Errc::already_exists)
        neighbour.trouble.reset();
    // A key that meets silence may have been rotated: the meeting key is tried next, then both in
    // turn.
    const bool met_silence =
        link.phase != LinkPhase::open && why != Errc::unreachable && why != Errc::name_unknown;
    if (met_silence)
        neighbour.key_met_silence = !neighbour.key_met_silence && neighbour.key.has_value();
    neighbour.failures = link.made_progress ? 0 : neighbour.failures + 1;

    // School lines drop together at 15:30; doubling and jitter spread their return.
    auto delay = std::chrono::microseconds(limits::redial_min);
    for (std::uint32_t i = 1; i < neighbour.failures && delay < limits::redial_max; ++i)
        delay *= 2;
    delay = std::min(delay, std::chrono::microseconds(limits::redial_max));
    const auto jitter = static_cast<std::int64_t>(
        context_.random.below(static_cast<std::uint64_t>(delay.count()) + 1)
    );
    neighbour.next_try = context_.now + delay / 2 + std::chrono::microseconds(jitter);
    if (neighbour.source == NeighbourSource::published && neighbour.publishers.empty())
        entries_.erase(at); // withdrawn while it was dialled
}

bool Neighbours::is_hearsay(const Link& link) const {
    const auto at = entries_.find(link.address);
    return link.dialled && at != entries_.end() && at->second.is_hearsay();
}

bool Neighbours::has_undecided() const {
    return std::any_of(entries_.begin(), entries_.end(), [&](const auto& entry) {
        const Neighbour& neighbour = entry.second;
        // Hearsay is dialled with the others; nobody waits for an entry that has no place yet.
        return !neighbour.link && !neighbour.trouble && !neighbour.is_hearsay() &&
               !neighbour.networks.empty() && !is_linked_otherwise(neighbour);
    });
}

std::optional<Instant> Neighbours::deadline() const {
    std::optional<Instant> next;
    for (const auto& [address, neighbour] : entries_) {
        if (!neighbour.link && !neighbour.networks.empty() && (!next || neighbour.next_try < *next))
            next = neighbour.next_try;
    }
    return next ? std::optional(std::max(*next, context_.now + dialled_again_after)) : next;
}

} // namespace staffroom::replica
