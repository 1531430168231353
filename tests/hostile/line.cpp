#include "tests/hostile/line.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/channel/first_frame.hpp"
#include "protocol/wire/codec_link.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace staffroom::hostile {
namespace {

constexpr std::size_t read_bytes = 256 * 1024;

/// A blocking socket; -1 when nobody is there.
int connect_to(const std::string& address) {
    const std::size_t colon = address.rfind(':');
    sockaddr_in remote{};
    remote.sin_family = AF_INET;
    const int port = std::atoi(address.c_str() + colon + 1);
    remote.sin_port = htons(static_cast<std::uint16_t>(port));
    if (inet_pton(AF_INET, address.substr(0, colon).c_str(), &remote.sin_addr) != 1)
        return -1;
    const int line = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval patience{5, 0};
    setsockopt(line, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    void* const where = &remote;
    if (connect(line, static_cast<sockaddr*>(where), sizeof remote) == 0)
        return line;
    close(line);
    return -1;
}

bool send_frame(int line, ByteView frame) {
    Bytes bytes;
    append_u16_be(bytes, static_cast<std::uint16_t>(frame.size()));
    append(bytes, frame);
    return send(line, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
}

std::optional<Bytes> read_exactly(int line, std::size_t count) {
    Bytes bytes(count);
    if (recv(line, bytes.data(), count, MSG_WAITALL) != static_cast<ssize_t>(count))
        return std::nullopt;
    return bytes;
}

std::optional<Bytes> read_frame(int line) {
    const auto prefix = read_exactly(line, 2);
    return prefix ? read_exactly(line, read_u16_be(*prefix)) : std::nullopt;
}

/// The three messages of a handshake; nothing when the other side is not what it should be.
std::optional<channel::Handshake> shake_hands(
    int line, channel::HandshakeConfig config, const channel::FirstFrameKey& key, Random& random
) {
    auto handshake = channel::Handshake::start(std::move(config));
    if (!handshake)
        return std::nullopt;
    auto first = handshake->write({}, random);
    if (!first || !send_frame(line, channel::make_first_frame(key, *first)))
        return std::nullopt;
    const auto second = read_frame(line);
    if (!second || !handshake->read(*second))
        return std::nullopt;
    const auto third = handshake->write({}, random);
    if (!third || !send_frame(line, *third))
        return std::nullopt;
    return std::move(*handshake);
}

void drop_front(Bytes& bytes, std::size_t count) {
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
}

} // namespace

Line::Line(int socket, const channel::HandshakeHash& hash, channel::Transport transport)
    : socket_(socket)
    , hash_(hash)
    , transport_(std::move(transport)) {}

Line::~Line() {
    close(socket_);
}

std::unique_ptr<Line>
Line::meet(const std::string& address, const Meeting& meeting, Random& random) {
    const int line = connect_to(address);
    if (line < 0)
        return nullptr;
    channel::HandshakeConfig config;
    config.pattern = meeting.remote ? "XK" : "XXpsk0";
    config.role = channel::Role::initiator;
    config.prologue = channel::link_prologue();
    config.own_static = meeting.own.copy();
    config.remote_static = meeting.remote;
    if (!meeting.remote)
        config.psks.push_back(meeting.meeting_key.copy());
    const auto key = meeting.remote ? channel::first_frame_key(*meeting.remote)
                                    : channel::first_frame_key(meeting.meeting_key);
    auto handshake = shake_hands(line, std::move(config), key, random);
    if (!handshake) {
        close(line);
        return nullptr;
    }
    const channel::HandshakeHash hash = handshake->handshake_hash();
    return std::unique_ptr<Line>(new Line(line, hash, handshake->split()));
}

void Line::queue(const wire::Message& message) {
    const Bytes encoded = wire::encode_message(message);
    Bytes plain;
    append_u32_be(plain, static_cast<std::uint32_t>(encoded.size()));
    append(plain, encoded);
    queue_sealed(plain);
}

void Line::queue_sealed(ByteView plain) {
    for (std::size_t at = 0; at < plain.size(); at += limits::frame_plain_bytes_max) {
        const auto length = std::min(limits::frame_plain_bytes_max, plain.size() - at);
        append_u16_be(out_, static_cast<std::uint16_t>(length + limits::aead_tag_bytes));
        transport_.seal(plain.subspan(at, length), out_);
    }
}

bool Line::pump(int wait_ms, bool reads) {
    const int wishes = (reads ? POLLIN : 0) | (out_.empty() ? 0 : POLLOUT);
    pollfd watched{socket_, static_cast<short>(wishes), 0};
    if (poll(&watched, 1, wait_ms) <= 0)
        return true;
    if ((watched.revents & POLLIN) != 0) {
        Bytes bytes(read_bytes);
        const ssize_t count = recv(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (count <= 0)
            return count < 0 && (errno == EAGAIN);
        received_ += static_cast<std::uint64_t>(count);
        append(frames_in_, ByteView(bytes).first(static_cast<std::size_t>(count)));
    }
    if ((watched.revents & POLLOUT) != 0) {
        const ssize_t count = send(socket_, out_.data(), out_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count < 0)
            return errno == EAGAIN;
        sent_ += static_cast<std::uint64_t>(count);
        drop_front(out_, static_cast<std::size_t>(count));
    }
    return (watched.revents & (POLLERR | POLLHUP)) == 0;
}

void Line::take_messages(const std::function<void(const wire::Message&)>& take) {
    std::size_t at = 0;
    while (frames_in_.size() >= at + 2) {
        const std::size_t length = read_u16_be(ByteView(frames_in_).subspan(at));
        if (frames_in_.size() < at + 2 + length)
            break;
        if (!transport_.open(ByteView(frames_in_).subspan(at + 2, length), plain_in_))
            return;
        at += 2 + length;
    }
    drop_front(frames_in_, at);
    at = 0;
    while (plain_in_.size() >= at + 4) {
        const std::size_t length = read_u32_be(ByteView(plain_in_).subspan(at));
        if (plain_in_.size() < at + 4 + length)
            break;
        if (const auto message = wire::decode_message(ByteView(plain_in_).subspan(at + 4, length)))
            take(*message);
        at += 4 + length;
    }
    drop_front(plain_in_, at);
}

} // namespace staffroom::hostile
