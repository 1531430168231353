// A record of another network as the logs of this one hold it. Whoever carries it writes two kinds
// of entries into its own log of records: once a batch a *carried proof*, the relay without its
// records, and one *carried record* for each. So they replicate, are fetched, erased and cut as the
// network's own entries are, and every node checks each by itself: a carrier can lie in anything
// that it writes, and then nobody shows it. A carried entry never crosses a link as it stands.
// Called by the core for what it carries and counts, and by services for what they show. [A10]
#pragma once

#include "protocol/agreement/relay/relay.hpp"

namespace staffroom::agreement {

/// A record beside the name of its proof, the body of an entry of kind_carried_record.
struct CarriedRecord {
    RevisionId proof; // of the entry that holds it
    RelayedRecord record;
};

/// The body of an entry of kind_carried_proof: the relay, its records left out.
[[nodiscard]] Bytes encode_carried_proof(const Relay& relay);
/// Errors: as parse_relay, malformed (a proof that holds records).
[[nodiscard]] Result<Relay> parse_carried_proof(ByteView bytes);
/// The record has its body (state have).
[[nodiscard]] Bytes encode_carried_record(const CarriedRecord& carried);
/// Errors: too_large, malformed.
[[nodiscard]] Result<CarriedRecord> parse_carried_record(ByteView bytes);

/// What a node of one network knows of others, to judge by. A copy: any thread may read it.
struct Ground {
    std::uint64_t number; // another one: what was judged may be judged otherwise now
    NetworkId network;    // of this node
    std::vector<Standing> standings;
    /// Of schools of this network and of the others, of each the better one that is known.
    std::map<SchoolId, identity::IdentityChain> chains;

    [[nodiscard]] const Standing* standing_of(const AgreementId& agreement) const;
};

/// Judges the body of a carried proof. Costs as check_proof. Once for all its records.
[[nodiscard]] ProofOutcome open_proof(
    const Ground& ground,
    ByteView body,
    crypto::Verifier& verifier,
    const ChainFinder* read_before = nullptr // as in a Receiver
);

/// What an author of another network has published, as its own node stored it.
struct CarriedView {
    RevisionId revision; // of the author's header: by however many ways it came, it is this one
    Bytes header_bytes;
    log::EntryHeader header;
    log::BodyBytes body;           // for records::decode_body, by the codec of the author's header
    log::LogDescriptor descriptor; // of the author's log, and its place there
    Position position;
    SharingId link;               // by which it came here
    std::vector<TrailStep> trail; // the author's network first, then those that passed it on
};

using CarriedOutcome = std::variant<CarriedView, Refusal>;

/// Judges a carried record by the proof that it names: header and body of its entry as they stand
/// in a log of this network. Hashing only.
[[nodiscard]] CarriedOutcome
open_carried(const CheckedProof& proof, ByteView entry_header, ByteView entry_body);
/// The same for a body that has been parsed, one of many by one proof.
[[nodiscard]] CarriedOutcome
open_carried(RecordChecker& checker, ByteView entry_header, CarriedRecord carried);

/// The author's record in a carried one, unjudged: its files are fetched whether it proves itself
/// or not, since only who shows it has to know. Errors: as parse_carried_record, and
/// parse_header's.
struct InnerRecord {
    log::EntryHeader header;
    log::BodyBytes body;
};
[[nodiscard]] Result<InnerRecord> inner_record(ByteView entry_body);

/// What the header of a carried entry says beside its kind and body, from the author's header.
struct CarriedHeader {
    std::optional<RevisionId> document{};
    std::uint64_t attachment_bytes = 0;
    friend bool operator==(const CarriedHeader&, const CarriedHeader&) = default;
};
[[nodiscard]] CarriedHeader carried_header(const log::EntryHeader& inner);

} // namespace staffroom::agreement
