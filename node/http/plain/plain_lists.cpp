// The first page, the search with its facets, and the sheet of styles.
#include "node/http/plain/frame.hpp"
#include "node/http/plain/plain_api.hpp"
#include "node/http/plain/sheets/asked.hpp"
#include "node/http/plain/sheets/rows.hpp"
#include "node/http/plain/sheets/styles.hpp"
#include "node/http/plain/sign_in_sheet.hpp"
#include "node/http/records/record_json.hpp"
#include "node/http/records/records_api.hpp"
#include "protocol/base/text.hpp"
#include "protocol/records/kind_facts.hpp"
#include "protocol/records/vocabularies.hpp"

#include <array>

namespace staffroom::http::api {
namespace {

using plain::Html;
using plain::html;
using plain::PageWords;

constexpr const char* rows_a_page = "20";
constexpr std::array<const char*, 9> asked_names{
    "q", "kind", "network", "phase", "subject", "focus", "in", "since", "school"};

struct Option {
    std::string value;
    std::string label;
};

Html choice(
    const PageWords& words,
    std::string_view name,
    const std::string& label,
    const std::vector<Option>& options,
    const std::string& chosen
) {
    Html list = html(R"(<option value="">{}</option>)", words.t("library.any"));
    for (const Option& option : options)
        list += option.value == chosen
                    ? html(R"(<option value="{}" selected>{}</option>)", option.value, option.label)
                    : html(R"(<option value="{}">{}</option>)", option.value, option.label);
    return html(
        R"(<p><label for="{}">{}</label><select id="{}" name="{}">{}</select></p>)",
        name,
        label,
        name,
        name,
        list
    );
}

std::vector<Option> kinds(const PageWords& words) {
    std::vector<Option> out;
    for (const records::KindFacts& facts : records::all_kind_facts()) {
        const std::string name(records::kind_name(facts.kind));
        out.push_back({name, words.kind(name)});
    }
    return out;
}

std::vector<Option> values_of(const PageWords& words, records::VocabularyId id) {
    std::vector<Option> out;
    for (const std::string_view value : records::vocabulary_values(id))
        out.push_back({std::string(value), words.word(records::vocabulary_name(id), value)});
    return out;
}

std::vector<Option> networks(const Services& services, const Request& request) {
    std::vector<Option> out;
    for (const replica::NetworkStatus& network : networks_for(services, request.caller))
        out.push_back({to_base32(network.network), network.name});
    return out;
}

std::vector<Option> parts(const PageWords& words) {
    std::vector<Option> out;
    for (const char* part : {"title", "text", "context", "outcome", "author", "school"})
        out.push_back({part, words.t("library.part." + std::string(part))});
    return out;
}

/// The facets that only a search with words can narrow by stand in a form with words alone, as on
/// the page.
Html facets(const PageWords& words, const plain::Values& asked, bool has_words) {
    if (!has_words)
        return {};
    using records::VocabularyId;
    const auto facet = [&](const char* name, VocabularyId id) {
        return choice(
            words,
            name,
            words.t("library." + std::string(name)),
            values_of(words, id),
            asked.at(name)
        );
    };
    Html out = facet("phase", VocabularyId::phase);
    out += facet("subject", VocabularyId::subject);
    out += facet("focus", VocabularyId::focus);
    out += choice(words, "in", words.t("library.part"), parts(words), asked.at("in"));
    out += html(
        R"(<p><label for="since">{}</label>)"
        R"(<input id="since" name="since" type="date" value="{}"></p>)",
        words.t("library.since"),
        asked.at("since")
    );
    return out;
}

Html search_form(const Services& services, const Request& request, const plain::Values& asked) {
    const PageWords& words = plain::words_for(request);
    return html(
        R"(<form class="ask" action="/plain/search"><p><label for="q">{}</label>)"
        R"(<input id="q" name="q" type="search" value="{}"></p>)"
        R"(<div class="filters">{}{}{}</div><p><button class="main">{}</button></p></form>)",
        words.t("library.words"),
        asked.at("q"),
        choice(words, "kind", words.t("library.kind"), kinds(words), asked.at("kind")),
        choice(
            words,
            "network",
            words.t("library.network"),
            networks(services, request),
            asked.at("network")
        ),
        facets(words, asked, !asked.at("q").empty()),
        words.t("library.search")
    );
}

Html found_records(
    const PageWords& words, const JsonObject& answer, plain::Values asked, const std::string& path
) {
    const bool has_words = !asked.at("q").empty();
    const auto rows = plain::objects_in(answer, has_words ? "results" : "records");
    Html out;
    if (rows.empty() && has_words)
        out += html(
            R"(<p class="lead">{}</p><p class="soft">{}</p>)",
            words.t("library.nothing", {{"words", asked.at("q")}}),
            words.t("library.hint")
        );
    else if (rows.empty())
        out += html(R"(<p class="lead">{}</p>)", words.t("library.empty"));
    else
        out += plain::record_list(words, rows);
    if (const auto pending = plain::number_in(answer, "pending"); pending > 0)
        out += html(
            R"(<p class="soft">{}</p>)",
            words.t("library.pending", {{"count", static_cast<std::int64_t>(pending)}})
        );
    asked["after"] = plain::text_in(answer, "next");
    if (!asked["after"].empty())
        out += html(
            R"(<p><a class="button" href="{}">{}</a></p>)",
            plain::address_with(path, asked),
            words.t("library.further")
        );
    if (plain::flag_in(answer, "more"))
        out += html(R"(<p class="soft">{}</p>)", words.t("library.more"));
    return out;
}

/// Finds what the address asks for, and shows it below a heading.
void show_found(
    const Services& services, const Request& request, const Respond& respond, std::string heading
) {
    plain::Values asked;
    for (const char* name : asked_names) {
        const auto given = request.query.find(name);
        asked[name] = given == request.query.end() ? "" : given->second;
    }
    plain::Values query{{"limit", rows_a_page}};
    for (const auto& [name, value] : asked)
        if (!value.empty())
            query[name] = value;
    if (const auto after = request.query.find("after"); after != request.query.end())
        query["after"] = after->second;
    const bool has_words = !asked.at("q").empty();
    plain::ask(
        services,
        request,
        respond,
        {has_words ? search : list_records, {}, std::move(query)},
        [&services, request, respond, asked, heading](const JsonObject& answer) {
            const PageWords& words = plain::words_for(request);
            Html main = html("<h1>{}</h1>", heading);
            main += search_form(services, request, asked);
            main += found_records(words, answer, asked, "/plain/search");
            respond(plain::page(services, request, {heading, main}));
        }
    );
}

} // namespace

void show_plain_home(const Services& services, const Request& request, const Respond& respond) {
    const PageWords& words = plain::words_for(request);
    if (!request.caller.is_known() || request.caller.is_setting_up())
        return respond(plain::sign_in_page(services, request, {"", "/plain"}));
    if (!request.caller.reader().reads_records())
        return respond(plain::page(
            services,
            request,
            {words.t("app.name"),
             html("<h1>{}</h1><p>{}</p>", words.t("app.name"), words.t("plain.no-reader"))}
        ));
    show_found(services, request, respond, words.t("home.all"));
}

void show_plain_search(const Services& services, const Request& request, const Respond& respond) {
    show_found(services, request, respond, plain::words_for(request).t("nav.library"));
}

void show_plain_style(const Services&, const Request&, const Respond& respond) {
    respond({200, "text/css; charset=utf-8", plain::style_sheet()});
}

} // namespace staffroom::http::api
