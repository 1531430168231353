// Conversions of offers, wants, chunks and bodies: the messages that carry logs from node to node.
#include "protocol/base/limits.hpp"
#include "protocol/log/log_shapes.hpp"
#include "protocol/wire/convert_link.hpp"
#include "protocol/wire/form/convert.hpp"

namespace staffroom::wire {
namespace {

constexpr std::size_t offered_max = 512;

Result<LogOffer> get_log_offer(const schema::LogOffer& from) {
    auto descriptor = log::get_descriptor(from.described());
    if (!descriptor)
        return fail(descriptor.error());
    auto head = log::get_head(from.head());
    if (!head)
        return fail(head.error());
    return LogOffer{*descriptor, std::move(*head), LogSize{from.held()}};
}

Result<WireBody> get_body(const schema::Body& from) {
    if (from.state() > static_cast<std::uint32_t>(log::BodyState::missing))
        return fail(Errc::unknown_value, "body state");
    const auto state = static_cast<log::BodyState>(from.state());
    if (state != log::BodyState::have)
        return WireBody{state, {}};
    if (!from.salt().empty() && from.salt().size() != Salt::size_bytes)
        return fail(Errc::malformed, "salt");
    auto encoded = std::make_shared<const Bytes>(to_bytes(as_view(from.encoded())));
    return WireBody{state, {to_bytes(as_view(from.salt())), std::move(encoded)}};
}

void put_body(schema::Body* to, log::BodyState state, const log::BodyBytes& body) {
    to->set_state(static_cast<std::uint32_t>(state));
    if (state != log::BodyState::have)
        return;
    to->set_salt(to_string(body.salt));
    to->set_encoded(to_string(*body.encoded));
}

template <class List> Result<std::vector<WireBody>> get_bodies(const List& from) {
    if (static_cast<std::size_t>(from.size()) > limits::chunk_entries_max)
        return fail(Errc::too_large, "bodies");
    std::vector<WireBody> bodies;
    bodies.reserve(static_cast<std::size_t>(from.size()));
    for (const schema::Body& one : from) {
        auto body = get_body(one);
        if (!body)
            return fail(body.error());
        bodies.push_back(std::move(*body));
    }
    return bodies;
}

template <class List> Result<std::vector<Position>> get_positions(const List& from) {
    if (static_cast<std::size_t>(from.size()) > limits::chunk_entries_max)
        return fail(Errc::too_large, "positions");
    std::vector<Position> positions;
    for (const std::uint64_t position : from)
        positions.push_back(Position{position});
    return positions;
}

} // namespace

schema::Offers to_shape(const Offers& message) {
    schema::Offers to;
    set_bytes(to.mutable_token(), message.token);
    for (const Bytes& chain : message.chains)
        to.add_chains()->ParseFromArray(chain.data(), static_cast<int>(chain.size()));
    for (const LogOffer& offer : message.logs) {
        schema::LogOffer* one = to.add_logs();
        log::put_descriptor(one->mutable_described(), offer.descriptor);
        log::put_head(one->mutable_head(), offer.head);
        one->set_held(offer.held.value);
    }
    for (const network::SignedNotice& notice : message.notices) {
        schema::SignedNotice* one = to.add_notices();
        one->set_notice(to_string(notice.bytes));
        set_bytes(one->mutable_signature(), notice.signature);
    }
    for (const Bytes& fork : message.forks)
        to.add_forks(to_string(fork));
    return to;
}

Result<Offers> from_shape(const schema::Offers& shape) {
    auto token = get_id<Token>(shape.token());
    if (!token)
        return fail(token.error());
    const int most = static_cast<int>(offered_max);
    if (shape.chains_size() > most || shape.logs_size() > most || shape.notices_size() > most ||
        shape.forks_size() > most)
        return fail(Errc::too_large, "offers");
    Offers message{*token, {}, {}, {}};
    for (const schema::IdentityChain& chain : shape.chains())
        message.chains.push_back(serialise(chain));
    for (const schema::LogOffer& one : shape.logs()) {
        auto offer = get_log_offer(one);
        if (!offer)
            return fail(offer.error());
        message.logs.push_back(std::move(*offer));
    }
    for (const schema::SignedNotice& one : shape.notices()) {
        auto signature = get_id<Signature>(one.signature());
        if (!signature)
            return fail(signature.error());
        auto notice = network::parse_notice(as_view(one.notice()), *signature);
        // A notice of a later version: its content is nothing to us, and its bearer is no enemy.
        if (!notice && notice.error().code == Errc::unknown_version)
            continue;
        if (!notice)
            return fail(notice.error());
        message.notices.push_back(std::move(*notice));
    }
    for (const std::string& fork : shape.forks()) {
        if (fork.size() > limits::fork_proof_bytes_max)
            return fail(Errc::too_large, "evidence of a fork");
        message.forks.push_back(to_bytes(as_view(fork)));
    }
    return message;
}

schema::Want to_shape(const Want& message) {
    schema::Want to;
    to.set_stream(message.stream);
    set_bytes(to.mutable_log(), message.log);
    to.set_begin(message.begin.value);
    to.set_end(message.end.value);
    to.set_size(message.size.value);
    to.set_window(message.window);
    return to;
}

Result<Want> from_shape(const schema::Want& shape) {
    auto log = get_id<LogId>(shape.log());
    if (!log)
        return fail(log.error());
    if (shape.begin() > shape.end() || shape.end() > shape.size())
        return fail(Errc::out_of_range, "want");
    return Want{
        shape.stream(),
        *log,
        LogSize{shape.begin()},
        LogSize{shape.end()},
        LogSize{shape.size()},
        shape.window()};
}

schema::Credit to_shape(const Credit& message) {
    schema::Credit to;
    to.set_stream(message.stream);
    to.set_chunks(message.chunks);
    return to;
}
Result<Credit> from_shape(const schema::Credit& shape) {
    return Credit{shape.stream(), shape.chunks()};
}

schema::StopStream to_shape(const StopStream& message) {
    schema::StopStream to;
    to.set_stream(message.stream);
    to.set_reason(static_cast<std::uint32_t>(message.reason));
    return to;
}
Result<StopStream> from_shape(const schema::StopStream& shape) {
    if (shape.reason() > static_cast<std::uint32_t>(StopReason::damaged))
        return fail(Errc::unknown_value, "stop reason");
    return StopStream{shape.stream(), static_cast<StopReason>(shape.reason())};
}

schema::Chunk to_shape(const Chunk& message) {
    std::vector<log::StoredEntry> entries;
    entries.reserve(message.headers.size());
    for (std::size_t i = 0; i < message.headers.size(); ++i)
        entries.push_back({message.headers[i], message.bodies[i].state, message.bodies[i].body});
    return chunk_shape(
        {message.stream,
         message.log,
         message.begin,
         entries,
         message.range,
         message.head ? &*message.head : nullptr}
    );
}

schema::Chunk chunk_shape(const ChunkParts& parts) {
    schema::Chunk to;
    to.set_stream(parts.stream);
    set_bytes(to.mutable_log(), parts.log);
    to.set_begin(parts.begin.value);
    for (const log::StoredEntry& entry : parts.entries) {
        to.add_headers(to_string(*entry.header));
        // An entry that never has a body sends "missing", which its receiver does not look at.
        const bool none = entry.state == log::BodyState::none;
        put_body(to.add_bodies(), none ? log::BodyState::missing : entry.state, entry.body);
    }
    for (const TreeHash& hash : parts.range)
        set_bytes(to.add_range(), hash);
    if (parts.head != nullptr)
        log::put_head(to.mutable_head(), *parts.head);
    return to;
}

Result<Chunk> from_shape(const schema::Chunk& shape) {
    auto log = get_id<LogId>(shape.log());
    if (!log)
        return fail(log.error());
    if (static_cast<std::size_t>(shape.headers_size()) > limits::chunk_entries_max ||
        static_cast<std::size_t>(shape.range_size()) > limits::tree_range_hashes_max)
        return fail(Errc::too_large, "chunk");
    Chunk message{shape.stream(), *log, Position{shape.begin()}, {}, {}, {}, std::nullopt};
    message.headers.reserve(static_cast<std::size_t>(shape.headers_size()));
    for (const std::string& header : shape.headers()) {
        if (header.size() > limits::header_bytes_max)
            return fail(Errc::too_large, "header");
        message.headers.push_back(std::make_shared<const Bytes>(to_bytes(as_view(header))));
    }
    auto bodies = get_bodies(shape.bodies());
    if (!bodies)
        return fail(bodies.error());
    if (bodies->size() != message.headers.size())
        return fail(Errc::malformed, "one body for each header");
    message.bodies = std::move(*bodies);
    auto range = log::get_hashes(shape.range(), limits::tree_range_hashes_max);
    if (!range)
        return fail(range.error());
    message.range = std::move(*range);
    if (shape.has_head()) {
        auto head = log::get_head(shape.head());
        if (!head)
            return fail(head.error());
        message.head = std::move(*head);
    }
    return message;
}

schema::WantBodies to_shape(const WantBodies& message) {
    schema::WantBodies to;
    set_bytes(to.mutable_log(), message.log);
    for (const Position position : message.positions)
        to.add_positions(position.value);
    return to;
}

Result<WantBodies> from_shape(const schema::WantBodies& shape) {
    auto log = get_id<LogId>(shape.log());
    auto positions = get_positions(shape.positions());
    if (!log)
        return fail(log.error());
    if (!positions)
        return fail(positions.error());
    return WantBodies{*log, std::move(*positions)};
}

schema::Bodies to_shape(const Bodies& message) {
    schema::Bodies to;
    set_bytes(to.mutable_log(), message.log);
    for (const Position position : message.positions)
        to.add_positions(position.value);
    for (const WireBody& body : message.bodies)
        put_body(to.add_bodies(), body.state, body.body);
    return to;
}

Result<Bodies> from_shape(const schema::Bodies& shape) {
    auto log = get_id<LogId>(shape.log());
    auto positions = get_positions(shape.positions());
    auto bodies = get_bodies(shape.bodies());
    if (!log)
        return fail(log.error());
    if (!positions)
        return fail(positions.error());
    if (!bodies)
        return fail(bodies.error());
    if (positions->size() != bodies->size())
        return fail(Errc::malformed, "one body for each position");
    return Bodies{*log, std::move(*positions), std::move(*bodies)};
}

} // namespace staffroom::wire
