#include "node/http/records/publish_call.hpp"

#include "node/accounts/accounts.hpp"
#include "node/http/records/publish_answers.hpp"

namespace staffroom::http {
namespace {

std::vector<RevisionId> written_in(const services::Publishing::Outcomes& outcomes) {
    std::vector<RevisionId> documents;
    const auto put = [&documents](const services::PublishedRecord& record) {
        // Else somebody wrote it before.
        const bool is_new = record.outcome != "skipped" && !record.stood_before;
        if (is_new && !(record.document == RevisionId(RevisionId::Raw{})))
            documents.push_back(record.document);
    };
    for (const services::PublishOutcome& outcome : outcomes) {
        if (const auto* record = std::get_if<services::PublishedRecord>(&outcome))
            put(*record);
        else if (const auto& draft = std::get<services::Refusal>(outcome).draft)
            put(*draft);
    }
    return documents;
}

} // namespace

void publish_for(
    const services::Services& services,
    const Caller& caller,
    std::vector<services::Publishing::Wish> wishes,
    bool only_check,
    const std::function<void(const services::Publishing::Outcomes&)>& done
) {
    accounts::Writer writer;
    if (const accounts::SignedIn* who = caller.who()) {
        writer.changes_all = caller.has_role(accounts::Role::lead);
        writer.held = who->held;
        if (who->is_person) {
            writer.person = who->id;
            writer.name = who->name;
        }
    }
    services.publishing.publish(
        caller.reader(),
        std::move(writer),
        std::move(wishes),
        only_check,
        [&services, caller, only_check, done](const services::Publishing::Outcomes& outcomes) {
            const auto written = only_check ? std::vector<RevisionId>() : written_in(outcomes);
            if (caller.who() == nullptr || services.people.accounts == nullptr || written.empty())
                return done(outcomes);
            // Who wrote a draft is on record before it is said that it was kept.
            services.people.accounts->hold(caller.who()->id, written, [outcomes, done] {
                done(outcomes);
            });
        }
    );
}

void write_one(
    const services::Services& services,
    const Request& request,
    const Respond& respond,
    services::Publishing::Wish wish,
    bool only_check
) {
    std::vector<services::Publishing::Wish> wishes;
    wishes.push_back(std::move(wish));
    publish_for(
        services,
        request.caller,
        std::move(wishes),
        only_check,
        [request, respond, only_check](const services::Publishing::Outcomes& outcomes) {
            respond(to_response(outcomes.front(), request, 201, only_check));
        }
    );
}

} // namespace staffroom::http
