#include "node/http/answers/negotiation.hpp"
#include "node/http/answers/query.hpp"
#include "node/http/records/preconditions.hpp"
#include "node/http/records/record_json.hpp"
#include "node/http/records/records_api.hpp"
#include "node/services/export/export_citation.hpp"
#include "node/services/export/export_linked_data.hpp"
#include "node/services/export/export_markdown.hpp"

#include <algorithm>
#include <array>

namespace staffroom::http::api {
namespace {

struct Form {
    std::string_view name;
    std::string_view media_type;
    Result<std::string> (*make)(const services::ExportedRecord& record);
};

Result<std::string> linked_data_text(const services::ExportedRecord& record) {
    const auto document = services::export_linked_data(record);
    if (!document)
        return fail(document.error());
    return boost::json::serialize(*document);
}

constexpr std::array forms{
    Form{"markdown", "text/markdown; charset=utf-8", services::export_markdown},
    Form{"jsonld", "application/ld+json", linked_data_text},
    Form{"bibtex", "text/x-bibtex; charset=utf-8", services::export_bibtex},
    Form{"ris", "application/x-research-info-systems; charset=utf-8", services::export_ris},
    // Another name of the same form, which is asked for by Accept alone.
    Form{"", "application/x-bibtex; charset=utf-8", services::export_bibtex},
};

const Form* find_form(std::string_view name) {
    for (const Form& form : forms)
        if (form.name == name)
            return &form;
    return nullptr;
}

/// Returns the form that Accept wants most where no format is named; null when it wants none of
/// them.
const Form* accepted_form(const std::string& accept) {
    std::array<std::string_view, forms.size()> types{};
    std::ranges::transform(forms, types.begin(), &Form::media_type);
    const auto best = best_of(accept, types);
    return best ? &forms.at(*best) : nullptr;
}

Error nothing_to_export(const services::RecordRow& row) {
    const bool is_erased = row.state == replica::BodyState::erased;
    return {
        Errc::not_found,
        is_erased ? "The words of this record were erased: there is nothing to export."
                  : "This school has refused this record: there is nothing to export."};
}

} // namespace

void export_record(const Services& services, const Request& request, const Respond& respond) {
    const std::string asked = query_text(request, "format");
    const Form* form = asked.empty() ? accepted_form(request.accept) : find_form(asked);
    if (form == nullptr && asked.empty()) {
        Response refused =
            to_response(not_acceptable("markdown, jsonld, bibtex and ris"), request.id);
        refused.headers.emplace_back("Vary", "Accept");
        return respond(std::move(refused));
    }
    if (form == nullptr)
        return refuse(
            request,
            respond,
            {Errc::unknown_value,
             "\"" + asked + "\" is no format; there are markdown, jsonld, bibtex and ris."}
        );
    read_library_long<services::ShownRecord>(
        services,
        request,
        respond,
        [id = request.path_values.at("id")](
            const services::LibraryView& library, const runtime::StopSign& /*sign*/
        ) { return library.show(id); },
        [&services, request, respond, form](const Result<services::ShownRecord>& shown) {
            if (!shown) {
                respond(to_response(problem_from_id(shown.error()), request.id));
                return;
            }
            if (services::are_words_gone(shown->row.state))
                return refuse(request, respond, nothing_to_export(shown->row));
            const SchoolId& school = shown->row.school;
            const auto text = form->make(
                {*shown, school_name(services, school), school == services.core.replica().school()}
            );
            if (!text)
                return refuse(request, respond, text.error());
            const std::string tag = record_tag(shown->heads, *text);
            if (!may_read(request, tag))
                return respond(to_response(no_match(), request.id));
            // One address has several forms, and Accept chooses between them.
            Response answer =
                has_current(request, tag)
                    ? not_modified(tag)
                    : Response{
                          200, std::string(form->media_type), *text, {{"ETag", quoted_tag(tag)}}};
            answer.headers.emplace_back("Vary", "Accept");
            respond(std::move(answer));
        }
    );
}

} // namespace staffroom::http::api
