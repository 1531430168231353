#include "protocol/base/text.hpp"
#include "protocol/crypto/password.hpp"

#include <catch2/catch.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <optional>

using staffroom::as_view;
using staffroom::Bytes;
using staffroom::Errc;
namespace crypto = staffroom::crypto;

namespace {

const Bytes salt(crypto::stretch_salt_bytes, 7);

/// How much address space the process holds; sanitizers hold a great deal.
std::size_t mapped_bytes() {
    std::ifstream statm("/proc/self/statm");
    std::size_t pages = 0;
    statm >> pages;
    return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

/// Leaves the process half of what one stretch needs, for as long as this lives.
class LittleMemory {
public:
    LittleMemory() {
        getrlimit(RLIMIT_AS, &before_);
        rlimit little = before_;
        const std::size_t mapped = mapped_bytes();
        little.rlim_cur = mapped + crypto::stretch_memory_bytes / 2;
        is_set_ = mapped > 0 && setrlimit(RLIMIT_AS, &little) == 0;
    }
    LittleMemory(const LittleMemory&) = delete;
    LittleMemory& operator=(const LittleMemory&) = delete;
    LittleMemory(LittleMemory&&) = delete;
    LittleMemory& operator=(LittleMemory&&) = delete;
    ~LittleMemory() { setrlimit(RLIMIT_AS, &before_); }
    [[nodiscard]] bool is_set() const { return is_set_; }

private:
    rlimit before_{};
    bool is_set_ = false;
};

} // namespace

TEST_CASE("password: one secret and salt give one key, others give others", "[password]") {
    const auto key = crypto::stretch(as_view("maple"), salt);
    const auto again = crypto::stretch(as_view("maple"), salt);
    const auto other_secret = crypto::stretch(as_view("Maple"), salt);
    const auto other_salt = crypto::stretch(as_view("maple"), Bytes(16, 8));

    REQUIRE(key);
    REQUIRE(again);
    REQUIRE(other_secret);
    REQUIRE(other_salt);
    CHECK(key->equals(*again));
    CHECK_FALSE(key->equals(*other_secret));
    CHECK_FALSE(key->equals(*other_salt));
}

TEST_CASE("password: the key of a known secret stays as it is", "[password]") {
    const auto key = crypto::stretch(as_view("maple"), salt);

    REQUIRE(key);
    CHECK(
        staffroom::to_hex(key->view()) ==
        "f42437f730aae8feeea442f23c1916ebfb73ed256cde92cb33485a63606ef686"
    );
}

TEST_CASE(
    "password: a secret of 1024 bytes is stretched, a longer one is too large", "[password]"
) {
    CHECK(crypto::stretch(Bytes(crypto::stretch_secret_bytes_max, 1), salt));

    const auto refused = crypto::stretch(Bytes(crypto::stretch_secret_bytes_max + 1, 1), salt);

    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::too_large);
}

TEST_CASE("password: without memory it fails and gives no key", "[password]") {
    std::optional<staffroom::Result<crypto::Secret32>> outcome;
    bool is_limited = false;
    {
        const LittleMemory limit;
        is_limited = limit.is_set();
        outcome.emplace(crypto::stretch(as_view("maple"), salt));
    }
    REQUIRE(is_limited);
    REQUIRE_FALSE(*outcome);
    CHECK(outcome->error().code == Errc::io_error);
}
