#include "tests/fuzz/scene.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/channel/first_frame.hpp"
#include "protocol/network/genesis.hpp"
#include "protocol/records/body.hpp"

namespace staffroom::fuzz {
namespace {

using replica::LinkId;

constexpr LinkId accepted{2};
constexpr std::string_view host_address = "host.example:7420";

Bytes file_content(std::uint64_t number) {
    return Bytes(30'000, static_cast<std::uint8_t>(number));
}

wire::Attachment put_file(Machine& machine, std::uint64_t number) {
    const Bytes content = file_content(number);
    records::PieceHashes pieces;
    for (std::size_t at = 0; at < content.size(); at += limits::piece_bytes)
        pieces.push_back(records::piece_hash(
            ByteView(content).subspan(at, std::min(limits::piece_bytes, content.size() - at))
        ));
    const replica::FileName name{records::attachment_hash(content.size(), pieces), content.size()};
    const auto added = machine.files().add(name, 0, content);
    ensure(added.has_value() && added->is_whole);
    machine.handle(replica::Command{replica::RequestId{number}, replica::NoteFile{name.hash}});
    return {to_bytes(name.hash.view()), "a.png", "image/png", name.size, "A grid"};
}

} // namespace

void publish(Machine& machine, const NetworkId& network, std::uint64_t number, bool with_file) {
    records::RecordBody body;
    body.title = "Record " + std::to_string(number);
    body.text = std::string(100 + 40 * number, static_cast<char>('a' + number % 26));
    if (with_file)
        body.attachments.push_back(put_file(machine, number));
    const auto encoded = records::encode_body(body);
    ensure(encoded.has_value());
    replica::PublishRecords command;
    command.drafts.push_back(
        {log::space_of(network),
         1,
         std::nullopt,
         {},
         {},
         4,
         static_cast<std::uint32_t>(encoded->codec),
         encoded->plain_length,
         with_file ? file_content(number).size() : 0,
         encoded->encoded,
         std::nullopt}
    );
    ensure(machine.command(std::move(command)).has_value());
}

void carry(Machine& one, LinkId link_of_one, Machine& other, LinkId link_of_other) {
    while (true) {
        const Bytes to_other = one.take_said(link_of_one);
        if (!to_other.empty())
            other.handle(replica::BytesArrived{link_of_other, to_other});
        const Bytes to_one = other.take_said(link_of_other);
        if (!to_one.empty())
            one.handle(replica::BytesArrived{link_of_one, to_one});
        if (to_other.empty() && to_one.empty())
            return;
    }
}

const Scene& Scene::get() {
    static const Scene scene;
    return scene;
}

Scene::Scene() {
    Machine host(host_keys, std::make_unique<tests::TornFileSystem>(), 3);
    Machine guest(guest_keys, std::make_unique<tests::TornFileSystem>(), 4);
    auto created = host.command(replica::CreateNetwork{"Forest", "talk", "Be kind."});
    ensure(created.has_value());
    network = std::get<replica::NetworkCreated>(*created).network;
    join(host, guest);
    const auto genesis = host.store().row(replica::RowKind::genesis, network->view());
    ensure(genesis.has_value());
    auto parsed = network::parse_genesis(*genesis);
    ensure(parsed.has_value());
    network_seed = parsed->seed.copy();
    for (std::uint64_t number = 0; number < 6; ++number) {
        publish(host, *network, number, number == 2);
        publish(guest, *network, 10 + number, number == 3);
    }
    host_disk_ = host.clone_disk();
    guest_disk_ = guest.clone_disk();
}

/// The guest comes with a code, and both hold the same when they part.
void Scene::join(Machine& host, Machine& guest) {
    crypto::Secret32 psk;
    crypto::Secret32 admit;
    std::ranges::fill(psk.writable(), std::uint8_t{1});
    std::ranges::fill(admit.writable(), std::uint8_t{2});
    const crypto::SigningKey key(admit);
    constexpr WallTime far_ahead{9'000'000'000'000};
    auto invited =
        host.command(replica::CreateInvitation{*network, psk.copy(), key.copy(), far_ahead});
    ensure(invited.has_value());
    const replica::RequestId request{1};
    guest.handle(replica::Command{
        request, replica::JoinNetwork{psk.copy(), key.copy(), std::string(host_address)}});
    const auto dials = guest.take_dials();
    ensure(dials.size() == 1);
    host.handle(replica::LinkOpened{accepted, false, "guest.example:1"});
    guest.handle(replica::LinkOpened{dials[0].link, true, dials[0].address});
    for (int round = 0; round < 20; ++round) {
        carry(guest, dials[0].link, host, accepted);
        guest.wait(std::chrono::milliseconds(500));
        host.wait(std::chrono::milliseconds(500));
    }
    const auto* joined = guest.answer(request);
    ensure(joined != nullptr && joined->has_value());
    guest.handle(replica::LinkClosed{dials[0].link});
    host.handle(replica::LinkClosed{accepted});
    ensure(host.replica().networks()[0].digest == guest.replica().networks()[0].digest);
}

std::unique_ptr<Machine> Scene::open_host() const {
    return std::make_unique<Machine>(host_keys, host_disk_->clone(), 5);
}
std::unique_ptr<Machine> Scene::open_guest() const {
    return std::make_unique<Machine>(guest_keys, guest_disk_->clone(), 6);
}

Caller::Caller(Machine& callee, LinkId link, const SchoolKeys& as, const SchoolKeys& to)
    : callee_(callee)
    , link_{
          link,
          true,
          "callee",
          "",
          Instant{1},
          replica::LinkPhase::handshaking,
          replica::MemberMeeting{}} {
    tests::SeededRandom random(7);
    const TransportPublicKey known = to.node().transport.public_key;
    channel::HandshakeConfig config;
    config.pattern = "XK";
    config.role = channel::Role::initiator;
    config.prologue = to_bytes(as_view("staffroom/1"));
    config.own_static = as.node().transport;
    config.remote_static = known;
    auto handshake = channel::Handshake::start(std::move(config));
    ensure(handshake.has_value());
    callee_.handle(replica::LinkOpened{link, false, "caller"});
    const auto first = handshake->write({}, random);
    ensure(first.has_value());
    exchange_frame(
        *handshake, channel::make_first_frame(channel::first_frame_key(known), *first), random
    );
    link_.handshake_hash = handshake->handshake_hash();
    link_.transport.emplace(handshake->split());
    link_.phase = replica::LinkPhase::open;
}

/// Sends the first frame, reads the answer and sends the last.
void Caller::exchange_frame(channel::Handshake& handshake, ByteView frame, Random& random) {
    const auto send = [&](ByteView bytes) {
        Bytes framed;
        append_u16_be(framed, static_cast<std::uint16_t>(bytes.size()));
        append(framed, bytes);
        say_raw(framed);
    };
    send(frame);
    ensure(handshake.read(next_frame()).has_value());
    const auto last = handshake.write({}, random);
    ensure(last.has_value() && handshake.is_settled());
    send(*last);
}

Bytes Caller::next_frame() {
    append(link_.frames_in, callee_.take_said(link_.id));
    auto frame = replica::take_frame(link_);
    ensure(frame.has_value() && frame->has_value());
    return std::move(**frame);
}

void Caller::say(ByteView message) {
    Bytes plain;
    append_u32_be(plain, static_cast<std::uint32_t>(message.size()));
    append(plain, message);
    for (std::size_t at = 0; at < plain.size(); at += limits::frame_plain_bytes_max)
        say_frame(
            ByteView(plain).subspan(at, std::min(limits::frame_plain_bytes_max, plain.size() - at))
        );
}

void Caller::say_frame(ByteView plain) {
    Bytes framed;
    append_u16_be(framed, static_cast<std::uint16_t>(plain.size() + limits::aead_tag_bytes));
    link_.transport->seal(plain, framed);
    say_raw(framed);
}

void Caller::say_raw(ByteView bytes) {
    if (!callee_.has_closed(link_.id))
        callee_.handle(replica::BytesArrived{link_.id, bytes});
}

std::vector<Bytes> Caller::heard() {
    append(link_.frames_in, callee_.take_said(link_.id));
    std::vector<Bytes> messages;
    while (true) {
        auto frame = replica::take_frame(link_);
        ensure(frame.has_value());
        if (!*frame)
            return messages;
        ensure(replica::open_frame(link_, **frame).has_value());
        auto message = replica::take_message(link_);
        for (; message && *message; message = replica::take_message(link_))
            messages.push_back(std::move(**message));
        ensure(message.has_value());
    }
}

wire::Token Caller::token() const {
    return replica::space_token(*link_.handshake_hash, Scene::get().network_seed);
}

} // namespace staffroom::fuzz
