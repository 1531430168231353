// What several messages hold of a log, as shapes of protobuf: its descriptor, a signed head,
// hashes. Implemented in log/fork_codec. Called by the codecs of log and of the link (wire) alone.
#pragma once

#include "protocol/log/head.hpp"
#include "protocol/wire/form/schema.pb.h"

#include <string>
#include <vector>

namespace staffroom::log {

void put_head(schema::SignedHead* to, const SignedHead& head);
/// Errors: malformed, and those of parse_head.
[[nodiscard]] Result<SignedHead> get_head(const schema::SignedHead& from);
void put_descriptor(schema::LogDescriptor* to, const LogDescriptor& descriptor);
/// Errors: malformed.
[[nodiscard]] Result<LogDescriptor> get_descriptor(const schema::LogDescriptor& from);
void put_hashes(
    google::protobuf::RepeatedPtrField<std::string>* to, const std::vector<TreeHash>& hashes
);
/// Errors: too_large, malformed.
[[nodiscard]] Result<std::vector<TreeHash>>
get_hashes(const google::protobuf::RepeatedPtrField<std::string>& from, std::size_t count_max);

} // namespace staffroom::log
