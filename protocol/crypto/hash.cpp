#include "protocol/crypto/hash.hpp"

#include "protocol/base/ensure.hpp"

namespace staffroom::crypto {

std::string_view label_text(HashLabel label) {
    switch (label) {
    case HashLabel::inception: return "sr.inception.1";
    case HashLabel::next_root: return "sr.next-root.1";
    case HashLabel::chain_event: return "sr.chain-evnt.1";
    case HashLabel::certificate: return "sr.certificat.1";
    case HashLabel::genesis: return "sr.genesis.1";
    case HashLabel::charter: return "sr.charter.1";
    case HashLabel::charter_revision: return "sr.chart-rev.1";
    case HashLabel::school_space: return "sr.schoolspac.1";
    case HashLabel::log: return "sr.log.1";
    case HashLabel::revision: return "sr.revision.1";
    case HashLabel::payload: return "sr.payload.1";
    case HashLabel::body: return "sr.body.1";
    case HashLabel::attachment: return "sr.attachment.1";
    case HashLabel::space_digest: return "sr.spacedigst.1";
    case HashLabel::range: return "sr.range.1";
    case HashLabel::item: return "sr.item.1";
    case HashLabel::meeting_key: return "sr.meetingkey.1";
    case HashLabel::network_token: return "sr.nettoken.1";
    case HashLabel::invitation_psk: return "sr.invite-psk.1";
    case HashLabel::invitation_admit: return "sr.invite-adm.1";
    case HashLabel::first_frame: return "sr.firstframe.1";
    case HashLabel::notice: return "sr.notice.1";
    case HashLabel::root_key: return "sr.root-key.1";
    case HashLabel::origin: return "sr.origin.1";
    case HashLabel::words: return "sr.words.1";
    case HashLabel::fork: return "sr.fork.1";
    case HashLabel::person_check: return "sr.per-check.1";
    case HashLabel::person_wrap: return "sr.per-wrap.1";
    case HashLabel::bearer: return "sr.bearer.1";
    case HashLabel::forgery: return "sr.forgery.1";
    case HashLabel::agreement: return "sr.agreement.1";
    case HashLabel::card: return "sr.card.1";
    case HashLabel::passport: return "sr.passport.1";
    case HashLabel::agreement_end: return "sr.agreem-end.1";
    case HashLabel::link_reader: return "sr.link-read.1";
    case HashLabel::link_meeting: return "sr.link-meet.1";
    case HashLabel::backup: return "sr.backup.1";
    }
    return "";
}

Hasher::Hasher(HashLabel label, ByteView key, std::size_t out_bytes)
    : state_{}
    , out_bytes_(out_bytes) {
    const std::string_view text = label_text(label);
    ensure(!text.empty() && text.size() <= crypto_generichash_blake2b_PERSONALBYTES);
    ensure(key.size() <= crypto_generichash_blake2b_KEYBYTES_MAX);
    std::array<std::uint8_t, crypto_generichash_blake2b_PERSONALBYTES> personal{};
    std::copy(text.begin(), text.end(), personal.begin());
    const int outcome = crypto_generichash_blake2b_init_salt_personal(
        &state_, key.data(), key.size(), out_bytes, nullptr, personal.data()
    );
    ensure(outcome == 0);
}

Hasher& Hasher::update(ByteView bytes) {
    crypto_generichash_blake2b_update(&state_, bytes.data(), bytes.size());
    return *this;
}

Hasher& Hasher::update_u64(std::uint64_t value) {
    Bytes raw;
    append_u64_be(raw, value);
    return update(raw);
}

Hasher& Hasher::update_sized(ByteView bytes) {
    update_u64(bytes.size());
    return update(bytes);
}

Digest Hasher::finish() {
    Digest::Raw raw{};
    finish_into(raw);
    return Digest(raw);
}

void Hasher::finish_into(std::span<std::uint8_t> out) {
    ensure(out.size() == out_bytes_);
    crypto_generichash_blake2b_final(&state_, out.data(), out.size());
}

Digest keyed_hash(HashLabel label, ByteView key, ByteView bytes) {
    ensure(key.size() >= 16);
    return Hasher(label, key).update(bytes).finish();
}

} // namespace staffroom::crypto
