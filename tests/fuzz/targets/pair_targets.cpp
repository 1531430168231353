// Machines that meet: a node and a stranger, and two members over a line that the input cuts into
// fragments, delays and breaks. Also a node that starts on rows which somebody else has changed.
#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/scene.hpp"
#include "tests/fuzz/targets.hpp"

namespace staffroom::fuzz {
namespace {

using replica::LinkId;

// --------------------------------------------------------------------------------------- stranger

/// A node that belongs to a network, as a stranger meets it: whatever comes, not one byte goes out.
/// Pieces of the line, with a change of what the machine knows in between.
void stranger(ByteView input) {
    static const std::unique_ptr<Machine> host = Scene::get().open_host();
    static std::uint64_t links = 0;
    const LinkId link{2 * ++links};
    host->handle(replica::LinkOpened{link, false, "x"});
    InputReader in(input);
    while (!in.is_empty())
        host->handle(replica::BytesArrived{link, in.piece()});
    ensure(host->take_said(link).empty());
    host->handle(replica::LinkClosed{link});
}

std::vector<Bytes> stranger_seeds() {
    tests::SeededRandom random(1);
    Bytes first(2 + limits::first_frame_bytes);
    random.fill(first);
    first[0] = 0;
    first[1] = limits::first_frame_bytes;
    Bytes whole;
    append_piece(whole, first);
    Bytes parted;
    append_piece(parted, ByteView(first).first(1));
    append_piece(parted, ByteView(first).subspan(1, 30));
    append_piece(parted, ByteView(first).subspan(31));
    return {whole, parted};
}

// ---------------------------------------------------------------------------------------- meeting

/// Host and guest, and the line between them while there is one.
class Meeting {
public:
    void open() {
        // Both may have ended a silent line; then nobody says so.
        if (host_.has_closed(host_end_) || guest_.has_closed(guest_end_))
            cut();
        if (is_open_)
            return;
        host_end_ = LinkId{2 * ++lines_};
        guest_.handle(replica::Command{
            replica::RequestId{lines_}, replica::WaitForSync{std::chrono::seconds(1), true}});
        const auto dials = guest_.take_dials();
        if (dials.empty())
            return;
        guest_end_ = dials[0].link;
        is_open_ = true;
        host_.handle(replica::LinkOpened{host_end_, false, "guest"});
        guest_.handle(replica::LinkOpened{guest_end_, true, dials[0].address});
    }
    void cut() {
        if (!std::exchange(is_open_, false))
            return;
        host_.handle(replica::LinkClosed{host_end_});
        guest_.handle(replica::LinkClosed{guest_end_});
        to_host_.clear();
        to_guest_.clear();
    }
    /// Brings at most so many bytes to one side.
    void bring(bool is_to_host, std::size_t bytes_max) {
        collect();
        Bytes& line = is_to_host ? to_host_ : to_guest_;
        const auto count = static_cast<std::ptrdiff_t>(std::min(bytes_max, line.size()));
        if (!is_open_ || count == 0)
            return;
        const Bytes part(line.begin(), line.begin() + count);
        line.erase(line.begin(), line.begin() + count);
        Machine& machine = is_to_host ? host_ : guest_;
        machine.handle(replica::BytesArrived{is_to_host ? host_end_ : guest_end_, part});
        if (host_.has_closed(host_end_) || guest_.has_closed(guest_end_))
            cut();
    }
    void bring_all() {
        collect();
        while (is_open_ && !(to_host_.empty() && to_guest_.empty())) {
            bring(true, to_host_.size());
            bring(false, to_guest_.size());
            collect();
        }
    }
    void wait(std::chrono::microseconds span) {
        host_.wait(span);
        guest_.wait(span);
    }
    void write(bool is_at_host) {
        if (++written_ < 8)
            publish(is_at_host ? host_ : guest_, *Scene::get().network, 20 + written_, false);
    }
    [[nodiscard]] bool is_equal() const {
        const auto host = host_.replica().networks();
        const auto guest = guest_.replica().networks();
        return host[0].digest == guest[0].digest && host[0].missing_bodies == 0 &&
               guest[0].missing_bodies == 0 && host[0].missing_entries == 0 &&
               guest[0].missing_entries == 0 && host[0].waiting_files == 0 &&
               guest[0].waiting_files == 0;
    }

private:
    void collect() {
        append(to_guest_, host_.take_said(host_end_));
        append(to_host_, guest_.take_said(guest_end_));
    }

    std::unique_ptr<Machine> host_owner_ = Scene::get().open_host();
    std::unique_ptr<Machine> guest_owner_ = Scene::get().open_guest();
    Machine& host_ = *host_owner_;
    Machine& guest_ = *guest_owner_;
    LinkId host_end_{0};
    LinkId guest_end_{0};
    bool is_open_ = false;
    std::uint64_t lines_ = 0;
    std::uint64_t written_ = 0;
    Bytes to_host_;
    Bytes to_guest_;
};

/// Each byte is one thing that happens; afterwards the line holds, and both must come to hold the
/// same.
void meeting(ByteView input) {
    Meeting between;
    between.open();
    InputReader in(input.first(std::min<std::size_t>(input.size(), 400)));
    while (!in.is_empty()) {
        const std::uint8_t choice = in.u8();
        const std::size_t amount = choice >> 3U;
        switch (choice & 7U) {
        case 0:
        case 1: between.bring((choice & 1U) != 0, amount + 1); break;
        case 2:
        case 3: between.bring((choice & 1U) != 0, (amount + 1) * 500); break;
        case 4: between.wait(std::chrono::milliseconds(amount * amount * 100)); break;
        case 5: between.write(amount % 2 == 0); break;
        case 6: between.cut(); break;
        default: between.open(); break;
        }
    }
    for (int round = 0; round < 600 && !between.is_equal(); ++round) {
        between.open();
        between.bring_all();
        between.wait(std::chrono::milliseconds(500));
    }
    ensure(between.is_equal());
}

std::vector<Bytes> meeting_seeds() {
    Bytes smooth;
    for (int i = 0; i < 40; ++i)
        append(smooth, Bytes{0xfa, 0xfb, 0x0c});
    Bytes cut;
    for (int i = 0; i < 20; ++i)
        append(cut, Bytes{0x42, 0x9b, 0xf1, 0xf0, 0x5b, 0x05, 0x0d, 0x06, 0x07, 0x52, 0xfb});
    return {{}, smooth, cut};
}

// ------------------------------------------------------------------------------------------ image

/// Rows of the core taken from a disk, some of them changed: a start says what is wrong, or goes on
/// without it.
void image(ByteView input) {
    static const std::unique_ptr<Machine> host = Scene::get().open_host();
    const auto honest = host->store().load_image();
    ensure(honest.has_value());
    replica::Image rows = *honest;
    InputReader in(input);
    while (!in.is_empty()) {
        const std::uint8_t choice = in.u8();
        const std::uint8_t which = in.u8();
        const Bytes piece = to_bytes(in.piece());
        replica::Row& row = rows.rows[which % rows.rows.size()];
        switch (choice % 5) {
        case 0: row.value = piece; break;
        case 1: row.key = piece; break;
        case 2:
            for (std::size_t i = 0; i < std::min(piece.size(), row.value.size()); ++i)
                row.value[i] ^= piece[i];
            break;
        case 3: row.kind = static_cast<replica::RowKind>(1 + choice / 5 % 7); break;
        default:
            rows.governance[which % rows.governance.size()].payload =
                std::make_shared<const Bytes>(piece);
        }
    }
    tests::SeededRandom random(1);
    crypto::SodiumVerifier verifier;
    const SchoolKeys& keys = Scene::get().host_keys;
    auto opened =
        replica::Replica::open({keys.node(), *keys.school, keys.chain, {}}, rows, random, verifier);
    if (!opened)
        return;
    replica::Outbox out;
    (*opened)->handle(Instant{1}, WallTime{1}, replica::Wake{}, out);
    (*opened)->handle(Instant{2}, WallTime{1}, replica::LinkOpened{{2}, false, "x"}, out);
    static_cast<void>((*opened)->networks());
    static_cast<void>((*opened)->neighbours());
    static_cast<void>((*opened)->attention());
}

std::vector<Bytes> image_seeds() {
    const auto honest = Scene::get().open_host()->store().load_image();
    ensure(honest.has_value());
    std::vector<Bytes> seeds{{}};
    for (std::size_t i = 0; i < honest->rows.size(); ++i) {
        Bytes seed{0, static_cast<std::uint8_t>(i)};
        append_piece(seed, honest->rows[i].value);
        append(seed, Bytes{1, static_cast<std::uint8_t>(i)});
        append_piece(seed, honest->rows[i].key);
        seeds.push_back(std::move(seed));
    }
    for (std::size_t i = 0; i < honest->governance.size(); ++i) {
        if (!honest->governance[i].payload)
            continue;
        Bytes seed{4, static_cast<std::uint8_t>(i)};
        append_piece(seed, *honest->governance[i].payload);
        seeds.push_back(std::move(seed));
    }
    return seeds;
}

} // namespace

Targets pair_targets() {
    return {
        {"stranger", stranger, stranger_seeds},
        {"image", image, image_seeds, nullptr, 150},
        {"meeting", meeting, meeting_seeds, nullptr, 6},
    };
}

} // namespace staffroom::fuzz
