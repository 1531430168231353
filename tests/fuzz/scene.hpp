// Two schools of one network, host and guest, whose disks each hold something that the other lacks:
// the start of the targets with two machines. Made once a process; every input starts from copies.
#pragma once

#include "protocol/replica/links/link.hpp"
#include "tests/fuzz/machine.hpp"

namespace staffroom::fuzz {

class Scene {
public:
    [[nodiscard]] static const Scene& get();

    [[nodiscard]] std::unique_ptr<Machine> open_host() const;
    [[nodiscard]] std::unique_ptr<Machine> open_guest() const;

    SchoolKeys host_keys{1};
    SchoolKeys guest_keys{2};
    std::optional<NetworkId> network;
    crypto::Secret32 network_seed;

private:
    Scene();
    void join(Machine& host, Machine& guest);

    std::unique_ptr<tests::TornFileSystem> host_disk_;
    std::unique_ptr<tests::TornFileSystem> guest_disk_;
};

/// Publishes one record of the school in the network; with `file` it names that file, which is put
/// on the machine's disk.
void publish(Machine& machine, const NetworkId& network, std::uint64_t number, bool with_file);

/// Carries what each has said to the other until both are silent or a side has closed.
void carry(
    Machine& one, replica::LinkId link_of_one, Machine& other, replica::LinkId link_of_other
);

/// Calls a machine with the keys of another school and speaks to it in its own words: what a member
/// can say that does not run this program.
class Caller {
public:
    /// Ends the process when the handshake does not succeed.
    Caller(Machine& callee, replica::LinkId link, const SchoolKeys& as, const SchoolKeys& to);

    /// One message, framed and sealed.
    void say(ByteView message);
    /// One frame with these bytes inside.
    void say_frame(ByteView plain);
    /// Bytes of the line as they are.
    void say_raw(ByteView bytes);
    /// Messages that have come back since the last call.
    [[nodiscard]] std::vector<Bytes> heard();
    /// By which both sides of this link name the network.
    [[nodiscard]] wire::Token token() const;

private:
    void exchange_frame(channel::Handshake& handshake, ByteView frame, Random& random);
    [[nodiscard]] Bytes next_frame();

    Machine& callee_;
    replica::Link link_;
};

} // namespace staffroom::fuzz
