#include "protocol/base/result.hpp"

namespace staffroom {

std::string_view errc_name(Errc code) {
    switch (code) {
    case Errc::truncated: return "truncated";
    case Errc::malformed: return "malformed";
    case Errc::not_strict: return "not_strict";
    case Errc::too_large: return "too_large";
    case Errc::unknown_version: return "unknown_version";
    case Errc::unknown_value: return "unknown_value";
    case Errc::bad_signature: return "bad_signature";
    case Errc::bad_proof: return "bad_proof";
    case Errc::bad_commitment: return "bad_commitment";
    case Errc::bad_checksum: return "bad_checksum";
    case Errc::bad_key: return "bad_key";
    case Errc::decrypt_failed: return "decrypt_failed";
    case Errc::out_of_range: return "out_of_range";
    case Errc::not_found: return "not_found";
    case Errc::already_exists: return "already_exists";
    case Errc::not_a_member: return "not_a_member";
    case Errc::not_allowed: return "not_allowed";
    case Errc::invitation_spent: return "invitation_spent";
    case Errc::invitation_ended: return "invitation_ended";
    case Errc::wrong_network: return "wrong_network";
    case Errc::wrong_school: return "wrong_school";
    case Errc::unreachable: return "unreachable";
    case Errc::name_unknown: return "name_unknown";
    case Errc::timed_out: return "timed_out";
    case Errc::closed: return "closed";
    case Errc::busy: return "busy";
    case Errc::io_error: return "io_error";
    case Errc::disk_full: return "disk_full";
    case Errc::corrupt: return "corrupt";
    case Errc::in_use: return "in_use";
    case Errc::bad_configuration: return "bad_configuration";
    case Errc::invalid_input: return "invalid_input";
    case Errc::unreadable_text: return "unreadable_text";
    case Errc::self_contact: return "self_contact";
    }
    return "unknown";
}

} // namespace staffroom
