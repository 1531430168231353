// `staffroom link ...`: two networks agree, see what they have agreed, and end it.
#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/network/link_text.hpp"
#include "cli/commands/network/typed_code.hpp"
#include "cli/options/confirm.hpp"
#include "cli/output/answer.hpp"
#include "cli/output/time_text.hpp"
#include "cli/records/dry_run.hpp"

namespace staffroom::cli {

namespace {

using boost::json::object;
using boost::json::value;

constexpr std::string_view links = "/api/v1/links";
constexpr std::chrono::seconds accept_patience{90}; // the node dials, waits and stretches the code

std::string link_path(const std::string& link, const std::string& rest = {}) {
    return std::string(links) + "/" + path_part(link) + rest;
}

std::string network_name(const value& answer) {
    return text_at(field_at(answer, "network"), "name");
}

std::string other_name(const value& answer) {
    return text_at(field_at(answer, "other"), "name");
}

/// What both sides see before anything is signed.
void print_offer(Output& output, const value& offer) {
    print_network_card(output, field_at(offer, "other"));
    output.line("Signs     " + counted(list_at(offer, "coordinators").size(), "coordinator"));
    print_charter(output, other_name(offer), text_at(offer, "charter"));
    print_terms(output, {offer, network_name(offer), other_name(offer)});
    output.line("Words     " + words_text(offer));
    print_preview(output, field_at(offer, "preview"), false);
}

/// Whose answer was lost asks again with a spent code, and hears the same.
std::string question_of(const value& offer) {
    if (!flag_at(offer, "spent"))
        return "Agree to this?";
    return "This code has been accepted already. Was it by this school, and its answer was lost? "
           "Then agree once more.";
}

void print_agreed(Output& output, const value& agreed) {
    output.line("Linked    " + network_name(agreed) + " and " + other_name(agreed));
    output.line("Words     " + words_text(agreed));
    output.say(
        "Ask a coordinator of " + other_name(agreed) +
        " by phone whether `staffroom link list` shows the same four "
        "words there."
    );
    output.line(text_at(agreed, "id"));
}

std::string since_text(const value& link) {
    const auto& ended = field_at(link, "ended");
    const auto since = count_at(link, "since_ms");
    const std::string from = since == 0 ? "" : day_text(since);
    if (const auto at = count_at(ended, "at_ms"); at > 0)
        return from + " to " + day_text(at);
    return from;
}

std::string ended_text(const value& link) {
    const auto& ended = field_at(link, "ended");
    const bool is_ours = text_at(ended, "by") == text_at(field_at(link, "network"), "id");
    std::string text = "by " + (is_ours ? network_name(link) : other_name(link));
    if (const auto at = count_at(ended, "at_ms"); at > 0)
        text += " on " + day_text(at);
    if (const auto reason = text_at(ended, "reason"); !reason.empty())
        text += ", " + reason;
    return text;
}

void print_side(Output& output, const value& card) {
    print_network_card(output, card);
    output.line("Speak     " + names_of(list_at(card, "coordinators")));
    output.line("Signed    " + names_of(list_at(card, "signed_by")));
    for (const auto& gateway : list_at(card, "gateways"))
        output.line("Gateway   " + text_at(gateway, "name") + "  " + text_at(gateway, "id"));
}

void print_reasons(Output& output, const std::string& word, const boost::json::array& reasons) {
    for (const auto& each : reasons)
        output.line(
            word + counted(count_at(each, "count"), "text") + ": " + text_at(each, "sentence")
        );
}

/// What has crossed each way, what has not and why, and whom this node talks with there.
void print_crossing(Output& output, const value& link) {
    const auto& crossing = field_at(link, "crossing");
    if (crossing.is_null())
        return;
    const auto& ours = field_at(crossing, "ours");
    const auto& theirs = field_at(crossing, "theirs");
    output.line(
        "Cleared   " + std::to_string(count_at(ours, "cleared")) + " of " +
        counted(count_at(ours, "count"), "text") + " of " + network_name(link) + " to cross; " +
        counted(count_at(theirs, "count"), "text") + " of " + other_name(link) +
        (count_at(theirs, "count") == 1 ? " is here" : " are here")
    );
    print_reasons(output, "Waits     ", list_at(ours, "waiting"));
    print_reasons(output, "Stays     ", list_at(ours, "refused"));
    print_reasons(output, "Refused   ", list_at(theirs, "refused"));
    const auto& onward = field_at(crossing, "passed_on");
    if (count_at(onward, "count") > 0)
        output.line(
            "Goes on   " + std::to_string(count_at(onward, "cleared")) + " of " +
            counted(count_at(onward, "count"), "text") + " of other networks, passed on to " +
            other_name(link)
        );
    print_reasons(output, "Waits     ", list_at(onward, "waiting"));
    print_reasons(output, "Stays     ", list_at(onward, "refused"));
    for (const auto& each : list_at(crossing, "gateways")) {
        const auto trouble = text_at(each, "trouble");
        output.line(
            "Heard     " + text_at(each, "address") + "  " +
            (flag_at(each, "connected") ? "connected"
             : trouble.empty()          ? "not reached yet"
                                        : trouble)
        );
    }
}

} // namespace

Outcome<ExitCode> run(const LinkInviteCommand& command, const Options& options, Output& output) {
    object body;
    put_side(body, "", command.ours);
    put_side(body, "their_", command.theirs);
    if (!command.until.empty())
        body["until"] = command.until;
    if (!command.review.empty())
        body["review"] = command.review;
    if (command.hours)
        body["hours"] = *command.hours;
    ask_dry_run(body, options);
    Client client(options.data);
    const auto answer = client.post(
        "/api/v1/networks/" + path_part(command.network) + "/links", boost::json::serialize(body)
    );
    if (!answer)
        return answer.failure();
    if (output.json()) {
        output.document(*answer);
        return ExitCode::done;
    }
    if (!options.dry_run) {
        output.line("Code      " + text_at(*answer, "code"));
        output.line("Address   " + text_at(*answer, "address"));
        output.line("Ends      " + time_text(count_at(*answer, "ends_ms")));
    }
    print_terms(output, {*answer, network_name(*answer), "The other network"});
    if (options.dry_run)
        return report_dry_run(output, *answer, "make a code that offers this to one network, once");
    output.say("It makes one link, once. Read the code to a coordinator of the other network over");
    output.say(
        "the telephone; there they type: staffroom link accept " + text_at(*answer, "address") +
        " --network NET, and the code when asked."
    );
    return ExitCode::done;
}

Outcome<ExitCode> run(const LinkAcceptCommand& command, const Options& options, Output& output) {
    const auto code = typed_code(command.code, "link accept - " + command.address, options, output);
    if (!code)
        return code.failure();
    object body{{"code", *code}, {"address", command.address}, {"network", command.network}};
    object question = body;
    question["dry_run"] = true;
    const std::string path = std::string(links) + "/accept";
    Client client(options.data);
    const auto offer = client.post(path, boost::json::serialize(question), accept_patience);
    if (!offer)
        return offer.failure();
    if (!output.json())
        print_offer(output, *offer);
    if (options.dry_run)
        return report_dry_run(
            output, *offer, "link " + network_name(*offer) + " and " + other_name(*offer)
        );
    const auto consent = ask_first(options, output, question_of(*offer));
    if (consent != Consent::given)
        return Failure{
            "Nothing has been signed.",
            consent == Consent::refused
                ? "run the command again when it is meant."
                : "read what is offered with --dry-run, then add --yes to agree to it.",
            ExitCode::refused,
            "link.not-signed"};
    // What was read is what is signed.
    body["agreement"] = text_at(*offer, "agreement");
    const auto agreed = client.post(path, boost::json::serialize(body), accept_patience);
    if (!agreed)
        return agreed.failure();
    if (output.json())
        output.document(*agreed);
    else
        print_agreed(output, *agreed);
    return ExitCode::done;
}

Outcome<ExitCode> run(const LinkListCommand&, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.get(links);
    if (!answer)
        return answer.failure();
    if (output.json()) {
        for (const char* what : {"links", "codes"})
            for (const auto& each : list_at(*answer, what))
                output.document(each);
        return ExitCode::done;
    }
    Table table(
        {{"ID", Shape::id},
         {"STATE", Shape::fact},
         {"NETWORK", Shape::text},
         {"LINKED WITH", Shape::title},
         {"SINCE", Shape::fact},
         {"NEXT", Shape::detail}}
    );
    for (const auto& link : list_at(*answer, "links"))
        table.add(
            {text_at(link, "id"),
             text_at(link, "state"),
             network_name(link),
             other_name(link),
             since_text(link),
             text_at(link, "next")}
        );
    if (table.empty())
        output.say("No network of this school is linked with another one.");
    else
        output.table(table);
    Table codes(
        {{"CODE ID", Shape::id},
         {"STATE", Shape::fact},
         {"ENDS", Shape::fact},
         {"NETWORK", Shape::title},
         {"WORDS", Shape::fact}}
    );
    for (const auto& code : list_at(*answer, "codes"))
        codes.add(
            {text_at(code, "id"),
             text_at(code, "state"),
             time_text(count_at(code, "ends_ms")),
             network_name(code),
             words_text(code)}
        );
    if (!codes.empty())
        output.table(codes);
    return ExitCode::done;
}

Outcome<ExitCode> run(const LinkShowCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.get(link_path(command.link));
    if (!answer)
        return answer.failure();
    if (output.json()) {
        output.document(*answer);
        return ExitCode::done;
    }
    output.line("Link      " + text_at(*answer, "id"));
    output.line("State     " + text_at(*answer, "state"));
    if (const auto since = count_at(*answer, "since_ms"); since > 0)
        output.line("Since     " + day_text(since));
    if (!field_at(*answer, "ended").is_null())
        output.line("Ended     " + ended_text(*answer));
    print_terms(output, {*answer, network_name(*answer), other_name(*answer)});
    for (const auto& each : list_at(*answer, "renewals")) {
        const bool is_theirs = flag_at(each, "signed_there");
        output.line(
            "Offered   by " + (is_theirs ? other_name(*answer) : network_name(*answer)) + ": " +
            text_at(each, "agreement")
        );
        print_terms(output, {each, network_name(*answer), other_name(*answer)});
    }
    const auto& cards = field_at(*answer, "cards");
    print_side(output, field_at(cards, "ours"));
    print_side(output, field_at(cards, "theirs"));
    print_crossing(output, *answer);
    print_charter(output, other_name(*answer), text_at(*answer, "charter"));
    if (const auto next = text_at(*answer, "next"); !next.empty())
        output.say("Next: " + next);
    return ExitCode::done;
}

Outcome<ExitCode> run(const LinkPreviewCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.get(link_path(command.link, "/preview"));
    if (!answer)
        return answer.failure();
    if (output.json())
        output.document(*answer);
    else
        print_preview(output, *answer, true);
    return ExitCode::done;
}

Outcome<ExitCode> run(const LinkEndCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const std::string path = link_path(command.link, "/end");
    object body{{"reason", command.reason}};
    object question = body;
    question["dry_run"] = true;
    const auto effect = client.post(path, boost::json::serialize(question));
    if (!effect)
        return effect.failure();
    const std::string what =
        "end the link of " + network_name(*effect) + " and " + other_name(*effect);
    const std::string effects = "What was written before stays at both, marked with the day; " +
                                counted(count_at(*effect, "recent"), "record") +
                                " of the last 90 days " +
                                (count_at(*effect, "recent") == 1 ? "is" : "are") +
                                " among it. Nothing that is written later crosses, either way";
    if (options.dry_run)
        return report_dry_run(output, *effect, what + ". " + effects);
    if (!output.json())
        output.say(effects + ".");
    if (!confirm(options, output, "End the link with " + other_name(*effect) + "?"))
        return Failure{
            "Nothing has been changed.",
            "run the command again when it is meant.",
            ExitCode::refused};
    const auto done = client.post(path, boost::json::serialize(body));
    if (!done)
        return done.failure();
    if (output.json()) {
        output.document(*done);
        return ExitCode::done;
    }
    output.say(
        "The link of " + network_name(*done) + " and " + other_name(*done) +
        " has ended. A new code and the consent of both make another one."
    );
    output.line(text_at(*done, "operation"));
    return ExitCode::done;
}

Outcome<ExitCode> run(const LinkEndCodeCommand& command, const Options& options, Output& output) {
    object body;
    ask_dry_run(body, options);
    Client client(options.data);
    const auto answer = client.post(
        std::string(links) + "/codes/" + path_part(command.id) + "/end",
        boost::json::serialize(body)
    );
    if (!answer)
        return answer.failure();
    if (options.dry_run)
        return report_dry_run(output, *answer, "end this code of " + network_name(*answer));
    if (output.json()) {
        output.document(*answer);
        return ExitCode::done;
    }
    output.say("Nobody can accept this code of " + network_name(*answer) + " any more.");
    return ExitCode::done;
}

} // namespace staffroom::cli
