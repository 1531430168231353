// What the acts of operations name, and whom they are about. Declared in network/operations. [M1]
#include "protocol/network/operations.hpp"

namespace staffroom::network {
namespace {

struct NameFinder {
    std::optional<RevisionId> operator()(const Admit& act) const { return act.invite; }
    std::optional<RevisionId> operator()(const Join& act) const { return act.admit; }
    std::optional<RevisionId> operator()(const ConfirmAdmit& act) const { return act.admit; }
    std::optional<RevisionId> operator()(const EndInvite& act) const { return act.invite; }
    std::optional<RevisionId> operator()(const Confirm& act) const { return act.closing; }
    template <class Other> std::optional<RevisionId> operator()(const Other& /*act*/) const {
        return std::nullopt;
    }
};

struct SubjectFinder {
    template <class One> const SchoolId* operator()(const One& act) const {
        if constexpr (requires { act.school; })
            return &act.school;
        else
            return nullptr;
    }
};

struct PinsFinder {
    template <class One> const Pins* operator()(const One& act) const {
        if constexpr (requires { act.pins; })
            return &act.pins;
        else
            return nullptr;
    }
};

} // namespace

std::optional<RevisionId> named_by(const Act& act) {
    return std::visit(NameFinder{}, act);
}

const Pins* pins_of(const Act& act) {
    return std::visit(PinsFinder{}, act);
}

const SchoolId* subject_of(const Act& act) {
    return std::visit(SubjectFinder{}, act);
}

} // namespace staffroom::network
