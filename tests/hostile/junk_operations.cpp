#include "tests/hostile/junk_operations.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/log/descriptor.hpp"
#include "protocol/log/entry.hpp"
#include "protocol/log/head.hpp"
#include "protocol/log/tree_range.hpp"
#include "protocol/network/operations.hpp"

#include <algorithm>
#include <functional>
#include <set>

namespace staffroom::hostile {
namespace {

constexpr std::size_t operations = 6000;
constexpr std::uint64_t entries_per_chunk = 200;
constexpr std::uint64_t calls_per_offer = 500;

/// What the operation of this number says and names, when the one before it has this id.
using Says = std::function<network::Operation(std::uint32_t number, std::vector<RevisionId> last)>;

class JunkLog {
public:
    JunkLog(Act& act, const Says& says)
        : descriptor_{
              log::space_of(act.member.network),
              log::Channel::governance,
              act.member.chain.school(),
              act.member.signing.public_key(),
              act.random.make<Incarnation>()} {
        std::vector<RevisionId> last;
        for (std::uint32_t i = 0; i < operations; ++i)
            last = {write(says(i, std::move(last)), i)};
        log::CompactRange all{LogSize{0}, LogSize{0}, {}};
        log::append_leaves<log::Blake2b256>(all, leaves_);
        head_ = log::sign_head(
            {log::log_id(descriptor_),
             LogSize{operations},
             *log::root_of<log::Blake2b256>(all),
             WallTime{1}},
            act.member.signing
        );
    }

    void offer(Act& act) {
        wire::Offers offers{act.token, {}, {}, {}};
        offers.logs.push_back({descriptor_, *head_, LogSize{operations}});
        act.line.queue(offers);
    }

    void serve(Act& act, const wire::Message& message) {
        std::uint32_t chunks = 0;
        if (const auto* want = std::get_if<wire::Want>(&message)) {
            if (want->log != head_->head.log) {
                act.line.queue(wire::StopStream{want->stream, wire::StopReason::not_held});
                return;
            }
            next_ = want->begin.value;
            stream_ = want->stream;
            chunks = want->window;
        } else if (const auto* credit = std::get_if<wire::Credit>(&message)) {
            chunks = credit->stream == stream_ ? credit->chunks : 0;
        }
        for (; chunks > 0 && next_ < operations; --chunks)
            act.line.queue(next_chunk());
    }

private:
    RevisionId write(const network::Operation& operation, std::uint32_t number) {
        auto payload = std::make_shared<const Bytes>(network::encode_operation(operation));
        log::EntryHeader header{
            .kind = log::kind_operation, .critical = true, .school = descriptor_.school};
        header.clock = WallTime{1};
        header.clock_counter = number;
        header.payload = log::Payload{
            static_cast<std::uint32_t>(payload->size()),
            crypto::hash(crypto::HashLabel::payload, *payload)};
        auto bytes = std::make_shared<const Bytes>(log::encode_header(header));
        leaves_.push_back(log::leaf_hash<log::Blake2b256>(*bytes));
        headers_.push_back(bytes);
        payloads_.push_back(std::move(payload));
        return log::revision_id(*bytes);
    }

    wire::Chunk next_chunk() {
        const std::uint64_t end = std::min<std::uint64_t>(next_ + entries_per_chunk, operations);
        wire::Chunk chunk{stream_, head_->head.log, Position{next_}, {}, {}, {}, {}};
        for (; next_ < end; ++next_) {
            chunk.headers.push_back(headers_[next_]);
            chunk.bodies.push_back({log::BodyState::have, {{}, payloads_[next_]}});
        }
        log::CompactRange right{LogSize{end}, LogSize{end}, {}};
        log::append_leaves<log::Blake2b256>(right, std::span(leaves_).subspan(end));
        chunk.range = right.hashes;
        return chunk;
    }

    log::LogDescriptor descriptor_;
    std::vector<SharedBytes> headers_;
    std::vector<SharedBytes> payloads_;
    std::vector<TreeHash> leaves_;
    std::optional<log::SignedHead> head_{};
    std::uint64_t next_ = 0;
    std::uint32_t stream_ = 0;
};

/// All admits that a member of the network has heard of; a member was admitted, so there is one.
std::vector<network::Admit> admits_of(const Member& member) {
    std::vector<network::Admit> admits;
    for (const Bytes& payload : member.governance) {
        auto operation = network::parse_operation(payload);
        if (auto* admit = operation ? std::get_if<network::Admit>(&operation->act) : nullptr)
            admits.push_back(std::move(*admit));
    }
    ensure(!admits.empty());
    return admits;
}

Says copies_of_an_admit(const Member& member) {
    return [admit =
                admits_of(member).front()](std::uint32_t /*number*/, std::vector<RevisionId> last) {
        return network::Operation{std::move(last), network::Admit(admit)};
    };
}

/// Closes all schools that it knows of in every way, half of it as if nothing had been seen, and
/// confirms what it wrote itself.
Says closings_of_all(const Member& member) {
    std::set<SchoolId> schools;
    for (const replica::LogState& log : member.logs)
        schools.insert(log.descriptor.school);
    for (const network::Admit& admit : admits_of(member))
        schools.insert(admit.school);
    const std::vector<SchoolId> all(schools.begin(), schools.end());
    return [all](std::uint32_t number, std::vector<RevisionId> last) {
        using network::Reason;
        const SchoolId& school = all[number / 4 % all.size()];
        network::Act act = network::Remove{school, Reason::charter_broken};
        if (number % 4 == 1)
            act = network::Confirm{last.front()};
        else if (number % 4 == 2)
            act = network::Suspend{school, Reason::silent};
        else if (number % 4 == 3)
            act = network::SetRole{school, network::Role::observer};
        if (number % 8 >= 4 && number % 4 != 1)
            last.clear();
        return network::Operation{std::move(last), std::move(act)};
    };
}

void offer(JunkLog& log, Act& act) {
    if (act.count++ % calls_per_offer == 0)
        log.offer(act);
}

/// The same log on every line of this process.
JunkLog& copied_admits(Act& act) {
    static JunkLog log(act, copies_of_an_admit(act.member));
    return log;
}

JunkLog& closings(Act& act) {
    static JunkLog log(act, closings_of_all(act.member));
    return log;
}

} // namespace

void offer_copied_admits(Act& act) {
    offer(copied_admits(act), act);
}

void serve_copied_admits(Act& act, const wire::Message& message) {
    copied_admits(act).serve(act, message);
}

void offer_closings(Act& act) {
    offer(closings(act), act);
}

void serve_closings(Act& act, const wire::Message& message) {
    closings(act).serve(act, message);
}

} // namespace staffroom::hostile
