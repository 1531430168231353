// Tokens for programs, and the texts that a person has not finished.
#include "node/http/people/people_api.hpp"
#include "node/http/people/person_json.hpp"

namespace staffroom::http::api {
namespace {

JsonObject saved_json(const accounts::SavedText& saved) {
    return {{"slot", saved.slot}, {"text", saved.text}, {"etag", saved.tag}};
}

/// What the page asks about a text that is not there, or that another window has saved.
Problem text_problem(const Error& error) {
    Problem problem = problem_from(error);
    if (error.code == Errc::not_found)
        problem.next = "begin a new text.";
    if (error.code == Errc::already_exists) {
        problem.status = 412;
        problem.code = "text.changed";
        problem.next = "show both texts, and save again without \"base\" or with the newer etag.";
    }
    if (error.code == Errc::too_large)
        problem.sentence = error.detail;
    return problem;
}

} // namespace

void list_tokens(const Services& services, const Request& request, const Respond& respond) {
    const accounts::Accounts& accounts = *services.people.accounts;
    const accounts::SignedIn* own = request.caller.person();
    JsonArray rows;
    for (const auto& [hash, token] : accounts.book().tokens())
        if (own == nullptr || (token.is_person && token.holder == own->id))
            rows.push_back(token_json(accounts, token));
    respond(ok(JsonObject{{"tokens", std::move(rows)}}));
}

void add_token(const Services& services, const Request& request, const Respond& respond) {
    const auto object = parse_object(request.body);
    if (!object)
        return refuse(request, respond, object.error());
    Members members(*object);
    const std::string name = members.text("name");
    const auto scope = accounts::parse_scope(members.text("scope"));
    const std::string until = members.text("until");
    if (auto ok = members.outcome(); !ok)
        return refuse(request, respond, ok.error());
    if (!scope)
        return refuse(
            request, respond, {Errc::unknown_value, "The scope has to be read, write or feed."}
        );
    const auto end = read_until(until);
    if (!end)
        return refuse(request, respond, end.error());
    services.people.accounts->add_token(
        actor_of(request.caller),
        name,
        *scope,
        *end,
        [&services, request, respond](const Result<accounts::NewToken>& made) {
            if (!made)
                return refuse(request, respond, made.error());
            JsonObject answer = token_json(*services.people.accounts, made->token);
            answer["token"] = made->secret;
            respond(ok(answer, 201));
        }
    );
}

void end_token(const Services& services, const Request& request, const Respond& respond) {
    services.people.accounts->end_token(
        actor_of(request.caller),
        request.path_values.at("id"),
        [&services, request, respond](const Result<accounts::Token>& ended) {
            if (!ended) {
                Problem problem = problem_from_id(ended.error());
                problem.next = "run `staffroom tokens list` to see those that are here.";
                return respond(to_response(problem, request.id));
            }
            respond(ok(token_json(*services.people.accounts, *ended)));
        }
    );
}

void list_texts(const Services& services, const Request& request, const Respond& respond) {
    services.people.desk->list(
        request.caller.person()->id,
        [request, respond](const Result<std::vector<accounts::SavedRow>>& rows) {
            if (!rows)
                return refuse(request, respond, rows.error());
            JsonArray texts;
            for (const accounts::SavedRow& row : *rows)
                texts.push_back(JsonObject{
                    {"slot", row.slot}, {"bytes", row.bytes}, {"changed", moment_json(row.changed)}}
                );
            respond(ok(JsonObject{{"texts", std::move(texts)}}));
        }
    );
}

void show_text(const Services& services, const Request& request, const Respond& respond) {
    services.people.desk->show(
        request.caller.person()->id,
        request.path_values.at("slot"),
        [request, respond](const Result<accounts::SavedText>& saved) {
            if (!saved)
                return respond(to_response(text_problem(saved.error()), request.id));
            respond(ok(saved_json(*saved)));
        }
    );
}

void save_text(const Services& services, const Request& request, const Respond& respond) {
    const auto object = parse_object(request.body);
    if (!object)
        return refuse(request, respond, object.error());
    Members members(*object);
    const std::string text = members.text("text");
    const std::string base = members.text("base");
    if (auto ok = members.outcome(); !ok)
        return refuse(request, respond, ok.error());
    services.people.desk->save(
        request.caller.person()->id,
        request.path_values.at("slot"),
        text,
        base,
        [request, respond](const Result<accounts::SavedText>& saved) {
            if (!saved)
                return respond(to_response(text_problem(saved.error()), request.id));
            respond(ok(JsonObject{{"slot", saved->slot}, {"etag", saved->tag}}));
        }
    );
}

void remove_text(const Services& services, const Request& request, const Respond& respond) {
    services.people.desk->remove(
        request.caller.person()->id,
        request.path_values.at("slot"),
        [request, respond](const Result<void>& removed) {
            if (!removed)
                return refuse(request, respond, removed.error());
            respond({204, "", ""});
        }
    );
}

} // namespace staffroom::http::api
