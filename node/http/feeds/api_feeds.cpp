#include "node/accounts/accounts.hpp"
#include "node/http/feeds/atom.hpp"
#include "node/http/feeds/feeds_api.hpp"
#include "node/http/people/own_address.hpp"
#include "node/http/records/preconditions.hpp"
#include "node/http/records/record_json.hpp"
#include "node/services/records/names.hpp"
#include "node/services/text/beginning.hpp"
#include "node/services/text/outside_name.hpp"
#include "protocol/base/text.hpp"
#include "protocol/crypto/key_derivation.hpp"
#include "protocol/log/descriptor.hpp"
#include "protocol/records/vocabularies.hpp"

#include <algorithm>
#include <functional>

namespace staffroom::http::api {
namespace {

using services::LibraryView;
using services::RecordRow;
using services::ShownRecord;

constexpr std::size_t feed_entries_max = 30;
/// The most records that are looked through for one feed: words are read from the disk.
constexpr std::size_t feed_rows_max = 600;
constexpr std::size_t feed_summary_bytes_max = 1000;

struct WantedFeed {
    std::string id; // of the feed, without its token
    std::string title;
    services::RecordQuery query{};
    /// Whether a record belongs to the feed, by its words.
    std::function<bool(const records::RecordBody&)> takes{};
};

Problem no_feed() {
    return {
        404,
        "id.not-found",
        "",
        "There is no feed at this address, or its token has ended.",
        "make a new address: on the page, or with `staffroom tokens add NAME --scope feed`.",
        ExitCode::failed};
}

/// Returns whom the token of the address stands for; nothing where it opens no feed.
std::optional<Caller> feed_reader(const Services& services, const Request& request) {
    const auto known = services.people.accounts->know_token(request.path_values.at("token"));
    if (!known || known->second != accounts::Scope::feed)
        return std::nullopt;
    Caller reader = Caller::stranger().in_scope(known->first, accounts::Scope::read);
    return reader.reader().reads_records() ? std::optional(reader) : std::nullopt;
}

/// Nothing for a draft, and for what stays in the school: a feed's address may be in any hands.
bool is_shared(const RecordRow& row) {
    return row.reach >= static_cast<std::uint32_t>(records::Reach::network) &&
           row.life == services::LifeState::active;
}

/// Returns the newest records of the feed. Errors: those of the library.
Result<std::vector<ShownRecord>>
find_entries(const LibraryView& library, const WantedFeed& wanted, const runtime::StopSign& sign) {
    std::vector<ShownRecord> found;
    services::RecordQuery query = wanted.query;
    for (std::size_t looked = 0; looked < feed_rows_max;) {
        if (sign.is_up())
            return fail(Errc::timed_out);
        const auto page = library.list(query);
        if (!page)
            return fail(page.error());
        for (const RecordRow& row : page->rows) {
            ++looked;
            if (!is_shared(row))
                continue;
            auto shown = library.show(row.revision);
            if (shown && shown->body && wanted.takes(*shown->body))
                found.push_back(std::move(*shown));
            if (found.size() >= feed_entries_max)
                return found;
        }
        if (page->next.empty())
            break;
        query.after = page->next;
    }
    return found;
}

std::vector<std::string> values_in(const records::RecordBody& body, records::FieldCode code) {
    std::vector<std::string> values;
    for (const records::Field& field : body.fields)
        if (field.code == static_cast<std::uint32_t>(code))
            values.push_back(field.value);
    return values;
}

feeds::AtomEntry
entry_of(const Services& services, const std::string& origin, const ShownRecord& shown) {
    const records::RecordBody& body = *shown.body;
    std::vector<std::string> authors;
    for (const records::Author& author : body.authors)
        authors.push_back(author.name);
    if (authors.empty())
        authors.push_back(school_name(services, shown.row.school));
    const WallTime written = shown.row.clock;
    return {
        services::outside_name(shown.row.document),
        body.title,
        origin + "/record/" + to_base32(shown.row.document),
        std::string(services::beginning_of(body.summary, feed_summary_bytes_max)),
        body.language,
        std::move(authors),
        values_in(body, records::FieldCode::subjects),
        body.created.ms != 0 ? std::min(body.created, written) : written,
        written};
}

Response feed_response(
    const Services& services,
    const Request& request,
    const WantedFeed& wanted,
    const std::vector<ShownRecord>& found
) {
    const std::string origin =
        (came_by_tls(request, services.config) ? "https://" : "http://") + request.host;
    feeds::AtomFeed feed{wanted.id, wanted.title, services.config.name, origin + "/", {}};
    for (const ShownRecord& shown : found)
        feed.entries.push_back(entry_of(services, origin, shown));
    Response answer{
        200,
        "application/atom+xml; charset=utf-8",
        feeds::atom_document(feed),
        {{"Cache-Control", "private, no-cache"}}};
    const std::string tag = to_base32(crypto::sha256(as_view(answer.body)).view().first(16));
    if (has_current(request, tag))
        return not_modified(tag);
    answer.headers.emplace_back("ETag", quoted_tag(tag));
    return answer;
}

void show_feed(
    const Services& services,
    Request request,
    const Respond& respond,
    const Caller& reader,
    const WantedFeed& wanted
) {
    request.caller = reader;
    read_library_long<std::vector<ShownRecord>>(
        services,
        request,
        respond,
        [wanted](const LibraryView& library, const runtime::StopSign& sign) {
            return find_entries(library, wanted, sign);
        },
        [&services, request, respond, wanted](const Result<std::vector<ShownRecord>>& found) {
            if (!found)
                return refuse(request, respond, found.error());
            respond(feed_response(services, request, wanted, *found));
        }
    );
}

/// An address of its own for each school and subject of a feed, without a word that tells either.
std::string feed_id(const Services& services, const std::string& what) {
    const std::string name = to_base32(services.core.replica().school()) + "/" + what;
    return services::outside_name(RevisionId(crypto::sha256(as_view(name)).raw()));
}

} // namespace

void show_network_feed(const Services& services, const Request& request, const Respond& respond) {
    const auto reader = feed_reader(services, request);
    if (!reader)
        return respond(to_response(no_feed(), request.id));
    const auto networks = networks_for(services, *reader);
    const auto network = services::resolve_network(networks, request.path_values.at("network"));
    if (!network)
        return respond(to_response(no_feed(), request.id));
    const auto known = std::ranges::find(networks, *network, &replica::NetworkStatus::network);
    WantedFeed wanted{feed_id(services, to_base32(*network)), known->name};
    wanted.query.space = log::space_of(*network);
    wanted.takes = [](const records::RecordBody&) { return true; };
    show_feed(services, request, respond, *reader, wanted);
}

void show_subject_feed(const Services& services, const Request& request, const Respond& respond) {
    const auto reader = feed_reader(services, request);
    const std::string subject = request.path_values.at("subject");
    if (!reader || !records::is_in_vocabulary(records::VocabularyId::subject, subject))
        return respond(to_response(no_feed(), request.id));
    WantedFeed wanted{feed_id(services, "subject/" + subject), subject};
    wanted.takes = [subject](const records::RecordBody& body) {
        const auto subjects = values_in(body, records::FieldCode::subjects);
        return std::ranges::find(subjects, subject) != subjects.end();
    };
    show_feed(services, request, respond, *reader, wanted);
}

void show_author_feed(const Services& services, const Request& request, const Respond& respond) {
    const auto reader = feed_reader(services, request);
    if (!reader)
        return respond(to_response(no_feed(), request.id));
    const std::string author = request.path_values.at("author");
    WantedFeed wanted{feed_id(services, "author/" + author), author};
    wanted.takes = [author](const records::RecordBody& body) {
        return std::ranges::find(body.authors, author, &records::Author::name) !=
               body.authors.end();
    };
    show_feed(services, request, respond, *reader, wanted);
}

} // namespace staffroom::http::api
