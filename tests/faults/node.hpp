// One node as the daemon wires it, on any file interface: opens or salvages its store, reads its
// mark, runs the real replica and performs its outputs at once. It keeps a ledger of what it has
// acknowledged. Not here: threads, sockets, and the line to a neighbour, which is town.hpp.
#pragma once

#include "protocol/replica/replica.hpp"
#include "storage/attachments/attachment_store.hpp"
#include "storage/database/high_water.hpp"
#include "storage/store/salvage.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/store/store_oracle.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace staffroom::faults {

struct Identity {
    SchoolId school;
    Bytes chain;
    crypto::Secret32 signing;
    crypto::Secret32 transport;
};
[[nodiscard]] Identity make_identity(std::uint64_t seed);

/// What was acknowledged, as plain maps, and every head that may have left.
struct Ledger {
    tests::StoreOracle store;
    std::map<replica::FileName, Bytes> files;
    std::map<std::pair<LogId, LogSize>, TreeHash> heads;
    std::uint64_t second_heads = 0; // a size of one log that was signed twice, with two roots
    // Being committed, or refused by the disk at the last try: after a new start it is there whole
    // or not at all.
    std::vector<replica::StoreBatch> under_way{};

    void head_left(const log::SignedHead& head);
    /// Empty when the store holds exactly what was committed, with or without what was under way.
    /// `with_next` says which.
    [[nodiscard]] std::string difference(const storage::Store& store, bool& with_next) const;
    /// The same at a start; from then on what is there counts as committed.
    [[nodiscard]] std::string settle(const storage::Store& store, bool& with_next);
};

inline constexpr const char* store_folder = "/disk/store";
inline constexpr const char* run_mark = "/disk/run/mark";

/// Where and as what a node starts.
struct Boot {
    storage::FileSystem& disk; // with the run folder on it: the mark there says of which boot it is
    std::string id;
    std::uint64_t seed; // of everything random from now on
    bool is_known_damaged = false;
};

struct Started {
    std::optional<storage::SalvageReport> salvaged{};
    std::string difference{}; // of the store and the ledger, where something had been refused
};

class Node {
public:
    Node(const Identity& identity, std::string address)
        : identity_(identity)
        , address_(std::move(address)) {}

    /// As node/app opens its folder. Errors: those that would end the daemon.
    [[nodiscard]] Result<Started> start(const Boot& boot);
    void stop();
    [[nodiscard]] bool is_running() const { return replica_ != nullptr; }
    /// The store answered `corrupt` since the start: it has to be salvaged.
    [[nodiscard]] bool is_damaged() const { return is_damaged_; }

    /// One input, and everything that the disk has to do for it; what has to do with lines and
    /// commands is handed to `out`.
    void handle(Instant now, replica::Input input, replica::Outbox& out);

    [[nodiscard]] const std::string& address() const { return address_; }
    [[nodiscard]] replica::Replica& replica() { return *replica_; }
    [[nodiscard]] storage::Store& store() { return *store_; }
    [[nodiscard]] storage::AttachmentStore& files() { return *files_; }
    [[nodiscard]] Random& random() { return *random_; }
    [[nodiscard]] const SchoolId& school() const { return identity_.school; }
    Ledger ledger;
    bool keeps_ledger = true; // false: a store that comes back bit by bit follows no ledger

private:
    [[nodiscard]] Result<void> open_parts(const Boot& boot, Started& started);
    void perform(replica::Outbox& effects, replica::Outbox& out);
    void
    try_with_ledger(const std::vector<const replica::StoreBatch*>& batches, Result<void>& outcome);
    [[nodiscard]] Result<void> write_mark(const std::vector<replica::MarkedLog>& logs);
    void commit(const std::vector<replica::Store*>& group);
    [[nodiscard]] Result<replica::Loaded> read(const replica::Load& load);

    const Identity& identity_;
    std::string address_;
    std::unique_ptr<tests::SeededRandom> random_;
    crypto::SodiumVerifier verifier_;
    std::unique_ptr<storage::Store> store_;
    std::unique_ptr<storage::AttachmentStore> files_;
    std::optional<storage::HighWater> mark_;
    std::unique_ptr<replica::Replica> replica_;
    std::vector<replica::Input> answers_; // of the disk, to be handled next
    bool is_damaged_ = false;
    bool is_retrying_ = false; // the last commit failed
    bool is_failing_ = false;  // commits fail until the core has heard of a failure
};

} // namespace staffroom::faults
