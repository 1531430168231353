// The handlers of a network's charter: what is in force, what members have put to all, who has
// signed; a revision written, one signed. A dry run stops before it is written.
#include "node/http/agreements/agreement_json.hpp"
#include "node/http/agreements/agreements_api.hpp"
#include "node/http/api/membership_answers.hpp"
#include "node/services/records/names.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/text.hpp"

namespace staffroom::http::api {
namespace {

using network::Charter;
using network::CharterBook;

std::string_view state_of(const CharterBook& book, const Charter& charter) {
    if (charter.id == book.in_force)
        return "in-force";
    return charter.number < book.find(book.in_force)->number ? "former" : "put-forward";
}

JsonObject charter_json(const Services& services, const CharterBook& book, const Charter& charter) {
    const SchoolId& self = services.core.replica().school();
    JsonArray signed_by;
    for (const SchoolId& school : charter.signed_by)
        signed_by.push_back(school_name_json(services, school));
    JsonObject out{
        {"id", to_base32(charter.id)},
        {"number", charter.number},
        {"state", state_of(book, charter)},
        {"text", charter.text},
        {"signed_by", std::move(signed_by)},
        {"is_signed_here", charter.signed_by.count(self) > 0}};
    if (charter.follows)
        out["follows"] = to_base32(*charter.follows);
    if (charter.author)
        out["author"] = school_name_json(services, *charter.author);
    if (charter.written)
        out["written_ms"] = charter.written->ms;
    return out;
}

/// {network, in_force, needed}: what an answer about any charter begins with.
JsonObject book_json(const Services& services, const NetworkId& network, const CharterBook& book) {
    return {
        {"network", network_name_json(services, network)},
        {"in_force", to_base32(book.in_force)},
        {"needed", book.needed}};
}

/// The charters of a request's network; answers where there are none to see.
struct Asked {
    NetworkId network;
    CharterBook book;
};
std::optional<Asked>
asked(const Services& services, const Request& request, const Respond& respond) {
    const auto network = network_of(services, request, respond);
    if (!network)
        return std::nullopt;
    auto book = services.core.replica().charters(network->network);
    if (!book) {
        refuse(request, respond, Error{Errc::not_a_member, ""});
        return std::nullopt;
    }
    return Asked{network->network, std::move(*book)};
}

Problem unknown_charter(const Error& error) {
    Problem problem = problem_from_id(error);
    problem.next = "run `staffroom network charter show NET` for the ids.";
    return problem;
}

Problem charter_problem(const Error& error) {
    switch (error.code) {
    case Errc::already_exists:
        return {
            409,
            "charter.signed",
            "Signed already",
            "This school has signed this charter.",
            "run `staffroom network charter show NET`; to change it, revise it.",
            ExitCode::refused};
    case Errc::too_large:
        return {
            413,
            "limit.too-many",
            "Too many charters",
            "This school has revised and signed as many charters of the network as count.",
            "let another school of the network put it forward.",
            ExitCode::refused};
    case Errc::not_found: return unknown_charter({error.code, "The charter is not here any more."});
    default: return problem_from(error);
    }
}

/// Errors: invalid_input, too_large, unreadable_text.
Result<network::CharterRevised> revision_in(const Request& request, const CharterBook& book) {
    const auto object = parse_object(request.body);
    if (!object)
        return fail(object.error());
    Members members(*object);
    network::CharterRevised revision{book.in_force, members.text("text")};
    const std::string follows = members.text("follows");
    if (auto ok = members.outcome(); !ok)
        return fail(ok.error());
    if (!follows.empty()) {
        const auto before = services::find_by_id(book.charters, follows, "No charter");
        if (!before)
            return fail(before.error());
        revision.follows = before->id;
    }
    if (revision.text.find_first_not_of(" \t\r\n") == std::string::npos)
        return fail(Errc::invalid_input, "The charter has no words.");
    if (revision.text.size() > limits::charter_bytes_max)
        return fail(Errc::too_large, "The charter is larger than 64 KiB.");
    if (first_unreadable_byte(revision.text))
        return fail(Errc::unreadable_text, "The charter is not readable text.");
    if (revision.text == book.find(revision.follows)->text)
        return fail(Errc::invalid_input, "This is the charter before it, word for word.");
    return revision;
}

/// Which charter is to be signed: the one that was named, else, of a dry run, the only one that
/// waits for this school. The attack: another one is put forward between a look and the signature,
/// or beside it, and looks newer by its author's clock. Errors: invalid_input (none named,
/// ambiguous), not_found.
Result<Charter>
charter_in(const Services& services, const Request& request, const CharterBook& book) {
    const auto object = parse_object(request.body.empty() ? "{}" : request.body);
    if (!object)
        return fail(object.error());
    Members members(*object);
    const std::string typed = members.text("charter");
    if (auto ok = members.outcome(); !ok)
        return fail(ok.error());
    if (!typed.empty())
        return services::find_by_id(book.charters, typed, "No charter");
    if (!is_dry_run(request.body))
        return fail(Errc::invalid_input, "Which one? Name the charter that was read by its id.");
    const auto waiting = network::waiting_for(book, services.core.replica().school());
    if (waiting.empty())
        return fail(Errc::not_found, "There is no charter that this school has not signed.");
    if (waiting.size() == 1)
        return *waiting.front();
    std::string ids;
    for (const Charter* each : waiting)
        ids += (ids.empty() ? "" : ", ") + to_base32(each->id).substr(0, 8);
    return fail(
        Errc::invalid_input,
        std::to_string(waiting.size()) +
            " charters wait for this school's signature. Name one by its id: " + ids + "."
    );
}

/// Writes an act, and answers with the charter as it stands then.
void write(
    const Services& services,
    const NetworkId& network,
    const network::CharterAct& act,
    const Request& request,
    const Respond& respond
) {
    services.core.ask(
        replica::WriteCharter{network, act},
        [&services, network, request, respond](const Result<replica::CharterWritten>& reply) {
            if (!reply)
                return respond(to_response(charter_problem(reply.error()), request.id));
            const auto book = services.core.replica().charters(network);
            const Charter* charter = book ? book->find(reply->charter) : nullptr;
            if (charter == nullptr) // this school is out of the network since
                return refuse(request, respond, Error{Errc::not_a_member, ""});
            JsonObject out = book_json(services, network, *book);
            out["charter"] = charter_json(services, *book, *charter);
            respond(ok(out, 201));
        }
    );
}

/// What a dry run shows: the charter as it would stand with one more signature.
void show_signed(
    const Services& services, const Asked& asked, Charter charter, const Respond& respond
) {
    charter.signed_by.insert(services.core.replica().school());
    JsonObject out = book_json(services, asked.network, asked.book);
    out["charter"] = charter_json(services, asked.book, charter);
    out["dry_run"] = true;
    respond(ok(out));
}

} // namespace

void show_charter(const Services& services, const Request& request, const Respond& respond) {
    const auto found = asked(services, request, respond);
    if (!found)
        return;
    JsonArray charters;
    for (const Charter& each : found->book.charters)
        charters.push_back(charter_json(services, found->book, each));
    JsonObject out = book_json(services, found->network, found->book);
    out["charters"] = std::move(charters);
    respond(ok(out));
}

void revise_charter(const Services& services, const Request& request, const Respond& respond) {
    const auto found = asked(services, request, respond);
    if (!found)
        return;
    const auto revision = revision_in(request, found->book);
    if (!revision)
        return refuse(request, respond, revision.error());
    const Digest id = network::charter_id(*revision);
    const Charter* known = found->book.find(id);
    const SchoolId& self = services.core.replica().school();
    if (known != nullptr && known->signed_by.count(self) > 0)
        return respond(to_response(charter_problem({Errc::already_exists, ""}), request.id));
    if (!is_dry_run(request.body))
        return write(services, found->network, *revision, request, respond);
    const std::uint32_t number = found->book.find(revision->follows)->number + 1;
    const Charter would_be{id, revision->follows, number, revision->text, self};
    show_signed(services, *found, known == nullptr ? would_be : *known, respond);
}

void sign_charter(const Services& services, const Request& request, const Respond& respond) {
    const auto found = asked(services, request, respond);
    if (!found)
        return;
    const auto charter = charter_in(services, request, found->book);
    if (!charter && charter.error().code == Errc::not_found)
        return respond(to_response(unknown_charter(charter.error()), request.id));
    if (!charter)
        return refuse(request, respond, charter.error());
    if (charter->signed_by.count(services.core.replica().school()) > 0)
        return respond(to_response(charter_problem({Errc::already_exists, ""}), request.id));
    if (is_dry_run(request.body))
        return show_signed(services, *found, *charter, respond);
    write(services, found->network, network::CharterSigned{charter->id}, request, respond);
}

} // namespace staffroom::http::api
