#include "node/http/answers/json.hpp"
#include "node/http/api/api.hpp"
#include "protocol/base/text.hpp"

#include <memory>

namespace staffroom::http::api {

/// The chain is public: every neighbour has it.
void show_identity(const Services& services, const Request&, const Respond& respond) {
    const replica::IdentityStatus identity = services.core.replica().identity();
    JsonArray logs;
    for (const replica::OwnLogStatus& log : identity.logs)
        logs.push_back(JsonObject{
            {"log", to_base32(log.id)},
            {"key", to_base32(log.node_key)},
            {"size", log.size.value},
            {"root", to_base32(log.root)}});
    respond(ok(JsonObject{
        {"school", to_base32(services.core.replica().school())},
        {"name", services.config.name},
        {"chain", to_base32(identity.chain)},
        {"key", to_base32(identity.key)},
        {"is_key_ended", identity.is_key_ended},
        {"logs", std::move(logs)}}));
}

/// Whoever may write in the folder has put a longer chain there, perhaps with other keys. No key
/// passes through here; the tip says that both mean the same chain.
void take_up_identity(const Services& services, const Request& request, const Respond& respond) {
    const auto object = parse_object(request.body);
    if (!object)
        return refuse(request, respond, object.error());
    Members members(*object);
    const auto tip = id_from_base32<Digest>(members.text("tip"));
    if (auto ok = members.outcome(); !ok)
        return refuse(request, respond, ok.error());
    if (!tip || !services.take_up_keys)
        return refuse(request, respond, {Errc::invalid_input, "\"tip\" has to be an id."});
    const auto taken = std::make_shared<Result<void>>();
    services.core.run_blocking(
        [&services, taken, wanted = *tip] { *taken = services.take_up_keys(wanted); },
        [taken, request, respond] {
            if (!*taken)
                return refuse(request, respond, taken->error());
            respond(ok(JsonObject{{"begins_again", true}}));
        }
    );
}

} // namespace staffroom::http::api
