// A world of schools: real replicas on the real storage code over files in memory, one virtual
// clock, one seed, lines that delay, cut and part. The same seed gives the same run.
#pragma once

#include "protocol/identity/chain.hpp"
#include "protocol/replica/replica.hpp"
#include "storage/attachment_store.hpp"
#include "storage/store.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/torn_files.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace staffroom::simulation {

using replica::LinkId;

struct School {
    std::string name;
    std::string address;
    std::unique_ptr<tests::TornFileSystem> disk;
    std::unique_ptr<storage::Store> store;
    std::unique_ptr<storage::AttachmentStore> files;
    std::unique_ptr<tests::SeededRandom> random;
    crypto::SodiumVerifier verifier;
    crypto::Secret32 signing_seed;
    crypto::Secret32 transport_secret;
    std::optional<SchoolId> id;
    Bytes chain;
    std::vector<replica::MarkedLog> mark;
    std::unique_ptr<replica::Replica> replica;
    std::uint64_t bytes_sent = 0;
    bool listens = true;
    /// Of a liar: changes what its disk says of files before its replica hears it.
    std::function<void(Result<replica::FileResult>&)> lie;
    std::uint64_t pieces_kept = 0;
};

class World {
public:
    explicit World(std::uint64_t seed);

    /// A new school with an empty disk, running.
    std::size_t add_school(const std::string& name);
    [[nodiscard]] School& school(std::size_t index) { return *schools_.at(index); }

    /// Sends a command and runs the world until it is answered, or `patience` of virtual time has
    /// passed.
    Result<replica::Reply> command(
        std::size_t index,
        replica::CommandBody body,
        std::chrono::seconds patience = std::chrono::seconds(120)
    );
    /// Sends a command without waiting; its answer is dropped.
    void send(std::size_t index, replica::CommandBody body);
    void run_for(std::chrono::microseconds span);
    /// Runs until `done` or until `patience` has passed; true when done.
    bool run_until(const std::function<bool()>& done, std::chrono::seconds patience);

    /// Every byte on the line between these two is lost, and new lines fail; until `mend`.
    void part(std::size_t one, std::size_t other);
    void mend(std::size_t one, std::size_t other);
    /// Cuts all open lines of this school after so many more bytes have been delivered to it.
    void cut_after(std::size_t index, std::size_t bytes);
    void cut_now(std::size_t index);

    /// Stops the replica; `crash` also loses what the disk had not synced.
    void stop(std::size_t index, bool crash);
    void start(std::size_t index, bool same_boot);

    [[nodiscard]] Instant now() const { return now_; }

private:
    struct Line;
    struct Event {
        Instant at;
        std::uint64_t sequence;
        std::function<void()> run;
        friend bool operator>(const Event& a, const Event& b) {
            return std::tie(a.at.us, a.sequence) > std::tie(b.at.us, b.sequence);
        }
    };

    void handle(std::size_t index, replica::Input input);
    void perform(std::size_t index, replica::Outbox outbox);
    void dial(std::size_t index, const replica::OpenLink& open);
    void carry(std::size_t index, const replica::SendBytes& send);
    void deliver(std::size_t index, LinkId link, const SharedBytes& bytes);
    void close(std::size_t index, LinkId link, bool tell_self);
    void at(std::chrono::microseconds delay, std::function<void()> run);
    bool step();
    void arm(std::size_t index);

    std::uint64_t seed_;
    Instant now_{1'000'000};
    std::uint64_t sequence_ = 0;
    std::vector<Event> events_; // a heap
    std::vector<std::unique_ptr<School>> schools_;
    std::map<std::pair<std::size_t, LinkId>, std::pair<std::size_t, LinkId>> lines_;
    std::uint64_t last_accepted_ = 0;
    std::set<std::pair<std::size_t, std::size_t>> parted_;
    std::map<std::size_t, std::size_t> cuts_;
    std::map<std::pair<std::size_t, std::uint64_t>, std::optional<Result<replica::Reply>>> answers_;
    std::uint64_t last_request_ = 0;
    std::map<std::size_t, std::uint64_t> lives_; // events of an earlier life of a school are void
};

} // namespace staffroom::simulation
