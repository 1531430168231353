// A world of schools: real replicas on the real storage code over files in memory, one virtual
// clock, one seed, lines that delay, cut and part. The same seed gives the same run. Knows no
// script: scenes and storms tell it what happens to which school.
#pragma once

#include "protocol/identity/chain.hpp"
#include "protocol/replica/replica.hpp"
#include "tests/simulation/checks/trace.hpp"
#include "tests/simulation/checks/verifier.hpp"
#include "tests/simulation/world/clocks.hpp"
#include "tests/simulation/world/disks.hpp"
#include "tests/simulation/world/lines.hpp"
#include "tests/support/seeded_random.hpp"

namespace staffroom::simulation {

/// Somebody on the lines who is no replica: a stranger, a liar with real keys.
class Guest {
public:
    Guest() = default;
    Guest(const Guest&) = delete;
    Guest& operator=(const Guest&) = delete;
    Guest(Guest&&) = delete;
    Guest& operator=(Guest&&) = delete;
    virtual ~Guest() = default;

    virtual void opened(LinkId link) = 0;
    virtual void arrived(LinkId link, ByteView bytes) = 0;
    virtual void closed(LinkId link) = 0;
};

struct School {
    std::string name;
    std::string address;
    std::unique_ptr<tests::TornFileSystem> disk;
    std::unique_ptr<storage::Store> store;
    std::unique_ptr<storage::AttachmentStore> files;
    std::unique_ptr<tests::SeededRandom> random;
    crypto::Secret32 root_seed;
    crypto::Secret32 next_root_seed; // committed to, revealed by a root change
    crypto::Secret32 signing_seed;
    crypto::Secret32 transport_secret;
    std::optional<SchoolId> id;
    Bytes chain;
    Clock clock;
    std::vector<replica::MarkedLog> mark; // as /run has it
    std::unique_ptr<replica::Replica> replica;
    std::unique_ptr<Guest> guest; // instead of a replica
    std::uint64_t life = 0;       // events of an earlier life of a school are void
    std::optional<Instant> armed{};
    std::chrono::microseconds disk_delay{500};
    std::optional<ArmedFall> fall{};
    std::uint64_t bytes_sent = 0;
    bool listens = true;
    /// Of a liar: changes what its disk says before its replica hears it; false: it never does.
    std::function<void(Result<replica::FileResult>&)> lie{};
    std::function<bool(Result<replica::Loaded>&)> lie_of_load{};
    std::uint64_t pieces_kept = 0;
};

class World {
public:
    using Answer = std::function<void(Result<replica::Reply>)>;

    explicit World(std::uint64_t seed);

    /// A new school with an empty disk, running.
    std::size_t add_school(const std::string& name);
    /// Somebody who only has an address.
    std::size_t add_guest(const std::string& name, std::unique_ptr<Guest> guest);
    /// From now on the guest stands where this school's node was, at its address.
    void replace_by(std::size_t index, std::unique_ptr<Guest> guest);
    [[nodiscard]] School& school(std::size_t index) { return *schools_.at(index); }
    [[nodiscard]] std::size_t school_count() const { return schools_.size(); }

    /// Sends a command and runs the world until it is answered, or `patience` of virtual time has
    /// passed.
    Result<replica::Reply> command(
        std::size_t index,
        replica::CommandBody body,
        std::chrono::seconds patience = std::chrono::seconds(120)
    );
    /// Sends a command without waiting. `answer` is called once, or never when the node stops.
    void send(std::size_t index, replica::CommandBody body, Answer answer = nullptr);
    void run_for(std::chrono::microseconds span);
    /// Runs until `done` or until `patience` has passed; true when done.
    bool run_until(const std::function<bool()>& done, std::chrono::seconds patience);
    /// The next event. False when there is none.
    bool step();
    void at(Instant when, std::function<void()> act);

    /// Every byte on the line between these two is lost, and new lines fail; until `mend`.
    void part(std::size_t one, std::size_t other);
    void mend(std::size_t one, std::size_t other);
    /// Cuts all open lines of this school after so many more bytes have been delivered to it.
    void cut_after(std::size_t index, std::size_t bytes) { lines_.cut_after(index, bytes); }
    void cut_now(std::size_t index);

    /// Stops the replica; `crash` also loses what the disk had not synced.
    void stop(std::size_t index, bool crash);
    void start(std::size_t index, bool same_boot);
    /// As start, for a disk that may be full or fall. False: the node is off as before.
    [[nodiscard]] bool try_start(std::size_t index, bool same_boot);
    [[nodiscard]] bool is_running(std::size_t index) const {
        return schools_[index]->replica != nullptr;
    }
    /// Power or process go at the disk's next write but `writes`. `fallen` is told.
    void arm_fall(std::size_t index, std::uint64_t writes, Fall fall);
    void on_fallen(std::function<void(std::size_t, Fall)> fallen) { fallen_ = std::move(fallen); }
    [[nodiscard]] DiskImage take_image(std::size_t index) const;
    /// Of a node that is off.
    void put_image(std::size_t index, DiskImage image);

    /// For guests: a line of theirs, bytes on it, its end.
    LinkId dial_as_guest(std::size_t index, const std::string& address);
    void send_as_guest(std::size_t index, LinkId link, Bytes bytes);
    void hang_up_as_guest(std::size_t index, LinkId link) { close(index, link, false); }

    [[nodiscard]] Instant now() const { return now_; }
    [[nodiscard]] Lines& lines() { return lines_; }
    [[nodiscard]] Witness& witness() { return witness_; }
    [[nodiscard]] Trace& trace() { return trace_; }
    [[nodiscard]] crypto::Verifier& verifier() { return verifier_; }
    /// Told of every byte string that a node hands to a line.
    void on_sent(std::function<void(std::size_t, const SharedBytes&)> sent) {
        sent_ = std::move(sent);
    }
    void on_membership(std::function<void(std::size_t)> changed) { changed_ = std::move(changed); }

private:
    struct Performer;

    void handle(std::size_t index, replica::Input input);
    void perform(std::size_t index, replica::Outbox outbox);
    void later(std::size_t index, replica::Input input);
    void arm(std::size_t index);
    bool falls(std::size_t index);
    void dialled(std::size_t index, const replica::OpenLink& open);
    void carry(std::size_t index, const replica::SendBytes& send);
    void crossed(const Crossed& event);
    void deliver(LineEnd to, ByteView bytes);
    void close(std::size_t index, LinkId link, bool tell_self);
    void hung_up(LineId id, bool at_dialler);
    void tell_closed(LineEnd end);
    void check_memory(std::size_t index);
    [[nodiscard]] bool is_counted(const Line& line) const;
    [[nodiscard]] std::size_t lines_of(const SpaceId& space) const;

    std::uint64_t seed_;
    Instant now_{1'000'000};
    EventQueue events_;
    Trace trace_;
    Witness witness_;
    MemoVerifier verifier_;
    Lines lines_;
    std::vector<std::unique_ptr<School>> schools_;
    std::uint64_t last_accepted_ = 0;
    std::map<std::pair<std::size_t, std::uint64_t>, Answer> answers_;
    std::map<std::pair<std::size_t, std::uint64_t>, SpaceId> publishing_;
    std::uint64_t last_request_ = 0;
    std::function<void(std::size_t, Fall)> fallen_;
    std::function<void(std::size_t, const SharedBytes&)> sent_;
    std::function<void(std::size_t)> changed_;
};

} // namespace staffroom::simulation
