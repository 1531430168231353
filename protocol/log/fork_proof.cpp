#include "protocol/log/fork_proof.hpp"

namespace staffroom::log {

Result<void> check_fork_proof(const ForkProof& proof, crypto::Verifier& verifier) {
    // Checks the hashes first: they cost less than the signatures.
    if (auto checked = check_fork(proof.evidence); !checked)
        return checked;
    for (const SignedHead* head : {&proof.head_a, &proof.head_b}) {
        const ForkSide& side = head == &proof.head_a ? proof.evidence.a : proof.evidence.b;
        if (head->head.size != side.size || head->head.root != side.root)
            return fail(Errc::bad_proof, "a side that is not its head's");
        if (auto checked = check_head(*head, proof.descriptor, verifier); !checked)
            return checked;
    }
    return {};
}

} // namespace staffroom::log
