// One school's node for the fuzz targets: the real replica on the real storage over files in
// memory. Its requests to the disk are done at once and in order; its messages to others are kept
// for the target that carries them. Not here: lines, which the targets play themselves.
#pragma once

#include "protocol/replica/replica.hpp"
#include "storage/attachments/attachment_store.hpp"
#include "storage/store/store.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/store/torn_files.hpp"

#include <deque>
#include <map>

namespace staffroom::fuzz {

/// Who a school is; the same for one seed.
struct SchoolKeys {
    explicit SchoolKeys(std::uint64_t seed);
    [[nodiscard]] replica::NodeKeys node() const;

    crypto::Secret32 signing;
    crypto::Secret32 transport;
    Bytes chain;
    std::optional<SchoolId> school;
};

class Machine {
public:
    /// Starts on what `disk` holds; that must be a disk of this school.
    Machine(
        const SchoolKeys& keys, std::unique_ptr<tests::TornFileSystem> disk, std::uint64_t seed
    );

    /// One input and all that follows from it on this machine.
    void handle(replica::Input input);
    /// Runs a command to its answer; what it needs of others must not be needed.
    Result<replica::Reply> command(replica::CommandBody body);
    /// Time goes by, to the next whole second or so.
    void wait(std::chrono::microseconds span);

    /// What it has said on this link since the last call.
    [[nodiscard]] Bytes take_said(replica::LinkId link);
    [[nodiscard]] std::vector<replica::OpenLink> take_dials() { return std::exchange(dials_, {}); }
    /// True once it has closed this link itself.
    [[nodiscard]] bool has_closed(replica::LinkId link) const { return closed_.contains(link); }
    /// The answer to a command, once it is there.
    [[nodiscard]] const Result<replica::Reply>* answer(replica::RequestId request) const;

    [[nodiscard]] const replica::Replica& replica() const { return *replica_; }
    [[nodiscard]] replica::Replica& replica() { return *replica_; }
    [[nodiscard]] storage::Store& store() { return *store_; }
    [[nodiscard]] storage::AttachmentStore& files() { return *files_; }
    [[nodiscard]] std::unique_ptr<tests::TornFileSystem> clone_disk() const {
        return disk_->clone();
    }

private:
    void feed(replica::Input input);
    void perform(replica::Output& output);

    std::unique_ptr<tests::TornFileSystem> disk_;
    std::unique_ptr<storage::Store> store_;
    std::unique_ptr<storage::AttachmentStore> files_;
    tests::SeededRandom random_;
    crypto::SodiumVerifier verifier_;
    std::unique_ptr<replica::Replica> replica_;
    Instant now_{1'000'000};
    std::uint64_t last_request_ = 1'000;
    std::deque<replica::Input> waiting_;
    std::map<replica::LinkId, Bytes> said_;
    std::set<replica::LinkId> closed_;
    std::vector<replica::OpenLink> dials_;
    std::map<replica::RequestId, Result<replica::Reply>> answers_;
};

} // namespace staffroom::fuzz
