#include "cli/keys/chain_call.hpp"

#include "node/base/config.hpp"
#include "node/links/dialer.hpp"
#include "node/runtime/system_random.hpp"
#include "protocol/network/invitation.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

namespace staffroom::cli {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr std::chrono::seconds talk_time_max{30};

/// The talk on one socket: what comes is fed to the request, what it says is written.
class Talk {
public:
    Talk(asio::io_context& io, recovery::ChainRequest request)
        : deadline_(io)
        , request_(std::move(request)) {}

    void begin(tcp::socket socket) {
        socket_.emplace(std::move(socket));
        deadline_.expires_after(talk_time_max);
        deadline_.async_wait([this](const ErrorCode& error) {
            if (!error)
                end(Errc::timed_out);
        });
        say();
        listen();
    }
    void end(Errc why) {
        if (!trouble_ && !request_.found())
            trouble_ = why;
        deadline_.cancel();
        ErrorCode ignored;
        if (socket_)
            socket_->close(ignored);
    }
    [[nodiscard]] Result<recovery::FoundChain> outcome() const {
        if (request_.found())
            return *request_.found();
        return fail(trouble_.value_or(Errc::closed));
    }

private:
    void say() {
        const Bytes words = request_.take_output();
        ErrorCode error;
        if (!words.empty())
            asio::write(*socket_, asio::buffer(words), error);
        if (error)
            end(Errc::closed);
    }
    void listen() {
        socket_->async_read_some(
            asio::buffer(piece_),
            [this](const ErrorCode& error, std::size_t count) {
                if (error)
                    return end(Errc::closed);
                const auto fed = request_.feed(ByteView(piece_).first(count));
                if (!fed)
                    return end(fed.error().code);
                if (request_.found())
                    return end(Errc::closed);
                say();
                listen();
            }
        );
    }

    std::optional<tcp::socket> socket_;
    asio::steady_timer deadline_;
    recovery::ChainRequest request_;
    std::optional<Errc> trouble_;
    std::array<std::uint8_t, 16384> piece_{};
};

/// One outcome of the talk, in words.
struct TalkRow {
    Errc errc;
    const char* code;
    const char* sentence;
    const char* next;
    ExitCode exit;
};

constexpr const char* ask_for_code =
    "ask a coordinator of a network that this school belongs to for a new code.";
constexpr const char* no_such_code =
    "What listens there does not know this code: it is of another network, or that school's node "
    "has not heard of it yet.";
constexpr const char* ask_its_maker =
    "give the address of the school that made the code; then run the command again.";

constexpr std::array talk_rows{
    TalkRow{
        Errc::unreachable,
        "neighbour.unreachable",
        "Nobody answers at that address.",
        "check the address, and that the other school's node is running; then run the command "
        "again.",
        ExitCode::unreachable},
    TalkRow{
        Errc::not_found,
        "recover.school-unknown",
        "No school in the network of this code has this phrase: this school is not in that "
        "network, "
        "or the phrase is another school's.",
        ask_for_code,
        ExitCode::refused},
    TalkRow{
        Errc::invitation_spent,
        "invitation.spent",
        "The code has been used already; each works once.",
        ask_for_code,
        ExitCode::refused},
    TalkRow{
        Errc::invitation_ended,
        "invitation.ended",
        "The code has ended: its time is over, or a coordinator has ended it.",
        ask_for_code,
        ExitCode::refused},
    TalkRow{
        Errc::timed_out,
        "invitation.unknown-there",
        no_such_code,
        ask_its_maker,
        ExitCode::unreachable},
    TalkRow{
        Errc::closed,
        "invitation.unknown-there",
        no_such_code,
        ask_its_maker,
        ExitCode::unreachable},
    TalkRow{
        Errc::decrypt_failed,
        "invitation.unknown-there",
        no_such_code,
        ask_its_maker,
        ExitCode::unreachable}};

Failure why_no_chain(Errc why, const std::string& address) {
    const auto row = std::ranges::find(talk_rows, why, &TalkRow::errc);
    if (row == talk_rows.end())
        return {
            "What answers at " + address + " does not keep to the rules of a Staffroom node.",
            "ask another school of the network.",
            ExitCode::failed,
            "neighbour.trouble"};
    return {row->sentence, row->next, row->exit, row->code};
}

Outcome<network::InvitationKeys> keys_of(const std::string& typed) {
    constexpr const char* compare =
        "compare it with the code that you were given and type it again.";
    const auto code = network::InvitationCode::parse(typed);
    if (!code && code.error().code == Errc::bad_checksum)
        return Failure{
            "The code is not right: one of its symbols is wrong, or two have changed places.",
            compare,
            ExitCode::usage,
            "invitation.mistyped"};
    if (!code)
        return Failure{
            "This is not an invitation code: one has 16 letters and digits, such as "
            "ABCD-EFGH-JKMN-PQRS.",
            compare,
            ExitCode::usage,
            "invitation.malformed"};
    auto keys = network::derive_keys(*code);
    if (!keys)
        return failure_from_error(keys.error(), "stretch the code");
    return std::move(*keys);
}

std::vector<crypto::SigningKey> copies_of(const RootKeys& keys) {
    std::vector<crypto::SigningKey> all;
    all.push_back(keys.first.copy());
    all.push_back(keys.next.copy());
    return all;
}

} // namespace

Outcome<recovery::FoundChain> ask_for_chain(const ChainSource& source, const RootKeys& keys) {
    if (!node::is_host_port(source.address))
        return Failure{
            "The address has to be HOST:PORT, not \"" + source.address + "\".",
            "correct --from and run the command again.",
            ExitCode::usage};
    const auto stretched = keys_of(source.code);
    if (!stretched)
        return stretched.failure();
    runtime::SystemRandom random;
    crypto::Secret32 secret;
    random.fill(secret.writable());
    auto request = recovery::ChainRequest::start(
        stretched->psk, channel::TransportKeyPair::from_secret(secret), copies_of(keys), random
    );
    if (!request)
        return failure_from_error(request.error(), "begin the talk");
    asio::io_context io;
    Talk talk(io, std::move(*request));
    const auto trace = node::Trace::to_standard_error(node::TraceLevel::error);
    links::dial(
        io,
        source.address,
        links::DialReach::anywhere,
        *trace,
        [&talk](Result<tcp::socket> dialled) {
            if (dialled)
                talk.begin(std::move(*dialled));
            else
                talk.end(Errc::unreachable);
        }
    );
    io.run();
    auto outcome = talk.outcome();
    if (!outcome)
        return why_no_chain(outcome.error().code, source.address);
    return std::move(*outcome);
}

} // namespace staffroom::cli
