// One record as a page without scripts: its context, words and files, what others made of it, where
// it comes from, its revisions. An address with @2 shows revision 2 for ever.
#include "node/http/people/own_address.hpp"
#include "node/http/plain/frame.hpp"
#include "node/http/plain/plain_api.hpp"
#include "node/http/plain/sheets/record_sheet.hpp"
#include "node/http/plain/sheets/rows.hpp"
#include "node/http/records/records_api.hpp"

#include <memory>

namespace staffroom::http::api {
namespace {

/// The answers of the API that make up the page.
struct RecordAnswers {
    JsonObject record;
    JsonObject lineage{};
    JsonObject history{};
};

/// Returns the address under which this node was asked for.
std::string origin_of(const Services& services, const Request& request) {
    return (came_by_tls(request, services.config) ? "https://" : "http://") + request.host;
}

/// A text can be long, so the page is made on the pool.
void show_made(
    const Services& services,
    const Request& request,
    const Respond& respond,
    const std::shared_ptr<RecordAnswers>& answers
) {
    const auto made = std::make_shared<plain::Sheet>();
    services.core.run_blocking(
        [answers, made, request, origin = origin_of(services, request)] {
            const plain::PageWords& words = plain::words_for(request);
            made->title = plain::title_of(words, answers->record);
            made->main = plain::record_sheet(
                words, {answers->record, answers->lineage, answers->history, origin}
            );
        },
        [&services, request, respond, made] { respond(plain::page(services, request, *made)); }
    );
}

void ask_history(
    const Services& services,
    const Request& request,
    const Respond& respond,
    const std::shared_ptr<RecordAnswers>& answers
) {
    plain::ask(
        services,
        request,
        respond,
        {show_history, {{"id", plain::text_in(answers->record, "document")}}},
        [&services, request, respond, answers](const JsonObject& history) {
            answers->history = history;
            show_made(services, request, respond, answers);
        }
    );
}

void ask_lineage(
    const Services& services,
    const Request& request,
    const Respond& respond,
    const std::shared_ptr<RecordAnswers>& answers
) {
    plain::ask(
        services,
        request,
        respond,
        {show_lineage, {{"id", plain::text_in(answers->record, "document")}}},
        [&services, request, respond, answers](const JsonObject& lineage) {
            answers->lineage = lineage;
            ask_history(services, request, respond, answers);
        }
    );
}

} // namespace

void show_plain_record(const Services& services, const Request& request, const Respond& respond) {
    plain::ask(
        services,
        request,
        respond,
        {show_record, request.path_values},
        [&services, request, respond](const JsonObject& record) {
            ask_lineage(
                services, request, respond, std::make_shared<RecordAnswers>(RecordAnswers{record})
            );
        }
    );
}

} // namespace staffroom::http::api
