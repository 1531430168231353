// Terms of an agreement as shapes of protobuf, for the codecs of this room alone. [W2] [A1]
#pragma once

#include "protocol/agreement/agreement.hpp"
#include "protocol/agreement/signature_shapes.hpp"

namespace staffroom::agreement {

inline constexpr wire::FieldRule terms_fields[] = {
    {1, wire::FieldType::u32, true},
    {2, wire::FieldType::boolean},
    {3, wire::FieldType::bytes, true},
    {4, wire::FieldType::boolean}};
inline constexpr wire::MessageRule terms_rule{terms_fields};

template <class Shape> void put_terms(Shape* to, const Terms& terms) {
    for (const std::uint32_t kind : terms.kinds)
        to->add_kinds(kind);
    to->set_pass_on(terms.pass_on);
    for (const NetworkId& network : terms.onward)
        wire::set_bytes(to->add_onward(), network);
    to->set_passed_on(terms.passed_on);
}

/// Errors: too_large, malformed.
template <class Shape> [[nodiscard]] Result<Terms> get_terms(const Shape& from) {
    if (static_cast<std::size_t>(from.kinds_size()) > limits::agreement_kinds_max)
        return fail(Errc::too_large, "kinds of an agreement");
    auto onward = get_ascending<NetworkId>(from.onward(), limits::agreement_onward_max);
    if (!onward)
        return fail(onward.error());
    Terms terms{{}, from.pass_on(), std::move(*onward), from.passed_on()};
    for (const std::uint32_t kind : from.kinds()) {
        constexpr std::uint32_t record_kinds_max = 199; // [L4]
        if (kind < 1 || kind > record_kinds_max ||
            (!terms.kinds.empty() && terms.kinds.back() >= kind))
            return fail(Errc::malformed, "kinds of an agreement");
        terms.kinds.push_back(kind);
    }
    if (!terms.pass_on && !terms.onward.empty())
        return fail(Errc::malformed, "networks to pass on to, and no passing on");
    return terms;
}

} // namespace staffroom::agreement
