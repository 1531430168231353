// hostile_member FOLDER HOST:PORT MODE SECONDS: a member of the first network of a data folder that
// `staffroom init` and `network join` have made and whose node is stopped. It misbehaves for so
// long, and dials again when its line is ended. Prints "in" once its first handshake has ended
// well, and in the end one line of JSON with the outcome.
#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/network/genesis.hpp"
#include "protocol/replica/links/link.hpp"
#include "storage/files/node_folder.hpp"
#include "storage/files/posix_files.hpp"
#include "storage/store/store.hpp"
#include "tests/hostile/modes.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <thread>

namespace staffroom::hostile {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t queued_enough = 256 * 1024;
constexpr std::size_t anonymous_lines_max = 400;
constexpr milliseconds redial_pause{20};

class SodiumRandom final : public Random {
public:
    void fill(std::span<std::uint8_t> out) override { randombytes_buf(out.data(), out.size()); }
};

Member load_member(const std::filesystem::path& path) {
    auto folder = storage::open_node_folder(path);
    ensure(folder.has_value());
    storage::PosixFileSystem files;
    const auto store = storage::Store::open(files, storage::store_path(path).string());
    ensure(store.has_value());
    auto image = (*store)->load_image();
    ensure(image.has_value());
    crypto::SodiumVerifier verifier;
    auto chain = identity::IdentityChain::parse(folder->chain, verifier);
    ensure(chain.has_value());
    std::vector<TransportPublicKey> others;
    for (const replica::Row& row : image->rows) {
        if (row.kind != replica::RowKind::chain)
            continue;
        auto other = identity::IdentityChain::parse(row.value, verifier);
        ensure(other.has_value());
        if (other->school() != chain->school())
            others.push_back(other->nodes().front().certificate.transport_key);
    }
    std::vector<Bytes> governance;
    for (const replica::GovernanceEntry& entry : image->governance)
        if (entry.payload != nullptr)
            governance.push_back(*entry.payload);
    for (const replica::Row& row : image->rows) {
        if (row.kind != replica::RowKind::genesis)
            continue;
        auto genesis = network::parse_genesis(row.value);
        ensure(genesis.has_value());
        crypto::Secret32 meeting_key = network::meeting_key(*genesis);
        return {
            crypto::SigningKey(folder->keys.signing_seed),
            channel::TransportKeyPair::from_secret(folder->keys.transport),
            std::move(*chain),
            network::network_id(row.value),
            std::move(genesis->seed),
            std::move(meeting_key),
            std::move(image->logs),
            std::move(others),
            std::move(governance)};
    }
    std::cerr << "hostile_member: the folder is in no network\n";
    std::exit(2);
}

struct Sums {
    std::uint64_t lines = 0; // handshakes that ended well
    std::uint64_t refused = 0;
    std::uint64_t ended = 0; // by the other side
    std::uint64_t acts = 0;
    std::uint64_t sent = 0;
    std::uint64_t received = 0;

    void add(const Line& line) {
        sent += line.sent();
        received += line.received();
    }
    void print(std::string_view mode) const {
        std::cout << "{\"mode\":\"" << mode << "\",\"lines\":" << lines
                  << ",\"refused\":" << refused << ",\"ended\":" << ended << ",\"acts\":" << acts
                  << ",\"sent\":" << sent << ",\"received\":" << received << "}\n";
    }
};

struct Campaign {
    const Member& member;
    std::string address;
    const Mode& mode;
    Clock::time_point end;
    SodiumRandom random{};
    Sums sums{};

    [[nodiscard]] bool is_over() const { return Clock::now() >= end; }

    std::unique_ptr<Line> meet(const channel::TransportKeyPair& key) {
        auto line = Line::meet(address, {key, member.meeting_key}, random);
        ++(line == nullptr ? sums.refused : sums.lines);
        if (line != nullptr && sums.lines == 1)
            std::cout << "in" << std::endl; // whoever measures begins now
        return line;
    }

    /// One line until it ends.
    void misbehave(Line& line) {
        Act act{member, random, line, replica::space_token(line.handshake_hash(), member.seed)};
        act.count = sums.acts;
        say_hello(act);
        bool is_up = true;
        while (is_up && !is_over()) {
            if (line.queued().size() < queued_enough)
                mode.act(act);
            is_up = line.pump(5, mode.reads);
            line.take_messages([&](const wire::Message& message) {
                if (mode.answer != nullptr)
                    mode.answer(act, message);
            });
        }
        sums.acts = act.count;
        sums.ended += is_up ? 0 : 1;
        sums.add(line);
    }

    void run() {
        while (!is_over()) {
            if (const auto line = meet(member.transport))
                misbehave(*line);
            std::this_thread::sleep_for(redial_pause);
        }
    }

    /// Knows the meeting key and is nobody: as many lines as it gets, each with a large message
    /// that is never finished.
    void run_anonymous() {
        std::vector<std::unique_ptr<Line>> lines;
        Bytes half;
        append_u32_be(half, limits::message_bytes_max);
        half.resize(limits::message_bytes_max - 1);
        while (!is_over()) {
            if (lines.size() < anonymous_lines_max) {
                crypto::Secret32 secret;
                random.fill(secret.writable());
                if (auto line = meet(channel::TransportKeyPair::from_secret(secret))) {
                    line->queue_sealed(half);
                    lines.push_back(std::move(line));
                }
            }
            std::erase_if(lines, [&](const auto& line) {
                const bool is_up = line->pump(0, true);
                sums.ended += is_up ? 0 : 1;
                return !is_up;
            });
        }
        for (const auto& line : lines)
            sums.add(*line);
    }

    /// Knows the node's public key and nothing else: `acts` is what it has learned.
    void run_curious() {
        while (!is_over()) {
            crypto::Secret32 secret;
            random.fill(secret.writable());
            const auto own = channel::TransportKeyPair::from_secret(secret);
            for (const TransportPublicKey& other : member.others) {
                const auto line = Line::meet(address, {own, member.meeting_key, other}, random);
                ++(line == nullptr ? sums.refused : sums.lines);
                if (line != nullptr)
                    listen_on(*line);
            }
            std::this_thread::sleep_for(redial_pause);
        }
    }

    void listen_on(Line& line) {
        if (sums.lines == 1)
            std::cout << "in" << std::endl;
        Act act{member, random, line, random.make<wire::Token>()};
        ask_who(act);
        const auto until = std::min(end, Clock::now() + milliseconds(500));
        while (line.pump(5, true) && Clock::now() < until)
            line.take_messages([&](const wire::Message& message) {
                sums.acts += learned_from(message);
            });
        sums.add(line);
    }

    void run_reconnecting() {
        while (!is_over()) {
            if (const auto line = meet(member.transport))
                sums.add(*line);
        }
    }
};

} // namespace
} // namespace staffroom::hostile

int main(int count, char** words) {
    using namespace staffroom;
    const std::vector<std::string> arguments(words + 1, words + count);
    const hostile::Mode* mode = arguments.size() == 4 ? hostile::find_mode(arguments[2]) : nullptr;
    if (mode == nullptr || sodium_init() < 0) {
        std::cerr << "Usage: hostile_member FOLDER HOST:PORT MODE SECONDS, MODE one of:";
        for (const std::string_view name : hostile::mode_names())
            std::cerr << " " << name;
        std::cerr << "\n";
        return 2;
    }
    std::signal(SIGPIPE, SIG_IGN);
    const hostile::Member member = hostile::load_member(arguments[0]);
    const auto span = std::chrono::duration<double>(std::atof(arguments[3].c_str()));
    const auto end =
        hostile::Clock::now() + std::chrono::duration_cast<hostile::Clock::duration>(span);
    hostile::Campaign campaign{member, arguments[1], *mode, end};
    if (mode->name == "anonymous")
        campaign.run_anonymous();
    else if (mode->name == "curious")
        campaign.run_curious();
    else if (mode->name == "reconnect")
        campaign.run_reconnecting();
    else
        campaign.run();
    campaign.sums.print(mode->name);
    return 0;
}
