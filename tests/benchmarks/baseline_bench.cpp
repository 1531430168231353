// Measures the limits that a node's figures stand beside, on the same machine in the same run: bare
// LevelDB with its defaults (Snappy) in batches of 100 with a sync each, bare hashing, and a bare
// encrypted line over loopback. Nothing of ours is in the way but the cipher's frames.
// Usage: baseline_bench DIRECTORY [records] [runs]. Prints JSON: records of 2 KB per second, the
// median of the runs; asserts nothing about time.
#include "protocol/base/limits.hpp"
#include "protocol/channel/transport.hpp"
#include "protocol/crypto/hash.hpp"
#include "tests/support/records/corpus.hpp"

#include <leveldb/db.h>
#include <leveldb/write_batch.h>
#include <netinet/in.h>
#include <sodium.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <random>
#include <thread>

namespace {

using namespace staffroom;
using Clock = std::chrono::steady_clock;

constexpr std::size_t slice_bytes = 2000;
constexpr std::size_t batch_records = 100;

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

std::string all_text() {
    std::string text;
    for (const auto& path : tests::corpus_documents())
        text += tests::read_whole_file(path);
    std::mt19937_64 random(1);
    while (text.size() < 4'000'000) // without the corpus: words that hardly compress
        text += std::to_string(random()) + " ";
    return text;
}

/// Seconds for `records` of 2 KB; negative when the database failed.
double write_bare(const std::string& path, const std::string& text, std::size_t records) {
    std::filesystem::remove_all(path);
    leveldb::Options options;
    options.create_if_missing = true;
    leveldb::DB* handle = nullptr;
    if (!leveldb::DB::Open(options, path, &handle).ok())
        return -1;
    const std::unique_ptr<leveldb::DB> database(handle);
    std::mt19937_64 random(7);
    const auto begin = Clock::now();
    for (std::size_t done = 0; done < records; done += batch_records) {
        leveldb::WriteBatch batch;
        for (std::size_t i = 0; i < batch_records; ++i) {
            Bytes key;
            for (int part = 0; part < 4; ++part)
                append_u64_be(key, random());
            const std::size_t at = random() % (text.size() - slice_bytes);
            batch.Put(std::string(as_text(key)), leveldb::Slice(text.data() + at, slice_bytes));
        }
        leveldb::WriteOptions write;
        write.sync = true;
        if (!database->Write(write, &batch).ok())
            return -1;
    }
    return seconds_since(begin);
}

double hash_bare(const std::string& text, std::size_t records) {
    std::mt19937_64 random(7);
    std::uint8_t kept = 0;
    const auto begin = Clock::now();
    for (std::size_t i = 0; i < records; ++i) {
        const std::size_t at = random() % (text.size() - slice_bytes);
        kept ^=
            crypto::hash(
                crypto::HashLabel::payload, as_view(std::string_view(text).substr(at, slice_bytes))
            )
                .raw()[0];
    }
    const double seconds = seconds_since(begin);
    return kept == 255 ? seconds + 1e-9 : seconds; // so that the work is not left out
}

crypto::Secret32 some_key() {
    crypto::Secret32 key;
    key.writable()[0] = 1;
    return key;
}

channel::Transport some_transport() {
    return {channel::CipherState(some_key()), channel::CipherState(some_key())};
}

bool receive(int line, std::size_t frames) {
    channel::Transport transport = some_transport();
    Bytes sealed(limits::frame_plain_bytes_max + limits::aead_tag_bytes);
    Bytes plain;
    for (std::size_t i = 0; i < frames; ++i) {
        for (std::size_t got = 0; got < sealed.size();) {
            const ssize_t count = read(line, sealed.data() + got, sealed.size() - got);
            if (count <= 0)
                return false;
            got += static_cast<std::size_t>(count);
        }
        plain.clear();
        if (!transport.open(sealed, plain))
            return false;
    }
    return true;
}

/// Two connected ends of a TCP line over loopback; -1 where there is none.
std::pair<int, int> make_line() {
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* place = static_cast<sockaddr*>(static_cast<void*>(&address));
    const int near = socket(AF_INET, SOCK_STREAM, 0);
    const bool is_open = bind(listener, place, length) == 0 && listen(listener, 1) == 0 &&
                         getsockname(listener, place, &length) == 0 &&
                         connect(near, place, length) == 0;
    const int far = is_open ? accept(listener, nullptr, nullptr) : -1;
    close(listener);
    return {near, far};
}

double seal_bare(const std::string& text, std::size_t records) {
    const auto [near, far] = make_line();
    if (far < 0)
        return -1;
    const std::size_t frames = records * slice_bytes / limits::frame_plain_bytes_max;
    bool is_received = false;
    const auto begin = Clock::now();
    std::thread reader([&, far = far] { is_received = receive(far, frames); });
    channel::Transport transport = some_transport();
    std::mt19937_64 random(7);
    Bytes sealed;
    for (std::size_t i = 0; i < frames; ++i) {
        sealed.clear();
        const std::size_t at = random() % (text.size() - limits::frame_plain_bytes_max);
        transport.seal(
            as_view(std::string_view(text).substr(at, limits::frame_plain_bytes_max)), sealed
        );
        if (write(near, sealed.data(), sealed.size()) != static_cast<ssize_t>(sealed.size()))
            break;
    }
    close(near);
    reader.join();
    close(far);
    return is_received ? seconds_since(begin) : -1;
}

double median_rate(std::size_t records, std::size_t runs, const std::function<double()>& run) {
    std::vector<double> rates;
    for (std::size_t i = 0; i < runs; ++i)
        rates.push_back(static_cast<double>(records) / run());
    std::ranges::sort(rates);
    return rates[rates.size() / 2];
}

} // namespace

int main(int count, char** words) {
    if (sodium_init() < 0 || count < 2)
        return 1;
    const std::string directory = words[1];
    const std::size_t records = count > 2 ? std::stoul(words[2]) : 100'000;
    const std::size_t runs = count > 3 ? std::stoul(words[3]) : 3;
    const std::string text = all_text();
    std::filesystem::create_directories(directory);
    const double leveldb =
        median_rate(records, runs, [&] { return write_bare(directory + "/bare", text, records); });
    std::filesystem::remove_all(directory + "/bare");
    const double hashing = median_rate(records, runs, [&] { return hash_bare(text, records); });
    const double line = median_rate(records, runs, [&] { return seal_bare(text, records); });
    if (leveldb < 0 || line < 0)
        return 1;
    std::printf(
        "{\"records\": %zu, \"leveldb\": %.0f, \"hashing\": %.0f, \"sealed_line\": %.0f}\n",
        records,
        leveldb,
        hashing,
        line
    );
    return 0;
}
