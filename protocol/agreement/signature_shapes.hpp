// Signatures of coordinators as shapes of protobuf, for the codecs of this room alone. Templates,
// so that no header names the generated code. [W2] [A3]
#pragma once

#include "protocol/agreement/signatures.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/wire/form/convert.hpp"

namespace staffroom::agreement {

/// Reads ids that stand in ascending order, each once. Errors: too_large, malformed.
template <class Id, class List>
[[nodiscard]] Result<std::vector<Id>> get_ascending(const List& from, std::size_t count_max) {
    if (static_cast<std::size_t>(from.size()) > count_max)
        return fail(Errc::too_large, "list of ids");
    std::vector<Id> ids;
    for (const std::string& field : from) {
        const auto id = wire::get_id<Id>(field);
        if (!id || (!ids.empty() && !(ids.back() < *id)))
            return fail(Errc::malformed, "ids in ascending order");
        ids.push_back(*id);
    }
    return ids;
}

template <class List> void put_signatures(List* to, const Signatures& signatures) {
    for (const CoordinatorSignature& each : signatures) {
        auto* added = to->Add();
        wire::set_bytes(added->mutable_school(), each.school);
        wire::set_bytes(added->mutable_node_key(), each.node_key);
        wire::set_bytes(added->mutable_signature(), each.signature);
    }
}

/// Errors: too_large, malformed.
template <class List> [[nodiscard]] Result<Signatures> get_signatures(const List& from) {
    if (static_cast<std::size_t>(from.size()) > limits::statement_signatures_max)
        return fail(Errc::too_large, "signatures");
    Signatures signatures;
    for (const auto& each : from) {
        const auto school = wire::get_id<SchoolId>(each.school());
        const auto key = wire::get_id<SigningPublicKey>(each.node_key());
        const auto signature = wire::get_id<Signature>(each.signature());
        if (!school || !key || !signature ||
            (!signatures.empty() && !(signatures.back().school < *school)))
            return fail(Errc::malformed, "signature of a coordinator");
        signatures.push_back({*school, *key, *signature});
    }
    return signatures;
}

template <class Shape> void put_statement(Shape* to, const SignedStatement& statement) {
    to->set_statement(wire::to_string(statement.bytes));
    put_signatures(to->mutable_signatures(), statement.signatures);
}

/// Errors: too_large, malformed.
template <class Shape> [[nodiscard]] Result<SignedStatement> get_statement(const Shape& from) {
    if (from.statement().size() > limits::statement_bytes_max)
        return fail(Errc::too_large, "statement");
    auto signatures = get_signatures(from.signatures());
    if (!signatures)
        return fail(signatures.error());
    return SignedStatement{to_bytes(as_view(from.statement())), std::move(*signatures)};
}

} // namespace staffroom::agreement
