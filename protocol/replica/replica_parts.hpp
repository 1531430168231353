// The parts of a replica in the order of their dependence. Shared by the coordinator (replica), the
// commands and the status; nobody else includes it.
#pragma once

#include "protocol/replica/agreements/agreeing.hpp"
#include "protocol/replica/crossing/far_erasing.hpp"
#include "protocol/replica/crossing/far_links.hpp"
#include "protocol/replica/erasure/erasures.hpp"
#include "protocol/replica/files/file_fetch.hpp"
#include "protocol/replica/logs/own_logs.hpp"
#include "protocol/replica/logs/rewrite.hpp"
#include "protocol/replica/meeting/exchange.hpp"
#include "protocol/replica/meeting/handshaker.hpp"
#include "protocol/replica/meeting/holders.hpp"
#include "protocol/replica/meeting/joining.hpp"
#include "protocol/replica/meeting/neighbours.hpp"
#include "protocol/replica/meeting/sync_waits.hpp"
#include "protocol/replica/membership/witnesses.hpp"
#include "protocol/replica/transfer/body_fetch.hpp"
#include "protocol/replica/transfer/cut_logs.hpp"
#include "protocol/replica/transfer/serve.hpp"

#include <array>

namespace staffroom::replica {

/// The statements of this school about itself to its networks.
struct OwnWords {
    Bytes profile;
    std::vector<std::string> addresses;
};

struct PendingReply {
    RequestId request;
    Reply reply;
};

/// The number of times that a second link of one key was ended of late.
struct Doubles {
    Instant since{0};
    unsigned count = 0;
};

/// The summary of one space, as it was when logbook, roster, and what is erased had these numbers
/// of changes.
struct KnownSummary {
    std::uint64_t changes;
    std::uint64_t erased;
    std::uint64_t folds;
    Digest digest;
    std::uint64_t documents;
    std::uint64_t missing_bodies;
};

/// A role whose time is over, and how many coordinated when this node wrote so: with more of them
/// it may come to something.
struct TermTried {
    NetworkId network;
    RevisionId role;
    std::size_t coordinators;
    friend auto operator<=>(const TermTried&, const TermTried&) = default;
};

/// What has changed in a call and may matter to every link and part; `settle` draws the
/// consequences once.
struct Changes {
    bool rosters = false; // members, roles, codes, or how far a log counts
    bool judgeable =
        false; // an offer has come: what is parked, or was not asked for, may count now
};

struct ReplicaParts {
    explicit ReplicaParts(Context given)
        : context(std::move(given)) {}

    Context context;
    Logbook logbook{context};
    OwnLogs own_logs{context, logbook};
    Rewriter rewriter{context, logbook, own_logs};
    Spaces spaces{};
    Networks networks{context, logbook, spaces};
    Links links{context};
    Server server{context, logbook, links};
    Forks forks{context, logbook, spaces, networks};
    ForkFinder fork_finder{{context, logbook, links, server, forks}};
    CutLogs cut_logs{context, logbook, spaces, links, fork_finder};
    Fetcher fetcher{context, logbook, spaces, networks, links, fork_finder};
    BodyFetcher body_fetcher{context, logbook, spaces, links};
    FilePlaces file_places{};
    FileServer file_server{context, logbook, links, server, file_places};
    FileFetcher file_fetcher{{context, logbook, spaces, links, fetcher, file_server, file_places}};
    Offers offers{{context, logbook, spaces, networks, links, fetcher, forks, fork_finder}};
    Exchange exchange{{context, logbook, spaces, networks, links, fetcher, file_fetcher, offers}};
    Holders holders{{context, logbook, spaces, links, exchange}};
    Neighbours neighbours{context, networks, links};
    Joining joining{{context, own_logs, networks, links, exchange, neighbours}};
    AgreedLinks agreed_links{context, logbook, networks};
    LinkBook link_book{context, networks, agreed_links};
    Agreeing agreeing{{context, logbook, own_logs, networks, links, agreed_links, link_book}};
    Erasures erasures{{context, logbook, networks, link_book, file_places, file_fetcher}};
    Shelf shelf{{context, logbook, networks, link_book}};
    Passports passports{{context, logbook, own_logs, networks, link_book, shelf}};
    FarLinks far_links{
        {context, logbook, own_logs, networks, links, link_book, shelf, passports, erasures}};
    FarErasing far_erasing{
        {context,
         logbook,
         own_logs,
         networks,
         links,
         link_book,
         shelf,
         passports,
         far_links,
         erasures}};
    Handshaker handshaker{context, networks, links, joining, agreeing, link_book};
    SyncWaits waits{context, links, exchange, neighbours};
    Witnesses witnesses{context, own_logs, networks};

    /// All parts that have to be told of something, in the order in which they are told.
    const std::array<Part*, 25> all{
        &networks,     &forks,        &own_logs,    &rewriter,  &server,
        &fetcher,      &body_fetcher, &fork_finder, &cut_logs,  &file_server,
        &file_fetcher, &holders,      &neighbours,  &joining,   &link_book,
        &agreeing,     &shelf,        &passports,   &far_links, &far_erasing,
        &handshaker,   &file_places,  &waits,       &witnesses, &erasures};

    std::optional<OwnWords> words{};
    std::map<StoreId, PendingReply> replies{};     // owed once the store is durable
    std::map<StoreId, LinkId> chunk_sources{};     // not told back what they sent
    std::map<NetworkId, KnownSummary> summaries{}; // computed when they are asked for
    std::set<NetworkId> joins_written{};
    std::set<RevisionId> ends_written{};
    std::set<TermTried> terms_tried{};
    std::set<std::pair<RevisionId, std::size_t>> signed_again{}; // closing, signatories then
    Changes changes{};
    bool is_new_store = false;
    std::map<TransportPublicKey, Doubles> doubles{};
    std::optional<Instant> met_itself{}; // a handshake with somebody who has our own key
    Instant next_housekeeping{0};
};

} // namespace staffroom::replica
