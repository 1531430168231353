// Every bound of the protocol, with its reason, tied to its neighbours. Bounds are enforced before
// work is done. Protocol constants are not settings: two nodes that disagree on one of these cannot
// share.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace staffroom::limits {

inline constexpr std::size_t kib = 1024;

// --- channel ---------------------------------------------------------------------------------
inline constexpr std::size_t noise_message_bytes_max = 65535; // Noise specification, section 3
inline constexpr std::size_t aead_tag_bytes = 16;
inline constexpr std::size_t frame_plain_bytes_max =
    16 * kib; // a reader never waits long for a tag
static_assert(frame_plain_bytes_max + aead_tag_bytes <= noise_message_bytes_max);
inline constexpr std::size_t first_frame_bytes = 64; // mac1 16 + e 32 + tag 16, every pattern
inline constexpr std::size_t handshake_frame_bytes_max =
    512;                                                 // largest Noise message of a handshake
inline constexpr std::size_t rekey_messages = 1U << 16U; // transport messages per direction and key
inline constexpr std::chrono::seconds handshake_time_max{10};
inline constexpr std::chrono::seconds link_idle_max{90};   // silence after which a link is ended
inline constexpr std::chrono::seconds keepalive_after{30}; // silence after which we say something
static_assert(keepalive_after * 2 < link_idle_max);
inline constexpr std::size_t seen_first_frames_max = 65536; // replay memory, 16 bytes each

// --- entries and bodies ------------------------------------------------------------------------
inline constexpr std::size_t header_bytes_max = 4 * kib;
inline constexpr std::size_t text_bytes_max = 256 * kib; // the text a teacher writes
inline constexpr std::size_t front_matter_bytes_max = 16 * kib;
inline constexpr std::size_t body_plain_bytes_max =
    320 * kib; // text, front matter, fields, file list
inline constexpr std::size_t exported_part_bytes_max =
    body_plain_bytes_max; // the part that an export adds to a front matter  [X1]
static_assert(text_bytes_max + front_matter_bytes_max < body_plain_bytes_max);
inline constexpr std::size_t body_encoded_bytes_max =
    body_plain_bytes_max;                                     // codec 0 when zstd gains nothing
inline constexpr std::size_t operation_bytes_max = 256 * kib; // payload of a governance entry
inline constexpr std::size_t operation_seen_max = 16;
inline constexpr std::size_t header_parents_max = 16;
inline constexpr std::size_t header_about_max = 100;
inline constexpr std::size_t header_audience_max = 20;
inline constexpr std::size_t header_predecessors_max = 16;

// --- chunks and messages ---------------------------------------------------------------------
inline constexpr std::size_t chunk_entries_max = 512;
inline constexpr std::size_t chunk_bytes_target = 192 * kib; // a chunk stops before it exceeds this
inline constexpr std::size_t chunk_bytes_max =
    chunk_bytes_target + body_encoded_bytes_max + 8 * kib;
inline constexpr std::size_t message_bytes_max = chunk_bytes_max + 64 * kib;
inline constexpr std::size_t tree_range_hashes_max = 126;       // a range up and down a 2^64 tree
inline constexpr std::size_t inline_entry_bytes_max = 32 * kib; // pushed with a live head
inline constexpr std::size_t range_items_max = 256; // items listed in one reconciliation range
inline constexpr std::size_t ranges_per_message_max = 512;
inline constexpr std::size_t streams_per_link_max = 8; // logs fetched from one neighbour at a time
inline constexpr std::size_t stream_window_chunks = 8; // chunks under way per stream
inline constexpr std::size_t send_queue_bytes_max =
    2 * message_bytes_max; // then nothing more is loaded
inline constexpr std::size_t staging_bytes_per_link_max = 8 * message_bytes_max;

// --- forks ---------------------------------------------------------------------------------------
inline constexpr unsigned fork_levels = 4; // of the tree in one answer: six rounds for a million
inline constexpr std::size_t fork_answer_hashes_max = 2 * tree_range_hashes_max;
static_assert((std::size_t{1} << fork_levels) <= fork_answer_hashes_max);
inline constexpr std::size_t fork_proof_bytes_max = 16 * kib; // three ranges of the largest tree
static_assert(3 * tree_range_hashes_max * 34 + 2 * kib < fork_proof_bytes_max);
inline constexpr std::size_t fork_searches_per_link_max = 4; // under way
inline constexpr std::size_t fork_searches_per_log_max = 4;  // under way, over all links
inline constexpr std::size_t fork_attempts_per_link_max = 64;

// --- attached files ----------------------------------------------------------------------------
inline constexpr std::size_t piece_bytes = 64 * kib; // a piece is checked as soon as it is here
inline constexpr std::uint64_t attachment_bytes_max = std::uint64_t{25} * kib * kib;
inline constexpr std::uint64_t attachments_bytes_max = 4 * attachment_bytes_max; // of one record
inline constexpr std::size_t attachments_per_record_max = 20;
inline constexpr std::size_t file_pieces_max = attachment_bytes_max / piece_bytes;
static_assert(file_pieces_max * piece_bytes == attachment_bytes_max);
static_assert(file_pieces_max * 32 + 64 * kib < message_bytes_max, "all hashes fit one message");
inline constexpr std::size_t file_slots_per_link_max = 4;  // files fetched from one neighbour
inline constexpr std::size_t pieces_under_way_max = 4;     // per link, over all its slots
inline constexpr std::size_t file_jobs_max = 32;           // records whose files are fetched now
inline constexpr std::size_t absent_files_per_link = 1024; // "tell me when you have it"

// --- identity and governance -----------------------------------------------------------------
inline constexpr std::size_t root_keys_max = 8;
inline constexpr std::size_t chain_events_max = 256;
inline constexpr std::size_t chain_bytes_max = 128 * kib;
inline constexpr std::size_t genesis_bytes_max = 16 * kib;
inline constexpr std::size_t charter_bytes_max = 64 * kib;
inline constexpr std::size_t charter_acts_per_school_max = 128; // the first ones count       [N8]
inline constexpr std::size_t notice_bytes_max = 4 * kib;
inline constexpr std::uint32_t notice_kinds_max = 31; // unknown ones are kept and passed on
inline constexpr std::size_t open_invitations_max = 64;
inline constexpr std::size_t closing_pins_max = 1024; // a log beyond them is pinned at nothing
static_assert(closing_pins_max * 96 + 8 * kib < operation_bytes_max);
inline constexpr std::size_t erasure_entries_max = 4096; // ids in one order                 [E1]
static_assert(erasure_entries_max * 34 + kib < operation_bytes_max, "an order fits its entry");
inline constexpr std::size_t erasure_coordinators_min = 2; // for a school that is gone      [E2]
inline constexpr std::size_t erasure_logs_max = 80;        // of one receipt                 [E6]
static_assert(erasure_logs_max * 48 + 200 < notice_bytes_max, "a receipt fits a notice");
inline constexpr std::size_t networks_per_node_max = 64;
inline constexpr std::size_t schools_per_network_max = 4096;
inline constexpr std::size_t logs_per_school_max = 4096; // incarnations add up slowly
inline constexpr std::size_t parked_heads_max = 1024;    // per link, retried on governance change
inline constexpr std::size_t parked_chains_max = 64;     // per link; larger than heads

// --- agreements between networks
// -------------------------------------------------------------------
inline constexpr std::size_t statement_bytes_max = 64 * kib; // what coordinators sign [A3]
inline constexpr std::size_t statement_signatures_max = 64;  // of one side
inline constexpr std::size_t card_bytes_max = 16 * kib;
inline constexpr std::size_t card_coordinators_max = 64;
static_assert(card_coordinators_max <= statement_signatures_max);
inline constexpr std::size_t card_gateways_max = 8;
inline constexpr std::size_t card_stands_by_max = 64; // ends and renewals of earlier cards [A2]
inline constexpr std::size_t cards_per_agreement_max =
    256;                                                   // one after another, until it is renewed
inline constexpr std::uint32_t renewals_ahead_max = 1024;  // by number, of the one in force [A17]
inline constexpr std::size_t renewals_of_writer_max = 256; // of one link, that are looked at
inline constexpr std::size_t renewals_open_max = 16;       // of the other side, kept by one gateway
inline constexpr std::size_t agreement_kinds_max = 32;
inline constexpr std::size_t agreement_onward_max = 16; // networks that may be passed on to
inline constexpr std::size_t agreement_pins_max = 512;  // logs that an end names
static_assert(agreement_pins_max * 96 + kib < statement_bytes_max);
inline constexpr std::size_t passports_per_school_max = 4096; // that it wrote down; one a log [A11]
// The same of logs that other networks have given: one a passport by which records came. [A15]
inline constexpr std::size_t passports_passed_on_max = 4096;
inline constexpr std::size_t passports_reached_max = 16'384; // logs, by agreement and card
inline constexpr std::size_t trail_hops_max = 3;             // networks that passed a record on
inline constexpr std::size_t relay_records_max = 128;
inline constexpr std::size_t relay_chains_max = 32; // each may cost many signatures
inline constexpr std::size_t relay_bytes_max = message_bytes_max;
inline constexpr std::size_t far_positions_max = 4096; // in one message about what crosses   [A12]
inline constexpr std::size_t far_logs_max = 4096;      // told of on one link
inline constexpr std::size_t far_places_max = 262'144; // offered on one link and not here yet
inline constexpr std::size_t far_acts_max = 64;        // in one message
inline constexpr std::size_t erasure_bytes_max = erasure_entries_max * 34 + kib;
inline constexpr std::size_t far_order_bytes_max = operation_bytes_max - kib; // as an act  [E9]
static_assert(erasure_bytes_max + header_bytes_max + 64 * kib < far_order_bytes_max);
inline constexpr std::size_t far_orders_per_log_max = 4096; // the first ones count
inline constexpr std::size_t far_gone_max = 4096;           // ids in one message about what is gone
inline constexpr std::size_t far_gone_kept_max = 65'536;    // told on one link
inline constexpr std::size_t far_orders_max = 64;           // in one message, and asked for at once
inline constexpr std::size_t far_orders_bytes_max = 2 * operation_bytes_max; // of one message
static_assert(far_orders_bytes_max + far_orders_max * 8 < message_bytes_max);
inline constexpr std::size_t far_receipt_bytes_max = 512;
inline constexpr std::size_t far_receipts_max = 64; // in one message
// Of one order, by who wrote it down and which gateway signed it: of its network and beyond. [E10]
inline constexpr std::size_t far_said_of_writer_max = 64;
inline constexpr std::size_t far_dials_max = 4; // under way at once

// --- neighbours ------------------------------------------------------------------------------
inline constexpr std::size_t hellos_per_link_max = 16; // each may cost many signatures
inline constexpr std::chrono::milliseconds pong_every_min{2};
inline constexpr std::chrono::seconds anonymous_link_time_max{
    60}; // an open link of no known member
inline constexpr std::size_t links_max = 256;
inline constexpr std::size_t links_unauthenticated_max = 128;
/// A school has one node, rarely two, and for a moment a second line to each.
inline constexpr std::size_t links_per_school_max = 4;
/// The other links are kept for callers that have not proven yet who they are.
inline constexpr std::size_t links_known_max = 192;
static_assert(links_known_max + 64 <= links_max);
/// The bytes that have come in on all links of schools and are not a whole message yet.
inline constexpr std::size_t staging_bytes_max = 48 * kib * kib;
static_assert(staging_bytes_max >= 2 * links_per_school_max * (message_bytes_max + 512 * kib));
inline constexpr std::size_t addresses_per_school_max = 8;
inline constexpr std::size_t dials_at_once_max = 16;
inline constexpr std::size_t hearsay_dials_max = 8;            // of them, unproven addresses
inline constexpr std::size_t hearsay_dials_per_school_max = 2; // of one publisher
static_assert(hearsay_dials_per_school_max < hearsay_dials_max);
static_assert(hearsay_dials_max < dials_at_once_max);
inline constexpr std::chrono::milliseconds redial_min{250};
inline constexpr std::chrono::seconds redial_max{300};
static_assert(redial_min < redial_max);

} // namespace staffroom::limits
