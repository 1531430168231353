// Wall clocks that are wrong by ten years. The world's schools share one clock; these two each have
// their own, on a line without delay.
#include "tests/simulation/scenes.hpp"

#include <catch2/catch.hpp>

namespace staffroom::simulation {
namespace {

constexpr std::int64_t ten_years_ms = std::int64_t{10} * 365 * 24 * 3600 * 1000;

struct Node {
    Node(std::string at, std::int64_t error_ms, std::uint64_t seed)
        : address(std::move(at))
        , clock_error_ms(error_ms)
        , random(seed) {}

    std::string address;
    std::int64_t clock_error_ms;
    tests::SeededRandom random;
    tests::TornFileSystem disk;
    crypto::SodiumVerifier verifier;
    std::unique_ptr<storage::Store> store;
    std::unique_ptr<replica::Replica> replica;
    std::vector<Result<replica::Reply>> answers;
};

/// Two nodes and a queue of what they have to do next.
class Pair {
public:
    Pair(std::int64_t first_error_ms, std::int64_t second_error_ms)
        : nodes_{Node("one:1", first_error_ms, 1), Node("two:1", second_error_ms, 2)} {
        for (std::size_t index : {0U, 1U})
            start(index);
    }

    [[nodiscard]] WallTime wall(std::size_t index) const {
        constexpr std::int64_t today_ms = 1'700'000'000'000;
        const std::int64_t ms = today_ms + now_.us / 1000 + nodes_[index].clock_error_ms;
        return WallTime{static_cast<std::uint64_t>(ms)};
    }
    Node& node(std::size_t index) { return nodes_[index]; }

    Result<replica::Reply> command(std::size_t index, replica::CommandBody body) {
        const std::size_t before = nodes_[index].answers.size();
        handle(index, replica::Command{replica::RequestId{++last_request_}, std::move(body)});
        run([&] { return nodes_[index].answers.size() > before; });
        ensure(nodes_[index].answers.size() > before);
        return nodes_[index].answers.back();
    }

    /// Until `done`, or for two minutes of their time.
    bool run(const std::function<bool()>& done) {
        for (int tick = 0; tick < 1200 && !done(); ++tick) {
            for (std::size_t steps = 0; !queue_.empty() && steps < 10'000; ++steps) {
                const auto next = std::move(queue_.front());
                queue_.pop_front();
                next();
            }
            now_ = now_ + std::chrono::milliseconds(100);
            for (std::size_t index : {0U, 1U})
                handle(index, replica::Wake{});
        }
        return done();
    }

private:
    void start(std::size_t index) {
        Node& node = nodes_[index];
        const auto secret = [&] {
            crypto::Secret32 made;
            node.random.fill(made.writable());
            return made;
        };
        const crypto::SigningKey root(secret());
        const crypto::SigningKey next_root(secret());
        replica::NodeKeys keys{
            crypto::SigningKey(secret()), channel::TransportKeyPair::from_secret(secret())};
        const identity::Certificate certificate{
            keys.signing.public_key(),
            keys.transport.public_key,
            node.random.make<EncryptionPublicKey>(),
            node.random.make<identity::CertificateId>()};
        const auto school = identity::found_school(
            root, next_root.public_key(), certificate, wall(index), node.random
        );
        storage::StoreOptions options;
        options.wait_for_background = true;
        auto store = storage::Store::open(node.disk, "/disk/store", options);
        ensure(store.has_value());
        node.store = std::move(*store);
        auto opened = replica::Replica::open(
            {std::move(keys), school.school, school.wire, {}},
            *node.store->load_image(),
            node.random,
            node.verifier
        );
        ensure(opened.has_value());
        node.replica = std::move(*opened);
    }

    void later(std::size_t index, replica::Input input) {
        auto shared = std::make_shared<replica::Input>(std::move(input));
        queue_.emplace_back([this, index, shared] { handle(index, std::move(*shared)); });
    }

    void handle(std::size_t index, replica::Input input) {
        replica::Outbox outbox;
        nodes_[index].replica->handle(now_, wall(index), std::move(input), outbox);
        for (replica::Output& output : outbox)
            perform(index, output);
    }

    void perform(std::size_t index, replica::Output& output) {
        Node& node = nodes_[index];
        const std::size_t other = 1 - index;
        if (auto* open = std::get_if<replica::OpenLink>(&output)) {
            const LinkId accepted{2 * ++last_accepted_};
            lines_[{index, open->link}] = accepted;
            lines_[{other, accepted}] = open->link;
            later(other, replica::LinkOpened{accepted, false, node.address});
            later(index, replica::LinkOpened{open->link, true, open->address});
        } else if (auto* send = std::get_if<replica::SendBytes>(&output)) {
            const auto line = lines_.find({index, send->link});
            if (line == lines_.end())
                return;
            queue_.emplace_back([this, other, link = line->second, bytes = send->bytes] {
                handle(other, replica::BytesArrived{link, *bytes});
            });
            later(index, replica::BytesSent{send->link, send->bytes->size()});
        } else if (auto* closing = std::get_if<replica::CloseLink>(&output)) {
            const auto line = lines_.extract({index, closing->link});
            if (!line.empty())
                later(other, replica::LinkClosed{line.mapped()});
        } else if (auto* store = std::get_if<replica::Store>(&output)) {
            later(index, replica::StoreFinished{store->id, node.store->commit(store->batch)});
        } else if (auto* load = std::get_if<replica::Load>(&output)) {
            auto loaded = node.store->load_chunk(std::get<replica::LoadChunk>(load->what));
            ensure(loaded.has_value());
            later(index, replica::LoadFinished{load->id, replica::Loaded(std::move(*loaded))});
        } else if (auto* done = std::get_if<replica::Done>(&output)) {
            node.answers.push_back(std::move(done->outcome));
        }
    }

    std::array<Node, 2> nodes_;
    Instant now_{1'000'000};
    std::deque<std::function<void()>> queue_;
    std::map<std::pair<std::size_t, LinkId>, LinkId> lines_;
    std::uint64_t last_accepted_ = 0;
    std::uint64_t last_request_ = 0;
};

} // namespace

TEST_CASE("storm: clocks that are wrong by ten years change nothing", "[sim]") {
    const std::pair<std::int64_t, std::int64_t> errors[] = {
        {0, 0}, {ten_years_ms, -ten_years_ms}, {-ten_years_ms, ten_years_ms}, {0, ten_years_ms}};
    for (const auto& [first, second] : errors) {
        INFO(first << " and " << second);
        Pair pair(first, second);
        auto made = pair.command(0, replica::CreateNetwork{"Forest", "talk", "Be kind."});
        REQUIRE(made);
        const NetworkId network = std::get<replica::NetworkCreated>(*made).network;
        const Code code = make_code(pair.node(0).random);
        constexpr std::uint64_t a_day_ms = 24 * 3600 * 1000;
        REQUIRE(pair.command(
            0,
            replica::CreateInvitation{
                network,
                code.psk.copy(),
                code.admit.public_key(),
                WallTime{pair.wall(0).ms + a_day_ms}}
        ));

        const auto joined = pair.command(
            1,
            replica::JoinNetwork{
                code.psk.copy(), code.admit.copy(), "one:1", std::chrono::seconds(60)}
        );

        REQUIRE(joined);
        for (const std::size_t index : {0U, 1U, 0U, 1U}) {
            replica::PublishRecords records;
            records.drafts.push_back(make_draft(log::space_of(network), "words"));
            REQUIRE(pair.command(index, std::move(records)));
        }
        const auto holds_all = [&] {
            const auto one = pair.node(0).replica->networks();
            const auto other = pair.node(1).replica->networks();
            return one.size() == 1 && other.size() == 1 && one[0].documents == 4 &&
                   other[0].documents == 4 && one[0].digest == other[0].digest &&
                   one[0].members.size() == 2 && one[0].members[0].joined &&
                   one[0].members[1].joined;
        };
        CHECK(pair.run(holds_all));
    }
}

} // namespace staffroom::simulation
