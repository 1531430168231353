// `staffroom link renew`: a link goes on by other terms. Without any it shows and signs what the
// other network has signed, or makes terms that only have other days.
#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/network/link_text.hpp"
#include "cli/options/confirm.hpp"
#include "cli/output/answer.hpp"
#include "cli/output/time_text.hpp"
#include "cli/output/wording.hpp"
#include "cli/records/dry_run.hpp"

namespace staffroom::cli {

namespace {

using boost::json::object;
using boost::json::value;

/// Terms that this school may sign, of the other network or of a colleague where several have to
/// sign; empty where there are none.
std::string waiting_terms(const value& link) {
    std::string found;
    for (const auto& each : list_at(link, "renewals"))
        if (flag_at(each, "may_sign"))
            found = text_at(each, "agreement"); // the newest stands last
    return found;
}

object wish_of(const LinkRenewCommand& command, const value& link) {
    object body;
    put_side(body, "", command.ours);
    put_side(body, "their_", command.theirs);
    if (!command.until.empty())
        body["until"] = command.until;
    if (!command.review.empty())
        body["review"] = command.review;
    const std::string waiting = command.names_terms() ? std::string() : waiting_terms(link);
    if (!waiting.empty())
        body["agreement"] = waiting;
    return body;
}

std::string kinds_of(const boost::json::array& kinds) {
    std::string text;
    for (const auto& kind : kinds)
        text += (text.empty() ? "" : ", ") + std::string(kind.get_string());
    return text;
}

void print_change(Output& output, const value& effect) {
    const std::string ours = text_at(field_at(effect, "network"), "name");
    const std::string theirs = text_at(field_at(effect, "other"), "name");
    output.line("Now");
    print_terms(output, {field_at(effect, "now"), ours, theirs});
    output.line("Then");
    print_terms(output, {effect, ours, theirs});
    const value& hides = field_at(effect, "hides");
    if (const auto& gone = list_at(hides, "ours"); !gone.empty())
        output.line("Hidden    at " + theirs + ": what crossed of " + kinds_of(gone));
    if (const auto& gone = list_at(hides, "theirs"); !gone.empty())
        output.line("Hidden    here: what came of " + kinds_of(gone));
}

} // namespace

Outcome<ExitCode> run(const LinkRenewCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const std::string path = "/api/v1/links/" + path_part(command.link);
    const auto link = client.get(path);
    if (!link)
        return link.failure();
    object body = wish_of(command, *link);
    object question = body;
    question["dry_run"] = true;
    const auto effect = client.post(path + "/renew", boost::json::serialize(question));
    if (!effect)
        return effect.failure();
    const std::string other = text_at(field_at(*effect, "other"), "name");
    const bool is_last = flag_at(*effect, "signed_there");
    if (!output.json())
        print_change(output, *effect);
    if (options.dry_run)
        return report_dry_run(
            output,
            *effect,
            is_last ? "sign what " + other + " has signed, so that it counts"
                    : "sign this, and wait for " + other + "; until then nothing changes"
        );
    const auto consent = ask_first(options, output, "Sign this?");
    if (consent != Consent::given)
        return Failure{
            "Nothing has been signed.",
            consent == Consent::refused
                ? "run the command again when it is meant."
                : "read what would be signed with --dry-run, then add --yes to sign it.",
            ExitCode::refused,
            "link.not-signed"};
    // What was read is signed, and nothing else: neither other days, when it is tomorrow by now,
    // nor what others have agreed on meanwhile.
    body["follows"] = text_at(*effect, "follows");
    if (!body.contains("agreement")) {
        body["until"] = last_day_text(count_at(*effect, "until_ms"));
        body["review"] = last_day_text(count_at(*effect, "review_ms"));
    }
    const auto done = client.post(path + "/renew", boost::json::serialize(body));
    if (!done)
        return done.failure();
    if (output.json()) {
        output.document(*done);
        return ExitCode::done;
    }
    const std::string own = text_at(field_at(*done, "network"), "name");
    if (flag_at(*done, "signed_there"))
        output.say("The link of " + own + " and " + other + " goes on by these terms.");
    else
        output.say(
            own + " has signed. They count once " + other +
            " has signed the same: a coordinator there runs `staffroom link renew \"" + own + "\"`."
        );
    output.line(text_at(*done, "agreement"));
    return ExitCode::done;
}

} // namespace staffroom::cli
