// Result<T> carries an expected failure as a value. The code drives behaviour; the detail is for
// the trace and the local user and never crosses the wire. This is the only file that names tl::,
// so that std::expected can replace it.
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace staffroom {

enum class Errc {
    truncated,         // bytes end before the structure does
    malformed,         // bytes do not have the shape they claim
    not_strict,        // a signed message breaks the strict form [W2]
    too_large,         // a named limit is exceeded
    unknown_version,   // written by a newer version of this software
    unknown_value,     // a number or word outside its vocabulary
    bad_signature,     // a signature does not verify
    bad_proof,         // hashes do not lead to the stated root
    bad_commitment,    // a body does not match its header
    bad_checksum,      // a phrase, code or stored row fails its own check
    bad_key,           // a public key that cannot be used
    decrypt_failed,    // a sealed message does not open
    out_of_range,      // a position or size outside what exists
    not_found,         // no such thing here
    already_exists,    // it is here already
    not_a_member,      // the school does not belong to the network
    not_allowed,       // a rule of the network or the record refuses it
    invitation_spent,  // the one-time code has been used
    invitation_ended,  // the one-time code has passed its end
    wrong_network,     // the one-time code was made for another network
    wrong_school,      // the data folder belongs to another school
    unreachable,       // nobody answered at the address
    name_unknown,      // the name in the address cannot be looked up
    timed_out,         // no answer within the deadline
    closed,            // the other side ended the link
    busy,              // a bounded queue is full
    io_error,          // the disk refused
    disk_full,         // no space left
    corrupt,           // stored bytes fail their check
    in_use,            // another process holds the data folder
    bad_configuration, // the settings cannot be used as they stand
    invalid_input,     // a value that the user gave cannot be used; the detail says why
    unreadable_text,   // not UTF-8, or with a NUL
    self_contact,      // the address leads back to this node
};

/// Returns the code's name as it stands above: for traces, tests and JSON.
[[nodiscard]] std::string_view errc_name(Errc code);

struct Error {
    Errc code;
    std::string detail;
};

template <class T = void> using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(Errc code, std::string detail = {}) {
    return tl::unexpected<Error>(Error{code, std::move(detail)});
}

[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected<Error>(std::move(error));
}

} // namespace staffroom
