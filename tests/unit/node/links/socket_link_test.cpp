#include "node/links/dialer.hpp"
#include "node/links/listener.hpp"
#include "node/links/socket_link.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>

#include <sstream>

namespace staffroom::links {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using replica::LinkId;

/// Notes what two links report, in one loop on real sockets.
struct Observed final : LinkObserver {
    std::chrono::microseconds on_bytes(LinkId link, ByteView bytes) override {
        append(received[link], bytes);
        return pause;
    }
    void on_sent(LinkId link, std::size_t count) override { sent[link] += count; }
    void on_closed(LinkId link, std::string_view why) override { closed[link] = why; }

    std::chrono::microseconds pause{0};
    std::map<LinkId, Bytes> received;
    std::map<LinkId, std::size_t> sent;
    std::map<LinkId, std::string> closed;
};

static_assert((2U << 20U) < queue_bytes_max);
constexpr LinkId accepted_id{2};
constexpr LinkId dialled_id{1};

/// Two ends of a real connection on loopback; the accepted end is a link, the other a link or a
/// bare socket.
struct Line {
    asio::io_context io{1};
    std::ostringstream trace_lines;
    std::unique_ptr<node::Trace> trace =
        node::Trace::to_stream(trace_lines, node::TraceLevel::debug);
    Observed observed;
    tcp::socket bare{io};
    std::shared_ptr<SocketLink> accepted;
    std::shared_ptr<SocketLink> dialled;

    Line() {
        auto listener = Listener::bind(io, HostPort{"127.0.0.1", 0}, *trace);
        REQUIRE(listener);
        (*listener)->start([this](tcp::socket socket) {
            accepted =
                std::make_shared<SocketLink>(std::move(socket), accepted_id, observed, *trace);
            accepted->start();
        });
        bool is_dialled = false;
        dial(
            io,
            to_text((*listener)->bound()),
            DialReach::anywhere,
            *trace,
            [&](Result<tcp::socket> outcome) {
                REQUIRE(outcome);
                bare = std::move(*outcome);
                is_dialled = true;
            }
        );
        REQUIRE(run_until([&] { return is_dialled && accepted != nullptr; }));
        (*listener)->stop();
    }

    void make_both_links() {
        dialled = std::make_shared<SocketLink>(std::move(bare), dialled_id, observed, *trace);
        dialled->start();
    }

    bool run_until(
        const std::function<bool()>& is_done,
        std::chrono::seconds patience = std::chrono::seconds(5)
    ) {
        const auto until = std::chrono::steady_clock::now() + patience;
        while (!is_done()) {
            if (std::chrono::steady_clock::now() >= until)
                return false;
            io.restart();
            io.run_one_for(std::chrono::milliseconds(20));
        }
        return true;
    }
};

SharedBytes pattern(std::size_t size, std::uint8_t seed) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<std::uint8_t>(seed + i * 7 + (i >> 8U));
    return std::make_shared<const Bytes>(std::move(bytes));
}

} // namespace

TEST_CASE("socket link: bytes arrive whole and in order, and each is counted once", "[links]") {
    Line line;
    line.make_both_links();
    Bytes expected;

    for (std::uint8_t i = 0; i < 40; ++i) {
        const SharedBytes part = pattern(1 + std::size_t{i} * 997, i);
        append(expected, *part);
        line.dialled->send(part);
    }
    CHECK(line.dialled->queued_bytes() == expected.size());

    REQUIRE(line.run_until([&] {
        return line.observed.received[accepted_id].size() >= expected.size() &&
               line.observed.sent[dialled_id] >= expected.size();
    }));
    CHECK((line.observed.received[accepted_id] == expected)); // Too long to be printed.
    CHECK(line.observed.sent[dialled_id] == expected.size());
    CHECK(line.dialled->queued_bytes() == 0);
}

TEST_CASE("socket link: what was sent before closing still arrives", "[links]") {
    Line line;
    line.make_both_links();
    const SharedBytes last_words = pattern(2U << 20U, 9);
    // Unread bytes on the closing side must not reset the line.
    line.accepted->send(pattern(100'000, 1));
    line.dialled->send(last_words);

    line.dialled->close_after_flush();
    line.dialled->send(pattern(10, 5)); // too late, and dropped

    REQUIRE(line.run_until([&] { return line.observed.closed.contains(accepted_id); }));
    CHECK((line.observed.received[accepted_id] == *last_words)); // Too long to be printed.
    CHECK_FALSE(line.observed.closed.contains(dialled_id));
}

TEST_CASE("socket link: the end of the other side is reported once", "[links]") {
    Line line;
    line.make_both_links();

    line.dialled->abort();

    REQUIRE(line.run_until([&] { return line.observed.closed.contains(accepted_id); }));
    CHECK(line.observed.closed.at(accepted_id) == "the other side closed");
    line.accepted->send(pattern(10, 1));
    line.accepted->close_after_flush();
    CHECK_FALSE(line.run_until([] { return false; }, std::chrono::seconds(0)));
    CHECK(line.observed.closed.size() == 1);
    std::weak_ptr<SocketLink> gone = line.accepted;
    line.accepted.reset();
    CHECK(line.run_until([&] { return gone.expired(); }));
}

TEST_CASE("socket link: a neighbour that reads nothing fills the queue and is closed", "[links]") {
    Line line; // the bare end never reads
    const SharedBytes part = pattern(limits::chunk_bytes_max, 3);
    const std::size_t enough = 2 * queue_bytes_max / part->size();

    for (std::size_t i = 0; i < enough; ++i)
        line.accepted->send(part);

    REQUIRE(line.run_until([&] { return line.observed.closed.contains(accepted_id); }));
    CHECK(line.observed.closed.at(accepted_id) == "the send queue is full");
    CHECK(line.accepted->queued_bytes() == 0);
}

TEST_CASE("socket link: a stranger who gets no answer gets no buffer either", "[links]") {
    Line line;
    const SharedBytes noise = pattern(4 * first_read_bytes, 3);

    asio::write(line.bare, asio::buffer(*noise));
    REQUIRE(line.run_until([&] {
        return line.observed.received[accepted_id].size() == noise->size();
    }));
    CHECK(line.accepted->read_buffer_capacity() == first_read_bytes);

    line.accepted->send(pattern(1, 1));
    REQUIRE(line.run_until([&] { return line.observed.sent[accepted_id] == 1; }));
    asio::write(line.bare, asio::buffer(*noise));
    REQUIRE(line.run_until([&] {
        return line.observed.received[accepted_id].size() == 2 * noise->size();
    }));
    CHECK(line.accepted->read_buffer_capacity() == read_buffer_bytes);
}

TEST_CASE("dialer: an address where nobody listens is unreachable", "[links]") {
    Line line;
    std::map<std::string, Errc> outcomes;
    auto closed_listener = Listener::bind(line.io, HostPort{"127.0.0.1", 0}, *line.trace);
    REQUIRE(closed_listener);
    const std::string nobody = to_text((*closed_listener)->bound());
    (*closed_listener)->stop();

    for (const std::string& address : {nobody, std::string("no port"), std::string("::1:80")})
        dial(
            line.io,
            address,
            DialReach::anywhere,
            *line.trace,
            [&outcomes, address](Result<tcp::socket> outcome) {
                REQUIRE_FALSE(outcome);
                outcomes.emplace(address, outcome.error().code);
            }
        );

    REQUIRE(line.run_until([&] { return outcomes.size() == 3; }));
    CHECK(outcomes.at(nobody) == Errc::unreachable);
    CHECK(outcomes.at("no port") == Errc::invalid_input);
    CHECK(outcomes.at("::1:80") == Errc::invalid_input);
}

TEST_CASE(
    "dialer: a name that cannot be looked up is told apart from a silent machine", "[links]"
) {
    Line line;
    std::optional<Errc> outcome;

    // RFC 6761 6.4: no name under .invalid ever has an address.
    dial(
        line.io,
        "school.invalid:7420",
        DialReach::anywhere,
        *line.trace,
        [&outcome](Result<tcp::socket> dialled) {
            REQUIRE_FALSE(dialled);
            outcome = dialled.error().code;
        }
    );

    REQUIRE(line.run_until([&] { return outcome.has_value(); }));
    CHECK(outcome == Errc::name_unknown);
}

TEST_CASE(
    "listener: a port that is taken is told apart from an address that is not ours", "[links]"
) {
    Line line;
    const auto first = Listener::bind(line.io, HostPort{"127.0.0.1", 0}, *line.trace);
    REQUIRE(first);

    const auto second = Listener::bind(line.io, (*first)->bound(), *line.trace);
    const auto foreign = Listener::bind(line.io, HostPort{"192.0.2.1", 0}, *line.trace);

    REQUIRE_FALSE(second);
    CHECK(second.error().code == Errc::in_use);
    REQUIRE_FALSE(foreign);
    CHECK(foreign.error().code == Errc::bad_configuration);
}

TEST_CASE("address: host and port are read, and written back in the same form", "[links]") {
    for (const std::string text : {"school.example:7440", "192.0.2.1:0", "[2001:db8::1]:65535"}) {
        const auto parsed = parse_host_port(text);
        REQUIRE(parsed);
        CHECK(to_text(*parsed) == text);
    }
    for (const std::string text :
         {"",
          ":",
          "host",
          "host:",
          ":80",
          "host:65536",
          "host:-1",
          "host:80x",
          "a b:80",
          "::1:80",
          "[::1]",
          "[]:80",
          "[1]]:80",
          "[host]:80",
          "http://host:80"})
        CHECK(parse_host_port(text).error().code == Errc::invalid_input);
}

TEST_CASE("dialer: a published address leads neither to this machine nor to its wire", "[links]") {
    Line line;
    auto listener = Listener::bind(line.io, HostPort{"127.0.0.1", 0}, *line.trace);
    REQUIRE(listener);
    const std::string port = std::to_string((*listener)->bound().port);
    std::map<std::pair<std::string, DialReach>, bool> reached;
    const std::vector<std::string> hosts{"127.0.0.1", "[::ffff:127.0.0.1]", "localhost"};

    for (const std::string& host : hosts)
        for (const DialReach reach :
             {DialReach::anywhere, DialReach::elsewhere, DialReach::elsewhere_or_loopback})
            dial(
                line.io,
                host + ":" + port,
                reach,
                *line.trace,
                [&reached, key = std::pair(host, reach)](const Result<tcp::socket>& outcome) {
                    reached.emplace(key, outcome.has_value());
                    if (!outcome)
                        CHECK(outcome.error().code == Errc::unreachable);
                }
            );

    REQUIRE(line.run_until([&] { return reached.size() == 3 * hosts.size(); }));
    for (const std::string& host : hosts) {
        INFO(host);
        CHECK(reached.at({host, DialReach::anywhere}));
        CHECK_FALSE(reached.at({host, DialReach::elsewhere}));
        CHECK(reached.at({host, DialReach::elsewhere_or_loopback}));
    }
}

TEST_CASE("address: what leads to this machine or its wire is told apart", "[links]") {
    const auto leads_away = [](const char* text) {
        return is_elsewhere(asio::ip::make_address(text));
    };
    for (const char* here :
         {"127.0.0.1",
          "127.9.9.9",
          "0.0.0.0",
          "0.1.2.3",
          "169.254.1.1",
          "224.0.0.1",
          "239.255.255.250",
          "255.255.255.255",
          "240.0.0.1",
          "::",
          "::1",
          "fe80::1",
          "ff02::1",
          "::ffff:127.0.0.1",
          "::ffff:0.0.0.0",
          "::ffff:169.254.1.1",
          "::127.0.0.1"}) {
        INFO(here);
        CHECK_FALSE(leads_away(here));
    }
    for (const char* away :
         {"192.0.2.1", "10.0.0.7", "192.168.1.4", "2001:db8::1", "fd00::1", "::ffff:192.0.2.1"}) {
        INFO(away);
        CHECK(leads_away(away));
    }
}

TEST_CASE("address: one machine is one remote, however many addresses it has", "[links]") {
    const auto group = [](const char* text) { return remote_group(asio::ip::make_address(text)); };

    CHECK(group("192.0.2.1") == group("::ffff:192.0.2.1"));
    CHECK(group("192.0.2.1") != group("192.0.2.2"));
    CHECK(group("2001:db8:1:2::1") == group("2001:db8:1:2:ffff::9"));
    CHECK(group("2001:db8:1:2::1") != group("2001:db8:1:3::1"));
}

TEST_CASE(
    "admission: a newcomer takes the place of its oldest stranger, never a neighbour's", "[links]"
) {
    Admission admission;
    for (std::uint64_t i = 0; i < strangers_per_remote_max; ++i)
        REQUIRE_FALSE(admission.admit(LinkId{2 * i}, "192.0.2.1").evicted);
    admission.authenticated(LinkId{0});

    CHECK_FALSE(admission.admit(LinkId{1000}, "192.0.2.1").evicted);
    const auto crowded = admission.admit(LinkId{1002}, "192.0.2.1");
    const auto elsewhere = admission.admit(LinkId{1004}, "192.0.2.2");

    CHECK(crowded.is_admitted);
    CHECK(crowded.evicted == LinkId{2});
    CHECK_FALSE(elsewhere.evicted);
    CHECK(admission.strangers() == strangers_per_remote_max + 1);
    admission.closed(LinkId{1002});
    admission.closed(LinkId{0});
    CHECK(admission.strangers() == strangers_per_remote_max);
    CHECK(admission.links() == strangers_per_remote_max);
}

TEST_CASE("admission: strangers and links in all stay below their limits", "[links]") {
    Admission admission;
    std::uint64_t id = 0;
    for (std::size_t i = 0; i < 3 * limits::links_unauthenticated_max; ++i)
        CHECK(admission.admit(LinkId{id += 2}, "remote " + std::to_string(i)).is_admitted);
    CHECK(admission.strangers() == limits::links_unauthenticated_max);

    Admission full;
    for (std::size_t i = 0; i < limits::links_max; ++i) {
        REQUIRE(full.admit(LinkId{id += 2}, "192.0.2.1").is_admitted);
        full.authenticated(LinkId{id});
    }
    CHECK_FALSE(full.admit(LinkId{id += 2}, "192.0.2.1").is_admitted);
    CHECK(full.links() == limits::links_max);
}

TEST_CASE("trace: a value chosen by a stranger stays on its line", "[trace]") {
    std::ostringstream lines;
    const auto trace = node::Trace::to_stream(lines, node::TraceLevel::info);

    trace->event(node::TraceLevel::debug, "link.opened");
    trace->event(
        node::TraceLevel::notice, "link.changed", {{"remote", "[::1]:9"}, {"state", "a\n<3>\"b"}}
    );

    CHECK(lines.str() == "notice link.changed remote=[::1]:9 state=\"a\\x0a<3>\\\"b\"\n");
}

} // namespace staffroom::links
