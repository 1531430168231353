// The address book: whom this node dials, with which key, and when again. It dials only addresses
// that were added, that an inviter had, or that a member has published. A member could publish
// false addresses, to hide a school or to keep this node busy. So only the handshake says whose an
// address is, and published addresses are hearsay: dialled after the others and in few places.
// Which handshake a dial begins with is decided here as well. [S10] [C1]
#pragma once

#include "protocol/replica/links/links.hpp"
#include "protocol/replica/membership/networks.hpp"
#include "protocol/replica/ports/part.hpp"
#include "protocol/replica/ports/status.hpp"

namespace staffroom::replica {

/// The source of an address. Stored: never renumber.
enum class NeighbourSource : std::uint8_t { added = 1, inviter = 2, published = 3 };

[[nodiscard]] std::string_view source_name(NeighbourSource source);

struct Neighbour {
    std::string address;
    NeighbourSource source;
    std::set<NetworkId> networks;
    std::optional<TransportPublicKey> key{}; // known since the last meeting: XK
    std::optional<SchoolId> school{};        // the school that a handshake has proven here
    std::set<SchoolId> publishers{};         // members that say that they are here
    std::uint32_t failures = 0;
    Instant next_try{0};
    std::optional<LinkId> link{};
    std::optional<Errc> trouble{};
    std::optional<WallTime> heard{};
    bool key_met_silence = false; // try the meeting key next

    /// Tells whether nobody has been met here yet and no person has named it.
    [[nodiscard]] bool is_hearsay() const { return source == NeighbourSource::published && !key; }
};

class Neighbours : public Part {
public:
    Neighbours(Context& context, Networks& networks, Links& links)
        : context_(context)
        , networks_(networks)
        , links_(links) {}

    [[nodiscard]] Result<void> restore(const Image& image) override;

    /// Adds or extends an entry that is kept on disk; returns the row to store.
    Row remember(const std::string& address, const NetworkId& network, NeighbourSource source);
    /// The result of forgetting an address that was added or came with an invitation: the row that
    /// keeps it so. Nothing when there is no such entry, or only its school's own word for it.
    /// `ends_link` is its link.
    struct Forgotten {
        Row row;
        std::optional<LinkId> link;
    };
    [[nodiscard]] std::optional<Forgotten> forget(const std::string& address);
    /// Returns when a school was last connected, over any address; kept over a start.
    [[nodiscard]] std::optional<WallTime> heard_from(const SchoolId& school) const;

    /// Takes over the addresses that members publish.
    void refresh_published();

    /// Dials every entry that is due.
    void settled() override;
    /// Dials every entry without a link now.
    void dial_all();

    /// Notes that two machines seem to have this key: its addresses are dialled a few times
    /// although it is linked, so that each of the two is heard.
    void suspect_copies(const TransportPublicKey& key);
    void link_settled(const Link& link); // handshake and hello have succeeded
    void link_closed(const Link& link, Errc why) override;
    /// Tells whether a link was dialled because a member publishes the address, and nobody has been
    /// met there.
    [[nodiscard]] bool is_hearsay(const Link& link) const;

    [[nodiscard]] const std::map<std::string, Neighbour>& all() const { return entries_; }
    /// Returns when somebody is to be dialled again, in 100 ms at the soonest.
    [[nodiscard]] std::optional<Instant> deadline() const override;
    /// Tells whether somebody in the book is neither connected nor has failed since dial_all.
    [[nodiscard]] bool has_undecided() const;
    [[nodiscard]] std::vector<Row> take_rows() override { return std::exchange(rows_, {}); }

private:
    void dial(Neighbour& neighbour);
    void note_heard(const Link& link, bool is_ending);
    [[nodiscard]] std::vector<Neighbour*> due();
    [[nodiscard]] bool is_linked(const SchoolId& school) const;
    [[nodiscard]] bool is_linked_otherwise(const Neighbour& neighbour) const;
    [[nodiscard]] bool takes_second_look(const Neighbour& neighbour);

    Context& context_;
    Networks& networks_;
    Links& links_;
    std::map<std::string, Neighbour> entries_;
    struct Heard {
        WallTime last;
        WallTime written; // on disk
    };
    std::map<SchoolId, Heard> heard_;
    struct Suspicion {
        Instant since;
        unsigned dials_left;
    };
    std::map<TransportPublicKey, Suspicion> suspicions_;
    std::vector<Row> rows_;
};

/// Makes a link that is about to be dialled: handshake prepared, first frame to be sent when the
/// socket is open.
[[nodiscard]] Link make_dialled_link(Context& context, const std::string& address, Meeting meeting);

} // namespace staffroom::replica
