#include "node/tls/self_signed.hpp"
#include "protocol/base/bytes.hpp"

#include <catch2/catch.hpp>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>

namespace tls = staffroom::tls;
using staffroom::Bytes;
using staffroom::WallTime;

namespace {

constexpr std::uint64_t day_ms = 86'400'000;
constexpr WallTime today{20'000 * day_ms};
const std::vector<std::string> names{"staffroom.hillside.example", "localhost", "127.0.0.1", "::1"};

tls::Certificate made(std::shared_ptr<evp_pkey_st> key = nullptr, WallTime now = today) {
    auto certificate = tls::make_self_signed(names, std::move(key), now);
    REQUIRE(certificate);
    return std::move(*certificate);
}

std::string pem_of(const tls::Certificate& certificate) {
    const Bytes pem = tls::to_pem(certificate);
    return {pem.begin(), pem.end()};
}

std::optional<tls::Fault> fault_of(const std::string& chain, const std::string& key) {
    const auto read = tls::read_certificate(chain, key);
    const auto* fault = std::get_if<tls::Fault>(&read);
    return fault == nullptr ? std::nullopt : std::optional(*fault);
}

} // namespace

TEST_CASE("certificate: one that was made is read from its PEM as it was", "[certificate]") {
    const tls::Certificate own = made();

    const std::string pem = pem_of(own);
    const auto read = tls::read_certificate(pem, pem);

    REQUIRE(std::holds_alternative<tls::Certificate>(read));
    const auto& facts = std::get<tls::Certificate>(read).facts;
    CHECK(facts.names == names);
    CHECK(facts.fingerprint == own.facts.fingerprint);
    CHECK(facts.fingerprint.size() == 32 * 3 - 1);
    CHECK(facts.key_fingerprint == own.facts.key_fingerprint);
    CHECK(facts.is_self_signed);
    CHECK(facts.from == WallTime{today.ms - day_ms});
    CHECK(facts.until == WallTime{today.ms - day_ms + 397 * day_ms});
    CHECK_FALSE(tls::is_signed_by_known_authority(std::get<tls::Certificate>(read)));
}

TEST_CASE("certificate: its days are [from, until)", "[certificate]") {
    const auto facts = made().facts;

    CHECK_FALSE(tls::wrong_time(facts, today));
    CHECK_FALSE(tls::wrong_time(facts, facts.from));
    CHECK(tls::wrong_time(facts, WallTime{facts.from.ms - 1}) == tls::Fault::not_yet);
    CHECK_FALSE(tls::wrong_time(facts, WallTime{facts.until.ms - 1}));
    CHECK(tls::wrong_time(facts, facts.until) == tls::Fault::expired);
}

TEST_CASE("certificate: a renewal keeps the key and nothing else", "[certificate]") {
    const tls::Certificate first = made();

    const tls::Certificate second = made(first.key, WallTime{today.ms + day_ms});
    const tls::Certificate third = made();

    CHECK(second.facts.key_fingerprint == first.facts.key_fingerprint);
    CHECK(second.facts.fingerprint != first.facts.fingerprint);
    CHECK(third.facts.key_fingerprint != first.facts.key_fingerprint);
    CHECK(fault_of(pem_of(first), pem_of(second)) == std::nullopt);
    CHECK(fault_of(pem_of(first), pem_of(third)) == tls::Fault::other_key);
}

TEST_CASE("certificate: cut anywhere it is no certificate, or no key", "[certificate]") {
    const std::string pem = pem_of(made());
    const std::size_t last = pem.rfind("\n-----END CERTIFICATE-----");

    for (std::size_t bytes = 0; bytes < pem.size(); bytes += 7) {
        INFO(bytes);
        const auto fault = fault_of(pem.substr(0, bytes), pem);
        CHECK(fault.has_value() == (bytes < last + 25));
        const bool has_key = bytes > pem.find("-----END PRIVATE KEY-----") + 24;
        CHECK(fault_of(pem, pem.substr(0, bytes)).has_value() != has_key);
    }
}

TEST_CASE("certificate: any byte that is changed makes it another or none", "[certificate]") {
    const tls::Certificate own = made();
    const std::string pem = pem_of(own);
    const std::size_t begin = pem.find("-----BEGIN CERTIFICATE-----");

    for (std::size_t at = begin + 28; at < pem.size() - 27; at += 5) {
        if (pem[at] == '=' || pem[at + 1] == '=')
            continue; // the padding, and the letter before it, have bits that say nothing
        std::string changed = pem;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        INFO(at);
        const auto read = tls::read_certificate(changed, pem);
        const auto* found = std::get_if<tls::Certificate>(&read);
        CHECK(
            (found == nullptr || changed[at] == pem[at] ||
             found->facts.fingerprint != own.facts.fingerprint)
        );
    }
}

TEST_CASE("certificate: what is not PEM, or too much of it, has its own fault", "[certificate]") {
    const std::string pem = pem_of(made());
    std::string many;
    while (many.size() <= tls::pem_bytes_max)
        many += pem;
    std::string eleven;
    const std::string one = pem.substr(pem.find("-----BEGIN CERTIFICATE-----"));
    for (std::size_t i = 0; i <= tls::chain_length_max; ++i)
        eleven += one;

    CHECK(fault_of("", pem) == tls::Fault::unreadable);
    CHECK(fault_of("\x30\x82", pem) == tls::Fault::binary);
    CHECK(fault_of(pem, "") == tls::Fault::no_key);
    CHECK(fault_of(pem, "\x30") == tls::Fault::binary);
    CHECK(fault_of(pem, one) == tls::Fault::no_key);
    CHECK(fault_of(many, pem) == tls::Fault::too_large);
    CHECK(fault_of(pem, many) == tls::Fault::too_large);
    CHECK(fault_of(eleven, pem) == tls::Fault::too_large);
    CHECK(fault_of(one + pem_of(made()), pem) == tls::Fault::chain_order);
}

TEST_CASE("certificate: one that says to be encrypted asks nobody", "[certificate]") {
    const std::string pem = pem_of(made());
    const std::string begin = "-----BEGIN CERTIFICATE-----\n";
    std::string locked = pem.substr(pem.find(begin));
    locked.insert(
        begin.size(),
        "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"
    );

    // OpenSSL asks at the terminal, where there is one, and waits.
    int terminal = -1;
    const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
    REQUIRE(child >= 0);
    if (child == 0)
        ::_exit(fault_of(locked, pem) == tls::Fault::unreadable ? 0 : 1);
    int status = -1;
    pid_t ended = 0;
    for (int looks = 0; looks < 200 && ended == 0; ++looks) { // OpenSSL catches SIGALRM
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        ended = ::waitpid(child, &status, WNOHANG);
    }
    if (ended == 0) {
        ::kill(child, SIGKILL);
        ::waitpid(child, &status, 0);
    }
    ::close(terminal);

    CHECK(status == 0);
}

TEST_CASE("certificate: every fault has a code, a sentence and a next step", "[certificate]") {
    for (const auto fault :
         {tls::Fault::too_large,
          tls::Fault::unreadable,
          tls::Fault::binary,
          tls::Fault::no_key,
          tls::Fault::key_locked,
          tls::Fault::other_key,
          tls::Fault::weak_key,
          tls::Fault::chain_order,
          tls::Fault::not_for_page,
          tls::Fault::expired,
          tls::Fault::not_yet}) {
        CHECK(tls::fault_code(fault).starts_with("certificate."));
        CHECK(tls::fault_sentence(fault).ends_with('.'));
        CHECK(tls::fault_step(fault).ends_with('.'));
    }
}

TEST_CASE("certificate: a star stands for one whole first part of a name", "[certificate]") {
    tls::CertificateFacts facts = made().facts;
    facts.names = {"*.hillside.example", "oakhill.example", "192.0.2.7"};

    CHECK(tls::is_for(facts, "oakhill.example"));
    CHECK(tls::is_for(facts, "a.hillside.example"));
    CHECK(tls::is_for(facts, "192.0.2.7"));
    CHECK_FALSE(tls::is_for(facts, "hillside.example"));
    CHECK_FALSE(tls::is_for(facts, ".hillside.example"));
    CHECK_FALSE(tls::is_for(facts, "a.b.hillside.example"));
    CHECK_FALSE(tls::is_for(facts, "a.oakhill.example"));
    CHECK_FALSE(tls::is_for(facts, "192.0.2.70"));
}

TEST_CASE("certificate: a machine's names are in small letters, and none twice", "[certificate]") {
    const auto all = tls::names_of_machine({"Staffroom.Hillside.Example", "LOCALHOST"});

    CHECK(all.front() == "staffroom.hillside.example");
    CHECK(std::ranges::count(all, "localhost") == 1);
    CHECK(std::ranges::count(all, "127.0.0.1") == 1);
}

TEST_CASE("certificate: a door at one address names no other to strangers", "[certificate]") {
    const auto names_at = [](const std::string& host) {
        auto all = tls::names_of_machine({"a.example"}, host);
        std::erase_if(all, [](const std::string& name) {
            return name.find_first_not_of("0123456789abcdef.:") != std::string::npos;
        });
        return all;
    };

    CHECK(names_at("192.0.2.7") == std::vector<std::string>{"127.0.0.1", "::1", "192.0.2.7"});
    CHECK(names_at("127.0.0.1") == std::vector<std::string>{"127.0.0.1", "::1"});
    CHECK(std::ranges::count(names_at("0.0.0.0"), "127.0.0.1") == 1);
    CHECK(std::ranges::count(names_at("0.0.0.0"), "0.0.0.0") == 0);
}
