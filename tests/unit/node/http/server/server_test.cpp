#include "node/http/server/server.hpp"
#include "tests/support/node/solo_core.hpp"
#include "tests/support/node/solo_instruments.hpp"
#include "tests/support/node/solo_search.hpp"
#include "tests/support/solo_people.hpp"

#include <boost/asio.hpp>
#include <catch2/catch.hpp>
#include <sys/stat.h>

namespace asio = boost::asio;
namespace http = staffroom::http;
namespace node = staffroom::node;
namespace services = staffroom::services;

namespace {

struct Running {
    asio::io_context io;
    staffroom::tests::SoloCore core{9};
    node::Config config;
    services::Library library{core.store()};
    services::Publishing publishing{
        core, library, {staffroom::crypto::Secret32(), "en", "Oakhill", ""}};
    services::NodeFacts facts{"0.1.0", "127.0.0.1:1", "", "", {}, {0}, "/nonexistent"};
    staffroom::tests::SoloInstruments instruments{core.random()};
    staffroom::tests::SoloSearch search{core, library};
    staffroom::tests::SoloPeople people{core, *instruments.trace};
    services::Services all{
        core,
        config,
        library,
        publishing,
        facts,
        instruments.all(),
        search.service,
        nullptr,
        nullptr,
        people.all()};
    std::filesystem::path path = std::filesystem::temp_directory_path() /
                                 ("staffroom-http-" + std::to_string(getpid()) + ".sock");
    http::Server server{io, all, {"token"}};
    std::string web;

    Running() {
        REQUIRE(server.listen_local(path).has_value());
        web = server.listen_web("127.0.0.1:0").value();
        server.start();
    }

    /// Sends all and reads until the other side closes or nothing more comes.
    template <class Socket> std::string talk(Socket& socket, const std::string& words) {
        asio::write(socket, asio::buffer(words));
        socket.non_blocking(true);
        std::string answer;
        for (int round = 0; round < 200; ++round) {
            io.restart();
            io.run_for(std::chrono::milliseconds(2));
            core.settle();
            std::array<char, 4096> buffer{};
            boost::system::error_code error;
            const std::size_t count = socket.read_some(asio::buffer(buffer), error);
            answer.append(buffer.data(), count);
            if (error && error != asio::error::would_block)
                break;
        }
        return answer;
    }

    std::string ask_local(const std::string& words) {
        asio::local::stream_protocol::socket socket(io);
        socket.connect(asio::local::stream_protocol::endpoint(path.string()));
        return talk(socket, words);
    }
    std::string ask_web(const std::string& words) {
        asio::ip::tcp::socket socket(io);
        const auto port = static_cast<unsigned short>(std::stoul(web.substr(web.rfind(':') + 1)));
        socket.connect({asio::ip::address_v4::loopback(), port});
        return talk(socket, words);
    }
};

std::string get(const std::string& target, const std::string& headers = "") {
    return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers +
           "\r\n";
}

} // namespace

TEST_CASE("HTTP server: the health check is answered over both doors", "[http]") {
    Running running;

    CHECK_THAT(running.ask_local(get("/healthz")), Catch::StartsWith("HTTP/1.1 200"));
    CHECK_THAT(running.ask_web(get("/healthz")), Catch::EndsWith("{\"status\":\"ok\"}"));
}

TEST_CASE("HTTP server: over TCP a read needs the token, which changes nothing", "[http]") {
    Running running;

    CHECK_THAT(running.ask_web(get("/api/v1/networks")), Catch::StartsWith("HTTP/1.1 401"));
    CHECK_THAT(
        running.ask_web(get("/api/v1/networks", "Authorization: Bearer token\r\n")),
        Catch::StartsWith("HTTP/1.1 200")
    );
    CHECK_THAT(
        running.ask_web("POST /api/v1/networks HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        "Content-Length: 2\r\n\r\n{}"),
        Catch::StartsWith("HTTP/1.1 401")
    );
}

TEST_CASE("HTTP server: one connection carries several requests", "[http]") {
    Running running;
    const std::string first = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

    const auto answer = running.ask_local(first + get("/api/v1/networks"));

    CHECK_THAT(answer, Catch::Contains("{\"status\":\"ok\"}"));
    CHECK_THAT(answer, Catch::EndsWith("{\"networks\":[]}"));
}

TEST_CASE("HTTP server: HEAD has the length of GET and no body, a stream its head", "[http]") {
    Running running;
    const auto head = [&](const std::string& target) {
        return running.ask_local(
            "HEAD " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        );
    };

    for (const char* target : {"/healthz", "/api/v1/nothing", "/api/v1/events"}) {
        const std::string answer = head(target);
        INFO(answer);
        CHECK(answer.ends_with("\r\n\r\n"));
        CHECK(answer.find("\r\n\r\n") + 4 == answer.size());
        CHECK_THAT(answer, Catch::Contains("\r\nDate: "));
    }
    CHECK_THAT(head("/healthz"), Catch::Contains("Content-Length: 15\r\n"));
}

TEST_CASE("HTTP server: strangers that say nothing give way to whoever asks", "[http]") {
    Running running;
    const auto port =
        static_cast<unsigned short>(std::stoul(running.web.substr(running.web.rfind(':') + 1)));
    std::vector<asio::ip::tcp::socket> silent;
    for (int i = 0; i < 100; ++i) {
        silent.emplace_back(running.io);
        silent.back().connect({asio::ip::address_v4::loopback(), port});
        if (i % 2 == 0)
            asio::write(silent.back(), asio::buffer(std::string("GET /healthz HT")));
        running.io.restart();
        running.io.run_for(std::chrono::milliseconds(1));
    }

    for (int i = 0; i < 5; ++i)
        CHECK_THAT(running.ask_web(get("/healthz")), Catch::StartsWith("HTTP/1.1 200"));
}

TEST_CASE("HTTP server: an answer may come after the handler has returned", "[http]") {
    Running running;

    CHECK_THAT(running.ask_local(get("/api/v1/status")), Catch::StartsWith("HTTP/1.1 200"));
}

TEST_CASE("HTTP server: a body over 2 MiB is refused, and so is noise", "[http]") {
    Running running;
    const std::string head =
        "POST /api/v1/records HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";

    CHECK_THAT(
        running.ask_local(head + "Content-Length: 2097153\r\n\r\n"),
        Catch::StartsWith("HTTP/1.1 413")
    );
    CHECK_THAT(running.ask_local("\x01\x02\x03\r\n\r\n"), Catch::StartsWith("HTTP/1.1 400"));
    CHECK_THAT(
        running.ask_local("GET /" + std::string(20'000, 'a')), Catch::StartsWith("HTTP/1.1 414")
    );
    CHECK_THAT(
        running.ask_local("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'a')),
        Catch::StartsWith("HTTP/1.1 431")
    );
    CHECK(running.ask_local("GET / HTT").empty());
    CHECK_THAT(
        running.ask_web(head + "Content-Length: 5000\r\n\r\n"), Catch::StartsWith("HTTP/1.1 413")
    );
}

TEST_CASE("HTTP server: the socket is its owner's alone and goes with the server", "[http]") {
    Running running;
    struct stat about {};
    REQUIRE(stat(running.path.c_str(), &about) == 0);
    CHECK((about.st_mode & 0777) == 0600);

    running.server.stop();

    CHECK(!std::filesystem::exists(running.path));
}

TEST_CASE("HTTP server: a second node is refused, a left-over socket file is replaced", "[http]") {
    Running running;
    http::Server second(running.io, running.all, {"token"});

    CHECK(second.listen_local(running.path).error().code == staffroom::Errc::in_use);
    CHECK(second.listen_web(running.web).error().code == staffroom::Errc::in_use);
    CHECK(second.listen_web("192.0.2.1:1").error().code == staffroom::Errc::bad_configuration);
    const auto left_over = running.path.string() + ".old";
    {
        asio::local::stream_protocol::acceptor dead(
            running.io, asio::local::stream_protocol::endpoint(left_over)
        );
    }
    REQUIRE(std::filesystem::exists(left_over));
    CHECK(second.listen_local(left_over).has_value());
    CHECK(
        second.listen_local("/" + std::string(200, 'a')).error().code ==
        staffroom::Errc::bad_configuration
    );
}
