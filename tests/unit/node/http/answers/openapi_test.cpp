#include "node/http/answers/openapi.hpp"
#include "node/http/monitor/meters.hpp"
#include "node/http/routes/router.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

namespace http = staffroom::http;
namespace json = boost::json;

namespace {

const json::object& description() {
    static const json::value document = json::parse(http::openapi_document());
    return document.as_object();
}

std::string upper(std::string_view word) {
    std::string out;
    for (const char letter : word)
        out += static_cast<char>(letter >= 'a' && letter <= 'z' ? letter - 'a' + 'A' : letter);
    return out;
}

/// Calls `visit(method, path, operation)` for each operation.
template <class Visit> void for_each_operation(const Visit& visit) {
    for (const auto& [path, methods] : description().at("paths").as_object())
        for (const auto& [method, operation] : methods.as_object())
            visit(upper(method), std::string(path), operation.as_object());
}

/// Whether each {name} of the path is a parameter "in": "path", by reference or in place.
std::set<std::string> path_parameters(const json::object& operation) {
    std::set<std::string> names;
    const auto* parameters = operation.if_contains("parameters");
    if (parameters == nullptr)
        return names;
    for (const auto& each : parameters->as_array()) {
        const json::value* parameter = &each;
        if (const auto* reference = each.as_object().if_contains("$ref")) {
            const std::string_view pointer = reference->as_string();
            parameter = &description()
                             .at("components")
                             .at("parameters")
                             .at(pointer.substr(pointer.rfind('/') + 1));
        }
        if (parameter->at("in").as_string() == "path")
            names.emplace(parameter->at("name").as_string());
    }
    return names;
}

/// Every "$ref" below `value`.
void collect_references(const json::value& root, std::set<std::string>& found) {
    std::vector<const json::value*> waiting{&root};
    while (!waiting.empty()) {
        const json::value* value = waiting.back();
        waiting.pop_back();
        if (const auto* list = value->if_array())
            for (const auto& item : *list)
                waiting.push_back(&item);
        if (const auto* object = value->if_object())
            for (const auto& [key, item] : *object) {
                if (key == "$ref")
                    found.emplace(item.as_string());
                waiting.push_back(&item);
            }
    }
}

} // namespace

TEST_CASE("OpenAPI: the description has exactly the routes of the router", "[http]") {
    std::set<std::string> served;
    for (const http::RouteFacts& route : http::routes())
        served.insert(
            std::string(http::method_name(route.method)) + " " + std::string(route.pattern)
        );
    std::set<std::string> described;
    for_each_operation([&](const std::string& method, const std::string& path, const auto&) {
        described.insert(method + " " + path);
    });

    CHECK(served == described);
    CHECK(served.size() == http::routes().size());
}

TEST_CASE(
    "OpenAPI: every route has an id, a summary, an answer, the problem, its parameters", "[http]"
) {
    std::set<std::string> ids;
    for_each_operation([&](const std::string& method, const std::string& path, const auto& operation
                       ) {
        INFO(method << " " << path);
        CHECK(ids.emplace(operation.at("operationId").as_string()).second);
        CHECK(!operation.at("summary").as_string().empty());
        const auto& responses = operation.at("responses").as_object();
        const auto success = std::ranges::find_if(responses, [](const auto& each) {
            return each.key().starts_with('2') || each.key() == "303";
        });
        REQUIRE(success != responses.end());
        const auto* content = success->value().as_object().if_contains("content");
        const bool is_bare = success->key() == "204" || success->key() == "303";
        CHECK((content != nullptr || is_bare));
        if (content != nullptr)
            for (const auto& [type, body] : content->as_object())
                CHECK(body.as_object().contains("schema"));
        CHECK(responses.at("default").at("$ref").as_string() == "#/components/responses/Problem");
        std::set<std::string> wanted;
        for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{', at + 1))
            wanted.insert(path.substr(at + 1, path.find('}', at) - at - 1));
        CHECK(path_parameters(operation) == wanted);
        if (method != "GET")
            CHECK(operation.contains("requestBody"));
    });
}

TEST_CASE("OpenAPI: who may ask is what the table says", "[http]") {
    for_each_operation([&](const std::string& method, const std::string& path, const auto& operation
                       ) {
        INFO(method << " " << path);
        const auto route = std::ranges::find_if(http::routes(), [&](const http::RouteFacts& each) {
            return http::method_name(each.method) == method && each.pattern == path;
        });
        REQUIRE(route != http::routes().end());
        std::vector<std::string> wanted;
        for (const http::Asker asker : http::all_askers)
            if (route->askers.has(asker))
                wanted.emplace_back(http::asker_name(asker));
        if (route->askers.has(http::Asker::stranger))
            wanted = {"anyone"};
        std::vector<std::string> stated;
        for (const auto& role : operation.at("x-roles").as_array())
            stated.emplace_back(role.as_string());
        CHECK(stated == wanted);
        CHECK(operation.contains("security") == route->askers.has(http::Asker::stranger));
    });
}

TEST_CASE("OpenAPI: paths are sorted and every reference leads somewhere", "[http]") {
    std::vector<std::string> paths;
    for (const auto& [path, methods] : description().at("paths").as_object())
        paths.emplace_back(path);
    std::set<std::string> references;
    collect_references(description(), references);

    CHECK(std::ranges::is_sorted(paths));
    CHECK(description().at("openapi").as_string() == "3.1.0");
    for (const std::string& reference : references) {
        INFO(reference);
        boost::system::error_code error;
        const json::value root = description();
        CHECK(reference.starts_with("#/"));
        CHECK(root.find_pointer(reference.substr(1), error) != nullptr);
    }
    for (const auto& [name, schema] : description().at("components").at("schemas").as_object()) {
        INFO(std::string(name));
        const bool is_event = name.ends_with("Event");
        CHECK((is_event || references.contains("#/components/schemas/" + std::string(name))));
    }
}
