#include "node/http/answers/json.hpp"
#include "node/http/answers/problem.hpp"
#include "node/http/tls/tls_api.hpp"
#include "node/services/certificates/certificate_book.hpp"

#include <sodium.h>

namespace staffroom::http::api {
namespace {

using services::CertificateBook;
using services::CertificateState;
using services::CertificateTrouble;

JsonObject state_json(const Services& services, const CertificateState& state) {
    const auto& facts = state.facts;
    const auto name = services::shared_name(state);
    JsonObject out{
        {"https", services.facts.https},
        {"source", services::source_name(state.source)},
        {"names", JsonArray(facts.names.begin(), facts.names.end())},
        {"subject", facts.subject},
        {"issuer", facts.issuer},
        {"from_ms", facts.from.ms},
        {"until_ms", facts.until.ms},
        {"fingerprint", facts.fingerprint},
        {"key_fingerprint", facts.key_fingerprint},
        {"self_signed", facts.is_self_signed},
        {"trusted", state.is_trusted},
        {"fits_this_machine", name.has_value()}};
    if (state.refused)
        out["refused"] = JsonObject{
            {"code", state.refused->code},
            {"sentence", state.refused->sentence},
            {"next", state.refused->next}};
    return out;
}

Problem certificate_problem(CertificateTrouble trouble, int status) {
    return {
        status,
        std::move(trouble.code),
        "",
        std::move(trouble.sentence),
        std::move(trouble.next),
        ExitCode::failed};
}

void no_door(const Request& request, const Respond& respond) {
    CertificateTrouble trouble{
        "certificate.no-https",
        "This node does not serve its page by HTTPS.",
        "set listen in [https] of staffroom.toml and start the node again."};
    respond(to_response(certificate_problem(std::move(trouble), 409), request.id));
}

CertificateBook::Done
answering(const Services& services, const Request& request, const Respond& respond, bool is_dry) {
    return [&services, id = request.id, respond, is_dry](const CertificateBook::Outcome& outcome) {
        if (const auto* trouble = std::get_if<CertificateTrouble>(&outcome)) {
            const bool is_of_node =
                trouble->code == "certificate.files-named" || trouble->code == "certificate.busy";
            const int status = trouble->code == "certificate.not-kept" ? 507 : 422;
            return respond(to_response(certificate_problem(*trouble, is_of_node ? 409 : status), id)
            );
        }
        JsonObject answer = state_json(services, std::get<CertificateState>(outcome));
        answer["dry_run"] = is_dry;
        respond(ok(answer));
    };
}

} // namespace

void show_certificate(const Services& services, const Request&, const Respond& respond) {
    if (services.certificates == nullptr)
        return respond(ok(JsonObject{{"https", ""}}));
    respond(ok(state_json(services, services.certificates->state())));
}

void import_certificate(const Services& services, const Request& request, const Respond& respond) {
    if (services.certificates == nullptr)
        return no_door(request, respond);
    const auto object = parse_object(request.body);
    if (!object)
        return refuse(request, respond, object.error());
    Members members(*object);
    std::string chain = members.text("certificate");
    std::string key = members.text("key");
    const bool is_dry = members.flag("dry_run", false);
    if (auto ok = members.outcome(); !ok)
        return refuse(request, respond, ok.error());
    services.certificates->import(
        std::move(chain),
        std::move(key),
        services.core.wall(),
        is_dry,
        answering(services, request, respond, is_dry)
    );
}

void make_certificate(const Services& services, const Request& request, const Respond& respond) {
    if (services.certificates == nullptr)
        return no_door(request, respond);
    const std::string body = request.body.empty() ? "{}" : request.body;
    if (const auto object = parse_object(body); !object)
        return refuse(request, respond, object.error());
    const bool is_dry = is_dry_run(body);
    services.certificates->make_anew(
        services.core.wall(), is_dry, answering(services, request, respond, is_dry)
    );
}

} // namespace staffroom::http::api
