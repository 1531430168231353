#include "tests/hostile/copied_admits.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/log/descriptor.hpp"
#include "protocol/log/entry.hpp"
#include "protocol/log/head.hpp"
#include "protocol/log/tree_range.hpp"
#include "protocol/network/operations.hpp"

#include <algorithm>

namespace staffroom::hostile {
namespace {

constexpr std::size_t copies = 6000;
constexpr std::uint64_t entries_per_chunk = 200;
constexpr std::uint64_t calls_per_offer = 500;

class CopiedAdmits {
public:
    explicit CopiedAdmits(Act& act)
        : descriptor_{
              log::space_of(act.member.network),
              log::Channel::governance,
              act.member.chain.school(),
              act.member.signing.public_key(),
              act.random.make<Incarnation>()} {
        const network::Admit admit = some_admit(act.member);
        std::vector<RevisionId> seen;
        for (std::uint32_t i = 0; i < copies; ++i)
            seen = {write({std::move(seen), network::Admit(admit)}, i)};
        log::CompactRange all{LogSize{0}, LogSize{0}, {}};
        log::append_leaves<log::Blake2b256>(all, leaves_);
        head_ = log::sign_head(
            {log::log_id(descriptor_),
             LogSize{copies},
             *log::root_of<log::Blake2b256>(all),
             WallTime{1}},
            act.member.signing
        );
    }

    void offer(Act& act) {
        wire::Offers offers{act.token, {}, {}, {}};
        offers.logs.push_back({descriptor_, *head_, LogSize{copies}});
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
        for (; chunks > 0 && next_ < copies; --chunks)
            act.line.queue(next_chunk());
    }

private:
    static network::Admit some_admit(const Member& member) {
        for (const Bytes& payload : member.governance) {
            auto operation = network::parse_operation(payload);
            if (auto* admit = operation ? std::get_if<network::Admit>(&operation->act) : nullptr)
                return std::move(*admit);
        }
        ensure(false); // a member was admitted, so there is one
        std::abort();
    }

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
        const std::uint64_t end = std::min<std::uint64_t>(next_ + entries_per_chunk, copies);
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

/// The same log on every line of this process.
CopiedAdmits& copied_admits(Act& act) {
    static CopiedAdmits log(act);
    return log;
}

} // namespace

void offer_copied_admits(Act& act) {
    CopiedAdmits& log = copied_admits(act);
    if (act.count++ % calls_per_offer == 0)
        log.offer(act);
}

void serve_copied_admits(Act& act, const wire::Message& message) {
    copied_admits(act).serve(act, message);
}

} // namespace staffroom::hostile
