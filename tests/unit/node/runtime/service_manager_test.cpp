#include "node/runtime/service_manager.hpp"
#include "tests/support/store/temp_folder.hpp"

#include <catch2/catch.hpp>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>

namespace staffroom::runtime {
namespace {

/// What systemd would hear.
class Listener {
public:
    explicit Listener(const std::string& path)
        : socket_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        REQUIRE(path.size() < sizeof address.sun_path);
        path.copy(address.sun_path, path.size());
        const void* raw = &address;
        REQUIRE(::bind(socket_, static_cast<const sockaddr*>(raw), sizeof address) == 0);
        ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
        ::setenv("WATCHDOG_USEC", "60000000", 1);
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    Listener(Listener&&) = delete;
    Listener& operator=(Listener&&) = delete;
    ~Listener() {
        ::unsetenv("NOTIFY_SOCKET");
        ::unsetenv("WATCHDOG_USEC");
        ::close(socket_);
    }

    /// All messages so far, each ended by a line break.
    std::string heard() {
        std::string all;
        std::array<char, 1000> message{};
        while (true) {
            const auto length = ::recv(socket_, message.data(), message.size(), MSG_DONTWAIT);
            if (length <= 0)
                return all;
            all.append(message.data(), static_cast<std::size_t>(length)).push_back('\n');
        }
    }

private:
    int socket_;
};

} // namespace

TEST_CASE("service manager: a salvage in the same process is no stop") {
    const tests::TempFolder folder("notify");
    folder.write("here", "");
    Listener listener((folder.path() / "notify").string());
    boost::asio::io_context io;
    {
        ServiceManager first_life(io);
        first_life.ready("Listening");
        static_cast<void>(listener.heard());
        first_life.mending("Mending the store", std::chrono::minutes(30));
    }

    CHECK(listener.heard() == "STATUS=Mending the store\nWATCHDOG_USEC=1800000000\n");
    ServiceManager second_life(io);
    second_life.ready("Listening");
    CHECK(listener.heard() == "READY=1\nSTATUS=Listening\nWATCHDOG_USEC=60000000\nWATCHDOG=1\n");
    second_life.stopping();
    CHECK(listener.heard() == "STOPPING=1\nSTATUS=Stopping\n");
}

} // namespace staffroom::runtime
