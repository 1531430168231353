// Who is here: people, their roles, their leaving, their sessions.
#include "node/http/people/people_api.hpp"
#include "node/http/people/person_json.hpp"
#include "node/services/library/library.hpp"
#include "protocol/base/text.hpp"
#include "protocol/records/kinds.hpp"

#include <algorithm>

namespace staffroom::http::api {
namespace {

using accounts::Person;

struct AccountRoleWish {
    std::string name;
    accounts::Role role;
    std::optional<WallTime> until;
};

/// {"role", "until"?} and, for somebody new, "name". Errors: invalid_input, unknown_value.
Result<AccountRoleWish> read_role_wish(const std::string& body) {
    const auto object = parse_object(body);
    if (!object)
        return fail(object.error());
    Members members(*object);
    const std::string name = members.text("name");
    const std::string role = members.text("role");
    const std::string until = members.text("until");
    if (auto ok = members.outcome(); !ok)
        return fail(ok.error());
    const auto known = accounts::parse_role(role);
    if (!known)
        return fail(known.error());
    const auto end = read_until(until);
    if (!end)
        return fail(end.error());
    return AccountRoleWish{name, *known, *end};
}

void refuse_people(const Request& request, const Respond& respond, const Error& error) {
    respond(to_response(people_problem(error), request.id));
}

/// Where a link leads on the page of this node; null where a lead has to make it.
JsonObject invited_json(const Services& services, const accounts::Invited& invited) {
    return {
        {"person", person_json(*services.people.accounts, invited.person)},
        {"link", invited.link.empty() ? Json(nullptr) : Json("/#/welcome/" + invited.link)}};
}

/// Their own, or of somebody whose account the caller looks after.
bool may_see_sessions(const Services& services, const Request& request, const Person& person) {
    const accounts::SignedIn* own = request.caller.person();
    if (own == nullptr || own->id == person.id)
        return true;
    return own->role != accounts::Role::teacher &&
           services.people.accounts->may_manage(*own, person).has_value();
}

Problem not_their_sessions() {
    return {
        403,
        "request.role",
        "",
        "These are somebody else's sessions.",
        "ask a lead or the technician.",
        ExitCode::refused};
}

/// Those of a person's documents that are no drafts, on a pool thread.
std::vector<RevisionId>
shared_among(const services::LibraryView& library, const std::vector<RevisionId>& held) {
    std::vector<RevisionId> shared;
    for (const RevisionId& document : held) {
        const auto row = library.bare_row_of(document);
        if (!row || row->reach != static_cast<std::uint32_t>(records::Reach::draft))
            shared.push_back(document);
    }
    return shared;
}

} // namespace

void list_people(const Services& services, const Request&, const Respond& respond) {
    const accounts::Accounts& accounts = *services.people.accounts;
    std::vector<const Person*> people;
    for (const auto& [id, person] : accounts.book().people())
        people.push_back(&person);
    std::ranges::sort(people, {}, &Person::name);
    JsonArray rows;
    for (const Person* person : people)
        rows.push_back(person_json(accounts, *person));
    respond(ok(JsonObject{{"people", std::move(rows)}}));
}

void invite_person(const Services& services, const Request& request, const Respond& respond) {
    const auto wish = read_role_wish(request.body);
    if (!wish)
        return refuse(request, respond, wish.error());
    services.people.accounts->invite(
        actor_of(request.caller),
        wish->name,
        wish->role,
        wish->until,
        [&services, request, respond](const Result<accounts::Invited>& invited) {
            if (!invited)
                return refuse_people(request, respond, invited.error());
            respond(ok(invited_json(services, *invited), 201));
        }
    );
}

void give_role(const Services& services, const Request& request, const Respond& respond) {
    const auto wish = read_role_wish(request.body);
    if (!wish)
        return refuse(request, respond, wish.error());
    const auto person = person_in_path(services, request, respond);
    if (!person)
        return;
    services.people.accounts->give_role(
        actor_of(request.caller),
        person->id,
        wish->role,
        wish->until,
        [&services, request, respond](const Result<Person>& changed) {
            if (!changed)
                return refuse_people(request, respond, changed.error());
            respond(ok(JsonObject{{"person", person_json(*services.people.accounts, *changed)}}));
        }
    );
}

void reset_person(const Services& services, const Request& request, const Respond& respond) {
    const auto person = person_in_path(services, request, respond);
    if (!person)
        return;
    services.people.accounts->reset(
        actor_of(request.caller),
        person->id,
        [&services, request, respond](const Result<accounts::Invited>& invited) {
            if (!invited)
                return refuse_people(request, respond, invited.error());
            respond(ok(invited_json(services, *invited)));
        }
    );
}

void close_account(const Services& services, const Request& request, const Respond& respond) {
    const auto object = parse_object(request.body);
    if (!object)
        return refuse(request, respond, object.error());
    Members members(*object);
    const std::string to = members.text("to");
    if (auto ok = members.outcome(); !ok)
        return refuse(request, respond, ok.error());
    const auto person = person_in_path(services, request, respond);
    if (!person)
        return;
    accounts::Accounts& accounts = *services.people.accounts;
    const Person* heir = accounts.book().find_typed(to);
    if (heir == nullptr)
        return refuse_people(
            request, respond, {Errc::not_found, "Nobody here has the name or id in \"to\"."}
        );
    // What a person holds may be a draft, which stays theirs; a draft is what the library says.
    const auto shared = std::make_shared<std::vector<RevisionId>>();
    const auto held = accounts.book().held_by(person->id)->all();
    const auto logs = services::known_logs(services.core.replica());
    services.core.run_blocking(
        [&services, shared, held, logs] {
            if (services.library.update(logs))
                *shared = shared_among(services.library.as(services::Reader::node_itself()), held);
        },
        [&services, &accounts, request, respond, shared, id = person->id, heir = heir->id] {
            accounts.leave(
                actor_of(request.caller),
                id,
                heir,
                *shared,
                [&services, request, respond, shared](const Result<Person>& left) {
                    if (!left)
                        return refuse_people(request, respond, left.error());
                    respond(ok(JsonObject{
                        {"person", person_json(*services.people.accounts, *left)},
                        {"handed_over", shared->size()}}));
                }
            );
        }
    );
}

void list_sessions(const Services& services, const Request& request, const Respond& respond) {
    const auto person = person_in_path(services, request, respond);
    if (!person)
        return;
    if (!may_see_sessions(services, request, *person))
        return respond(to_response(not_their_sessions(), request.id));
    auto sessions = services.people.accounts->book().sessions_of(person->id);
    std::ranges::sort(sessions, std::ranges::greater(), [](const accounts::Session& each) {
        return each.seen.ms;
    });
    JsonArray rows;
    for (const accounts::Session& session : sessions)
        rows.push_back(session_row_json(session));
    respond(ok(JsonObject{{"sessions", std::move(rows)}}));
}

void end_sessions(const Services& services, const Request& request, const Respond& respond) {
    const auto person = person_in_path(services, request, respond);
    if (!person)
        return;
    if (!may_see_sessions(services, request, *person))
        return respond(to_response(not_their_sessions(), request.id));
    services.people.accounts->end_sessions(
        person->id,
        [request, respond](const Result<std::size_t>& ended) {
            if (!ended)
                return refuse(request, respond, ended.error());
            respond(ok(JsonObject{{"ended", *ended}}));
        }
    );
}

} // namespace staffroom::http::api
