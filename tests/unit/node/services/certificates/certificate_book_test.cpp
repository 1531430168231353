// The book of certificates between the network thread and the pool: what is kept has been used, and
// one change at a time.
#include "node/services/certificates/certificate_book.hpp"
#include "node/tls/self_signed.hpp"
#include "storage/files/posix_files.hpp"
#include "tests/support/store/temp_folder.hpp"

#include <catch2/catch.hpp>

#include <deque>
#include <sstream>

namespace fs = std::filesystem;
namespace node = staffroom::node;
namespace services = staffroom::services;
namespace tls = staffroom::tls;
using services::CertificateBook;
using services::CertificateSource;
using services::CertificateTrouble;
using staffroom::WallTime;

namespace {

constexpr std::uint64_t day_ms = 86'400'000;
constexpr WallTime today{20'000 * day_ms};

/// A book whose pool runs what it has when it is told to.
struct Desk {
    Desk() {
        fs::create_directories(folder);
        config.https_listen = "127.0.0.1:7443";
    }

    CertificateBook book() {
        return CertificateBook(CertificateBook::Parts{
            files,
            folder,
            config,
            *trace,
            [this](std::function<void()> work, std::function<void()> then) {
                pool.emplace_back(std::move(work), std::move(then));
            },
            [this](const tls::Certificate& certificate) -> staffroom::Result<void> {
                if (is_refusing)
                    return staffroom::fail(staffroom::Errc::bad_configuration);
                served = certificate.facts.fingerprint;
                return {};
            },
            true});
    }
    void run_pool() {
        while (!pool.empty()) {
            const auto [work, then] = std::move(pool.front());
            pool.pop_front();
            work();
            then();
        }
    }

    staffroom::tests::TempFolder own{"book"};
    fs::path folder = own.path();
    staffroom::storage::PosixFileSystem files;
    node::Config config;
    std::ostringstream said;
    std::unique_ptr<node::Trace> trace =
        node::Trace::to_stream(said, staffroom::node::TraceLevel::info);
    std::deque<std::pair<std::function<void()>, std::function<void()>>> pool;
    std::string served;
    bool is_refusing = false;
};

std::string pem_of_new() {
    const auto made = tls::make_self_signed({"localhost"}, nullptr, today);
    REQUIRE(made);
    const auto pem = tls::to_pem(*made);
    return {pem.begin(), pem.end()};
}

struct Asked {
    std::optional<CertificateBook::Outcome> outcome;
    CertificateBook::Done done() {
        return [this](const CertificateBook::Outcome& found) { outcome = found; };
    }
    [[nodiscard]] std::string code() const {
        REQUIRE(outcome);
        const auto* trouble = std::get_if<CertificateTrouble>(&*outcome);
        return trouble == nullptr ? "" : trouble->code;
    }
};

} // namespace

TEST_CASE("certificate book: what cannot be used is not kept", "[certificate]") {
    Desk desk;
    CertificateBook book = desk.book();
    REQUIRE(book.open(today));
    const std::string own = book.state().facts.fingerprint;
    const std::string pem = pem_of_new();
    Asked asked;

    desk.is_refusing = true;
    book.import(pem, pem, today, false, asked.done());
    desk.run_pool();

    CHECK(asked.code() == "certificate.refused");
    CHECK_FALSE(fs::exists(desk.folder / "https.imported.pem"));
    CHECK(book.state().facts.fingerprint == own);
    CHECK(book.state().source == CertificateSource::own);
}

TEST_CASE("certificate book: a renewal on its way displaces nothing", "[certificate]") {
    Desk desk;
    CertificateBook book = desk.book();
    REQUIRE(book.open(today));
    const std::string pem = pem_of_new();
    const WallTime late{book.state().facts.until.ms - 10 * day_ms};
    Asked import;
    Asked anew;
    Asked again;

    book.look(late); // its renewal waits on the pool
    REQUIRE(desk.pool.size() == 1);
    book.import(pem, pem, today, false, import.done());
    book.make_anew(late, false, anew.done());
    desk.run_pool();
    book.import(pem, pem, today, false, again.done());
    book.look(late);
    desk.run_pool();

    CHECK(import.code() == "certificate.busy");
    CHECK(anew.code() == "certificate.busy");
    CHECK(again.code().empty());
    CHECK(book.state().source == CertificateSource::imported);
    CHECK(desk.served == book.state().facts.fingerprint);
    CHECK(fs::exists(desk.folder / "https.imported.pem"));
}

TEST_CASE("certificate book: refused files are told until they are good", "[certificate]") {
    Desk desk;
    desk.config.https_certificate = (desk.folder / "page.pem").string();
    desk.config.https_key = desk.config.https_certificate;
    const auto put = [&](const std::string& pem) {
        const staffroom::Bytes content(pem.begin(), pem.end());
        const auto& path = desk.config.https_certificate;
        REQUIRE(staffroom::storage::replace_file(desk.files, path, content));
    };
    const auto look = [&](CertificateBook& book, WallTime now) {
        book.look(now);
        desk.run_pool();
    };
    put(pem_of_new());
    CertificateBook book = desk.book();
    const WallTime before{today.ms - 2 * day_ms}; // its first day is one day later
    REQUIRE(book.open(before));
    REQUIRE(book.state().refused);
    CHECK(book.state().refused->code == "certificate.not-yet");

    // Its days begin, and nothing in the files tells of it.
    look(book, WallTime{before.ms + 59'000});
    CHECK(book.state().refused->code == "certificate.not-yet");
    look(book, today);
    CHECK_FALSE(book.state().refused);
    CHECK(book.state().source == CertificateSource::files);

    // One that the door does not take is told, and the one before stays.
    const std::string good = book.state().facts.fingerprint;
    desk.is_refusing = true;
    put(pem_of_new());
    look(book, today);
    look(book, today);
    look(book, today);
    REQUIRE(book.state().refused);
    CHECK(book.state().refused->code == "certificate.refused");
    CHECK(book.state().facts.fingerprint == good);
}
