// What schools say of themselves: notices taken, kept and written, and the profiles and
// addresses in them. [S4] [S10]
#include "protocol/base/limits.hpp"
#include "protocol/replica/membership/networks.hpp"
#include "protocol/wire/codec_records.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

using network::NoticeKind;
using network::SignedNotice;

} // namespace

Acceptance Networks::take_notice(const SignedNotice& notice) {
    const NetworkState* state = of_space(notice.notice.space);
    if (state == nullptr)
        return Acceptance::refused;
    const SignedNotice* known = this->notice(network::subject(notice.notice));
    // Two with one counter, as a node restored from an older disk may write: all keep the same one,
    // and when its author sees that, it writes the next.
    const bool is_older =
        known != nullptr &&
        (known->notice.counter > notice.notice.counter ||
         (known->notice.counter == notice.notice.counter && known->bytes <= notice.bytes));
    if (is_older)
        return Acceptance::known;
    const SchoolId& school = notice.notice.school;
    const identity::CertifiedNode* node = certified(school, notice.notice.node_key);
    if (!state->roster.is_member(school) || node == nullptr)
        return Acceptance::parked;
    // Who offers it may not have heard of the key's end.
    if (node->revoked)
        return Acceptance::known;
    // What a school says of itself changes when a person changes it. Nor is a signature worth
    // checking too soon: the next comparison brings it again.
    if (!notice_pace_.may_go(school, context_.now))
        return Acceptance::known;
    if (!network::check_notice(notice, context_.verifier))
        return Acceptance::refused;
    notice_pace_.went(school, context_.now);
    return keep_notice(notice) ? Acceptance::taken : Acceptance::refused;
}

const SignedNotice* Networks::notice(const Digest& subject) const {
    const auto at = notices_.find(subject);
    return at == notices_.end() ? nullptr : &at->second;
}

bool Networks::keep_notice(const SignedNotice& notice) {
    NetworkState* state = of_space(notice.notice.space);
    if (state == nullptr)
        return false;
    const Digest subject = network::subject(notice.notice);
    notices_.insert_or_assign(subject, notice);
    notice_turns_.insert_or_assign(subject, ++last_turn_);
    has_news_ = true;
    rows_.push_back(
        {RowKind::notice, to_bytes(subject.view()), network::encode_signed_notice(notice)}
    );
    if (notice.notice.kind == NoticeKind::profile)
        keep_profile(notice.notice.school);
    if (counts(*state, notice))
        spaces_.put_item(state->space, item_of(subject, notice));
    return true;
}

void Networks::write_notice(NoticeKind kind, const SpaceId& space, Bytes content) {
    network::Notice notice{
        kind, space, context_.school, context_.keys.signing.public_key(), 1, std::move(content)};
    const SignedNotice* last = this->notice(network::subject(notice));
    if (last != nullptr && last->notice.content == notice.content)
        return;
    if (last != nullptr)
        notice.counter = last->notice.counter + 1;
    keep_notice(network::sign_notice(notice, context_.keys.signing));
}

std::string Networks::school_name(const SchoolId& school) const {
    const auto at = profiles_.find(school);
    return at == profiles_.end() ? std::string() : at->second.name;
}

wire::Profile Networks::school_profile(const SchoolId& school) const {
    const auto at = profiles_.find(school);
    return at == profiles_.end() ? wire::Profile{} : at->second;
}

/// Names are asked for with every list; reading all notices for each would cost more than the list.
void Networks::keep_profile(const SchoolId& school) {
    profiles_.erase(school);
    for (const auto& [subject, notice] : notices_) {
        if (notice.notice.school != school || notice.notice.kind != NoticeKind::profile)
            continue;
        if (auto profile = wire::decode_profile(notice.notice.content)) {
            profiles_.emplace(school, std::move(*profile));
            return;
        }
    }
}

std::vector<Networks::PublishedAddress> Networks::published_addresses() const {
    std::vector<std::pair<std::uint64_t, const SignedNotice*>> newest;
    for (const auto& [subject, notice] : notices_) {
        const NetworkState* state = of_space(notice.notice.space);
        if (notice.notice.kind == NoticeKind::addresses && state != nullptr &&
            counts(*state, notice))
            newest.emplace_back(notice_turns_.at(subject), &notice);
    }
    std::sort(newest.begin(), newest.end(), [](const auto& one, const auto& other) {
        return one.first > other.first;
    });
    std::map<SchoolId, std::set<std::string>> of_school;
    std::vector<PublishedAddress> all;
    for (const auto& [turn, notice] : newest) {
        const SchoolId& school = notice->notice.school;
        const auto addresses = network::decode_addresses(notice->notice.content);
        if (!addresses)
            continue;
        for (const std::string& address : *addresses) {
            std::set<std::string>& known = of_school[school];
            if (known.count(address) == 0 && known.size() >= limits::addresses_per_school_max)
                continue;
            known.insert(address);
            all.push_back({school, of_space(notice->notice.space)->id, address});
        }
    }
    return all;
}

} // namespace staffroom::replica
