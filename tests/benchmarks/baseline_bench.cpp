// Measures the limits that a node's figures stand beside, on the same machine in the same run: bare
// LevelDB with its defaults (Snappy) in batches of 100 with a sync each, bare hashing, a bare
// encrypted line over loopback, and a bare copy from one segment to another over such a line.
// Nothing of ours is in the way but the cipher's frames and the codec of bodies.
// Usage: baseline_bench DIRECTORY [records] [runs]. Prints JSON: records of 2 KB per second, the
// median of the runs; asserts nothing about time.
#include "protocol/base/limits.hpp"
#include "protocol/channel/transport.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/records/compression.hpp"
#include "tests/support/records/corpus.hpp"

#include <fcntl.h>
#include <leveldb/db.h>
#include <leveldb/write_batch.h>
#include <netinet/in.h>
#include <sodium.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
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

/// Opens so many frames of the greatest length and hands over what is in each.
bool receive(int line, std::size_t frames, const std::function<bool(ByteView)>& take) {
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
        if (!transport.open(sealed, plain) || !take(plain))
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

/// Sends so many frames of the greatest length, each with what `next` returns, to a thread that
/// takes them. Returns the seconds until all are taken; negative when something failed.
double send_frames(
    std::size_t frames,
    const std::function<ByteView()>& next,
    const std::function<bool(ByteView)>& take
) {
    const auto [near, far] = make_line();
    if (far < 0)
        return -1;
    bool is_received = false;
    const auto begin = Clock::now();
    std::thread reader([&, far = far] { is_received = receive(far, frames, take); });
    channel::Transport transport = some_transport();
    Bytes sealed;
    for (std::size_t i = 0; i < frames; ++i) {
        sealed.clear();
        transport.seal(next(), sealed);
        if (write(near, sealed.data(), sealed.size()) != static_cast<ssize_t>(sealed.size()))
            break;
    }
    close(near);
    reader.join();
    close(far);
    return is_received ? seconds_since(begin) : -1;
}

double seal_bare(const std::string& text, std::size_t records) {
    std::mt19937_64 random(7);
    return send_frames(
        records * slice_bytes / limits::frame_plain_bytes_max,
        [&] {
            const std::size_t at = random() % (text.size() - limits::frame_plain_bytes_max);
            return as_view(std::string_view(text).substr(at, limits::frame_plain_bytes_max));
        },
        [](ByteView) { return true; }
    );
}

/// Writes bodies as a store has them: a length of four bytes, then the text as codec 2 packs it.
/// The end is filled with zeros up to a whole frame. Returns the number of frames.
std::size_t write_segment(const std::string& path, const std::string& text, std::size_t records) {
    std::mt19937_64 random(7);
    std::ofstream out(path, std::ios::binary);
    std::size_t bytes = 0;
    const auto append = [&](ByteView more) {
        out << as_text(more);
        bytes += more.size();
    };
    for (std::size_t i = 0; i < records; ++i) {
        const std::size_t at = random() % (text.size() - slice_bytes);
        const ByteView plain = as_view(std::string_view(text).substr(at, slice_bytes));
        const auto packed = records::compress(plain);
        const ByteView body = packed ? ByteView(*packed) : plain;
        Bytes length;
        append_u32_be(length, static_cast<std::uint32_t>(body.size()));
        append(length);
        append(body);
    }
    append(Bytes(
        limits::frame_plain_bytes_max - bytes % limits::frame_plain_bytes_max, std::uint8_t{0}
    ));
    return bytes / limits::frame_plain_bytes_max;
}

/// Keeps arriving bodies: hashes each, and appends to a file that is synced after every batch.
class SegmentWriter {
public:
    explicit SegmentWriter(const std::string& path)
        : file_(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {}
    SegmentWriter(const SegmentWriter&) = delete;
    SegmentWriter& operator=(const SegmentWriter&) = delete;
    SegmentWriter(SegmentWriter&&) = delete;
    SegmentWriter& operator=(SegmentWriter&&) = delete;
    ~SegmentWriter() { close(file_); }

    bool take(ByteView more) {
        append(waiting_, more);
        ByteView left = waiting_;
        while (left.size() >= length_bytes) {
            const std::size_t length = read_u32_be(left);
            if (length == 0 || left.size() - length_bytes < length)
                break;
            const ByteView body = left.subspan(length_bytes, length);
            kept_ ^= crypto::hash(crypto::HashLabel::payload, body).raw()[0];
            append(batch_, left.first(length_bytes + length));
            left = left.subspan(length_bytes + length);
            if (++bodies_ % synced_records == 0 && !sync())
                return false;
        }
        waiting_.erase(waiting_.begin(), waiting_.end() - static_cast<std::ptrdiff_t>(left.size()));
        return true;
    }
    /// Writes what is left; tells whether so many bodies have come.
    bool end(std::size_t bodies) { return sync() && bodies_ == bodies && kept_ < 256; }

private:
    static constexpr std::size_t length_bytes = 4;
    static constexpr std::size_t synced_records = 256; // of one commit of a node

    bool sync() {
        const bool is_kept =
            write(file_, batch_.data(), batch_.size()) == static_cast<ssize_t>(batch_.size()) &&
            fdatasync(file_) == 0;
        batch_.clear();
        return is_kept;
    }

    int file_;
    Bytes waiting_;
    Bytes batch_;
    std::size_t bodies_ = 0;
    unsigned kept_ = 0; // so that the work is not left out
};

/// The loop at the heart of every copy, with nothing around it.
double copy_bare(const std::string& directory, std::size_t frames, std::size_t records) {
    std::ifstream in(directory + "/from", std::ios::binary);
    SegmentWriter writer(directory + "/to");
    std::string frame(limits::frame_plain_bytes_max, '\0');
    const auto begin = Clock::now();
    const double sent = send_frames(
        frames,
        [&] {
            in.read(frame.data(), static_cast<std::streamsize>(frame.size()));
            return as_view(frame);
        },
        [&](ByteView plain) { return writer.take(plain); }
    );
    return sent < 0 || !writer.end(records) ? -1 : seconds_since(begin);
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
    const std::size_t frames = write_segment(directory + "/from", text, records);
    const double copy =
        median_rate(records, runs, [&] { return copy_bare(directory, frames, records); });
    if (leveldb < 0 || line < 0 || copy < 0)
        return 1;
    std::printf(
        "{\"records\": %zu, \"leveldb\": %.0f, \"hashing\": %.0f, \"sealed_line\": %.0f, "
        "\"segment_copy\": %.0f}\n",
        records,
        leveldb,
        hashing,
        line,
        copy
    );
    return 0;
}
