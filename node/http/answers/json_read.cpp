#include "node/http/answers/json.hpp"

namespace staffroom::http {
namespace {

/// A record that goes further has lost its author.
constexpr std::int64_t pass_on_max = 8;

constexpr std::size_t levels_max = 32;

services::ImportFacts import_facts(Members& members) {
    return {
        members.text("attribution"),
        members.text("licence"),
        members.text("language"),
        members.text("phase"),
        members.text("focus"),
        members.text("title"),
        members.text("created"),
        members.text("source_kind")};
}

Result<void> read_about(services::RecordRequest& request, const JsonArray* list) {
    if (list == nullptr)
        return {};
    for (const Json& item : *list) {
        if (!item.is_object())
            return fail(Errc::invalid_input, "Each of \"about\" has to be an object.");
        Members members(item.get_object());
        request.about.push_back({members.text("id"), members.text("relation")});
        if (auto ok = members.outcome(); !ok)
            return ok;
    }
    return {};
}

Result<void> read_attachments(services::RecordRequest& request, const JsonArray* list) {
    if (list == nullptr)
        return {};
    for (const Json& item : *list) {
        if (!item.is_object())
            return fail(Errc::invalid_input, "Each of \"attachments\" has to be an object.");
        Members members(item.get_object());
        const std::int64_t size = members.whole("size", 0);
        request.attachments.push_back(
            {members.text("name"),
             members.text("hash"),
             members.text("type"),
             static_cast<std::uint64_t>(std::max<std::int64_t>(size, 0)),
             members.text("description")}
        );
        if (auto ok = members.outcome(); !ok)
            return ok;
    }
    return {};
}

/// Reads the set, in which a value is a text, or a list of texts for a field that takes several.
Result<void> read_set(services::RecordRequest& request, const JsonObject* set) {
    if (set == nullptr)
        return {};
    Members members(*set);
    for (const auto& [key, value] : *set) {
        if (!value.is_array()) {
            request.set.emplace_back(key, members.text(key));
            continue;
        }
        for (std::string& each : members.texts(key))
            request.set.emplace_back(key, std::move(each));
    }
    return members.outcome();
}

} // namespace

Result<JsonObject> parse_object(const std::string& text) {
    boost::json::parse_options options;
    options.max_depth = levels_max;
    boost::json::error_code error;
    Json value = boost::json::parse(text, error, {}, options);
    if (error)
        return fail(Errc::invalid_input, "The body of the request is not JSON.");
    if (!value.is_object())
        return fail(Errc::invalid_input, "The body of the request is JSON, but no object.");
    return std::move(value.get_object());
}

bool is_dry_run(const std::string& text) {
    const auto object = parse_object(text.empty() ? "{}" : text);
    return object && is_dry_run(*object);
}

bool is_dry_run(const JsonObject& body) {
    const Json* wish = body.if_contains("dry_run");
    if (wish == nullptr || wish->is_null())
        return false;
    // A request with anything but false there does not want to be carried out.
    return !wish->is_bool() || wish->get_bool();
}

std::string Members::text(std::string_view key) {
    const Json* value = object_.if_contains(key);
    if (value == nullptr || value->is_null())
        return {};
    if (!value->is_string()) {
        complain(key, "a text");
        return {};
    }
    return std::string(value->get_string());
}

std::vector<std::string> Members::texts(std::string_view key) {
    std::vector<std::string> out;
    const JsonArray* list = array(key);
    if (list == nullptr)
        return out;
    for (const Json& item : *list) {
        if (!item.is_string()) {
            complain(key, "a list of texts");
            return {};
        }
        out.emplace_back(item.get_string());
    }
    return out;
}

std::int64_t Members::whole(std::string_view key, std::int64_t otherwise) {
    const Json* value = object_.if_contains(key);
    if (value == nullptr || value->is_null())
        return otherwise;
    if (!value->is_int64()) {
        complain(key, "a whole number");
        return otherwise;
    }
    return value->get_int64();
}

bool Members::flag(std::string_view key, bool otherwise) {
    const Json* value = object_.if_contains(key);
    if (value == nullptr || value->is_null())
        return otherwise;
    if (!value->is_bool()) {
        complain(key, "true or false");
        return otherwise;
    }
    return value->get_bool();
}

const JsonArray* Members::array(std::string_view key) {
    const Json* value = object_.if_contains(key);
    if (value == nullptr || value->is_null())
        return nullptr;
    if (!value->is_array())
        complain(key, "a list");
    return value->if_array();
}

const JsonObject* Members::object(std::string_view key) {
    const Json* value = object_.if_contains(key);
    if (value == nullptr || value->is_null())
        return nullptr;
    if (!value->is_object())
        complain(key, "an object");
    return value->if_object();
}

Result<void> Members::outcome() const {
    if (!trouble_.empty())
        return fail(Errc::invalid_input, trouble_);
    return {};
}

void Members::complain(std::string_view key, std::string_view wanted) {
    if (trouble_.empty())
        trouble_ = "\"" + std::string(key) + "\" has to be " + std::string(wanted) + ".";
}

Result<services::RecordRequest> record_request(const JsonObject& object) {
    Members members(object);
    services::RecordRequest request;
    request.file = members.text("file");
    request.path = members.text("path");
    request.network = members.text("network");
    request.kind = members.text("kind");
    request.reach = members.text("reach");
    request.links = members.texts("links");
    constexpr std::int64_t unsaid = -1;
    const std::int64_t pass_on = members.whole("pass_on", unsaid);
    if (pass_on > pass_on_max || pass_on < unsaid)
        return fail(Errc::invalid_input, "\"pass_on\" has to be 0 to 8: networks further.");
    if (pass_on != unsaid)
        request.pass_on = static_cast<std::uint32_t>(pass_on);
    request.authors = members.texts("authors");
    request.origin = members.text("origin");
    request.place = members.text("place");
    request.replace = members.flag("replace", false);
    request.confirm_pupil_details = members.text("confirm_pupil_details");
    if (const JsonObject* imported = members.object("imported")) {
        Members facts(*imported);
        request.imported = import_facts(facts);
        if (auto ok = facts.outcome(); !ok)
            return fail(ok.error());
    }
    if (auto ok = read_about(request, members.array("about")); !ok)
        return fail(ok.error());
    if (auto ok = read_set(request, members.object("set")); !ok)
        return fail(ok.error());
    if (auto ok = read_attachments(request, members.array("attachments")); !ok)
        return fail(ok.error());
    if (object.if_contains("file") == nullptr)
        return fail(Errc::invalid_input, "\"file\" is missing: the text of the whole file.");
    if (auto ok = members.outcome(); !ok)
        return fail(ok.error());
    return request;
}

} // namespace staffroom::http
