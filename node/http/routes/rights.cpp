#include "node/http/routes/rights.hpp"

namespace staffroom::http {
namespace {

Asker asker_of(accounts::Role role) {
    switch (role) {
    case accounts::Role::teacher: return Asker::teacher;
    case accounts::Role::lead: return Asker::lead;
    case accounts::Role::technician: return Asker::technician;
    }
    return Asker::stranger;
}

bool is_person_let_in(const Caller& caller, Askers askers) {
    return caller.person() == nullptr || askers.has(asker_of(caller.person()->role));
}

} // namespace

bool may_ask(const Caller& caller, Method method, Askers askers) {
    const bool is_read = method == Method::get || method == Method::options;
    if (askers.has(Asker::stranger))
        return true;
    switch (caller.stand()) {
    case Caller::Stand::elsewhere:
    case Caller::Stand::this_machine: return false;
    case Caller::Stand::setup: return askers.has(Asker::setup);
    case Caller::Stand::session: return is_person_let_in(caller, askers);
    case Caller::Stand::reading_token:
        return is_read && askers.has(Asker::reading_token) && is_person_let_in(caller, askers);
    case Caller::Stand::writing_token:
        return askers.has(Asker::writing_token) && is_person_let_in(caller, askers);
    case Caller::Stand::token: return is_read && askers.has(Asker::owner);
    case Caller::Stand::socket: return askers.has(Asker::owner);
    }
    return false;
}

} // namespace staffroom::http
