#include "node/base/texts/setting_texts.hpp"
#include "node/http/answers/json.hpp"
#include "node/http/answers/problem.hpp"
#include "node/http/settings/settings_api.hpp"
#include "node/services/settings/live_settings.hpp"
#include "protocol/base/text.hpp"

namespace staffroom::http::api {
namespace {

using services::LiveSettings;
using services::PageSetting;

struct ToJson {
    Json operator()(const std::string& text) const { return Json(text); }
    Json operator()(std::int64_t number) const { return Json(number); }
    Json operator()(const std::vector<std::string>& texts) const {
        return JsonArray(texts.begin(), texts.end());
    }
};

Json value_json(const node::SettingValue& value) {
    return std::visit(ToJson{}, value);
}

std::string_view origin_name(node::SettingOrigin origin) {
    switch (origin) {
    case node::SettingOrigin::built_in: return "built-in";
    case node::SettingOrigin::page: return "page";
    case node::SettingOrigin::file: return "file";
    case node::SettingOrigin::environment: return "environment";
    }
    return "";
}

JsonObject setting_json(const LiveSettings& settings, const std::string& name) {
    const node::LoadedConfig& loaded = settings.loaded();
    const auto origin = loaded.origins.at(name);
    const bool is_free =
        origin == node::SettingOrigin::built_in || origin == node::SettingOrigin::page;
    const PageSetting* page = services::find_page_setting(name);
    JsonObject out{
        {"setting", name},
        {"value", value_json(node::setting_value(settings.values(), name))},
        {"origin", origin_name(origin)},
        {"changeable", page != nullptr && is_free}};
    if (origin == node::SettingOrigin::environment)
        out["variable"] = node::environment_name(name);
    if (const auto place = loaded.places.find(name);
        origin == node::SettingOrigin::file && place != loaded.places.end()) {
        out["file"] = place->second.file;
        out["line"] = place->second.line;
    }
    if (page == nullptr || !is_free)
        return out;
    out["otherwise"] = value_json(settings.value_without(name));
    if (page->words.empty()) {
        out["low"] = page->low;
        out["high"] = page->high;
    } else {
        out["words"] = JsonArray(page->words.begin(), page->words.end());
    }
    return out;
}

std::string bounds_of(const PageSetting& setting) {
    if (setting.words.empty())
        return "a whole number from " + std::to_string(setting.low) + " to " +
               std::to_string(setting.high);
    return "one of " + node::listed(setting.words);
}

std::string place_of(const LiveSettings& settings, const std::string& name) {
    const node::LoadedConfig& loaded = settings.loaded();
    const auto place = loaded.places.find(name);
    if (loaded.origins.at(name) == node::SettingOrigin::environment)
        return node::environment_name(name) + " in the environment";
    if (place == loaded.places.end())
        return "the settings file";
    return place->second.file + ":" + std::to_string(place->second.line);
}

Problem
problem_of(LiveSettings::Refusal refusal, const LiveSettings& settings, const std::string& name) {
    switch (refusal) {
    case LiveSettings::Refusal::unknown:
        return {
            404,
            "settings.unknown",
            "",
            "There is no such setting.",
            "see `staffroom config show` for their names.",
            ExitCode::usage};
    case LiveSettings::Refusal::file_only:
        return {
            409,
            "settings.file-only",
            "",
            name + " is changed in staffroom.toml alone.",
            "write it there and start the node again.",
            ExitCode::refused};
    case LiveSettings::Refusal::fixed:
        return {
            409,
            "settings.fixed",
            "",
            place_of(settings, name) + " says what " + name + " is.",
            "change it there, or take it out there, and start the node again.",
            ExitCode::refused};
    case LiveSettings::Refusal::not_allowed:
        return {
            422,
            "settings.value",
            "",
            name + " has to be " + bounds_of(*services::find_page_setting(name)) + ".",
            "choose such a value; others are set in staffroom.toml.",
            ExitCode::refused};
    case LiveSettings::Refusal::not_written: break;
    }
    return problem_from({Errc::io_error, "page.toml"});
}

/// Errors: invalid_input.
Result<LiveSettings::Change> change_in(const Request& request) {
    constexpr std::size_t letters = 8; // as the trace names people elsewhere
    const auto object = parse_object(request.body);
    if (!object)
        return fail(object.error());
    Members members(*object);
    LiveSettings::Change change{members.text("setting"), std::nullopt, "owner"};
    if (auto ok = members.outcome(); !ok)
        return fail(ok.error());
    if (const accounts::SignedIn* who = request.caller.person())
        change.by = to_base32(who->id).substr(0, letters);
    const Json* const value = object->if_contains("value");
    if (value == nullptr)
        return fail(Errc::invalid_input, "\"value\" is missing; null takes away what was set.");
    if (const auto* text = value->if_string())
        change.value = std::string(*text);
    else if (const auto* number = value->if_int64())
        change.value = *number;
    else if (!value->is_null())
        return fail(Errc::invalid_input, "\"value\" has to be a text, a whole number or null.");
    return change;
}

} // namespace

void list_settings(const Services& services, const Request&, const Respond& respond) {
    JsonArray rows;
    for (const std::string& name : node::setting_names())
        rows.push_back(setting_json(*services.settings, name));
    respond(ok(JsonObject{{"settings", std::move(rows)}}));
}

void change_setting(const Services& services, const Request& request, const Respond& respond) {
    auto change = change_in(request);
    if (!change)
        return refuse(request, respond, change.error());
    LiveSettings& settings = *services.settings;
    const std::string name = change->name;
    if (const auto refusal = settings.why_not(*change))
        return respond(to_response(problem_of(*refusal, settings, name), request.id));
    if (is_dry_run(request.body)) {
        JsonObject out = setting_json(settings, name);
        out["would_be"] = change->value ? value_json(*change->value) : out.at("otherwise");
        out["dry_run"] = true;
        return respond(ok(out));
    }
    settings.change(
        std::move(*change),
        [&settings, request, respond, name](const std::optional<LiveSettings::Refusal>& refusal) {
            if (refusal)
                return respond(to_response(problem_of(*refusal, settings, name), request.id));
            respond(ok(setting_json(settings, name)));
        }
    );
}

} // namespace staffroom::http::api
