// `staffroom tls`: the certificate of the page. The node judges and keeps it; this reads the files
// of whoever types the command.
#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/files/text_file.hpp"
#include "cli/options/confirm.hpp"
#include "cli/output/answer.hpp"
#include "cli/output/time_text.hpp"
#include "cli/records/dry_run.hpp"
#include "protocol/base/text.hpp"

#include <sodium.h>

namespace staffroom::cli {

namespace {

constexpr const char* certificate_target = "/api/v1/certificate";
/// The node has the true bound and its sentence; this keeps a wrong file out of memory.
constexpr std::size_t certificate_bytes_max = 1UL << 20U;

std::string certificate_origin(std::string_view source) {
    if (source == "own")
        return "made by this node: browsers warn of it";
    return source == "files" ? "the files that the settings name" : "imported";
}

void print_certificate(const boost::json::value& answer, Output& output) {
    output.line("HTTPS     " + text_at(answer, "https"));
    output.line("From      " + certificate_origin(text_at(answer, "source")));
    output.line("For       " + names_of(list_at(answer, "names")));
    output.line("Issuer    " + text_at(answer, "issuer"));
    output.line(
        "Good      " + day_text(count_at(answer, "from_ms")) + " to " +
        day_text(count_at(answer, "until_ms"))
    );
    output.line("SHA-256   " + text_at(answer, "fingerprint"));
    output.line("Key       " + text_at(answer, "key_fingerprint"));
    const auto& refused = field_at(answer, "refused");
    if (const auto why = text_at(refused, "sentence"); !why.empty()) {
        output.line("Refused   " + why);
        output.line("          Next: " + text_at(refused, "next"));
    }
}

ExitCode report_certificate(const boost::json::value& answer, Output& output) {
    if (output.json()) {
        output.document(answer);
        return ExitCode::done;
    }
    print_certificate(answer, output);
    if (text_at(answer, "source") != "own" && !flag_at(answer, "fits_this_machine"))
        output.say("This node answers under none of these names, so browsers warn: put the right "
                   "one into node.web_names, or ask for a certificate with this machine's name.");
    return ExitCode::done;
}

Outcome<ExitCode> show_certificate(const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.get(certificate_target);
    if (!answer)
        return answer.failure();
    const bool has_door = !text_at(*answer, "https").empty();
    if (!has_door && !text_at(*answer, "fingerprint").empty() && !output.json())
        return Failure{
            "The settings ask for HTTPS, and this node cannot open its door.",
            "run `staffroom doctor`, which says why.",
            ExitCode::failed,
            "port.https"};
    if (!has_door && !output.json())
        return Failure{
            "This node does not serve its page by HTTPS.",
            "set listen in [https] of staffroom.toml and start the node again.",
            ExitCode::failed,
            "certificate.no-https"};
    return report_certificate(*answer, output);
}

Outcome<ExitCode>
import_certificate(const TlsCommand& command, const Options& options, Output& output) {
    const auto chain = read_bytes(command.certificate, certificate_bytes_max);
    if (!chain)
        return chain.failure();
    const auto key = read_bytes(command.key, certificate_bytes_max);
    if (!key)
        return key.failure();
    boost::json::object body;
    // Bytes that are no text are no PEM either, and JSON holds text alone.
    const auto as_text = [](const std::string& bytes) {
        return first_unreadable_byte(bytes) ? bytes.substr(0, bytes.starts_with('\x30') ? 1 : 0)
                                            : bytes;
    };
    body["certificate"] = as_text(*chain);
    body["key"] = as_text(*key);
    ask_dry_run(body, options);
    std::string request = boost::json::serialize(body);
    Client client(options.data);
    const auto answer = client.post(certificate_target, request);
    sodium_memzero(request.data(), request.size());
    if (!answer)
        return answer.failure();
    if (options.dry_run)
        return report_dry_run(
            output,
            *answer,
            "serve the page with the certificate for " + names_of(list_at(*answer, "names")) +
                ", good until " + day_text(count_at(*answer, "until_ms"))
        );
    return report_certificate(*answer, output);
}

Outcome<ExitCode> make_anew(const Options& options, Output& output) {
    Client client(options.data);
    const auto now = client.get(certificate_target);
    if (!now)
        return now.failure();
    if (flag_at(*now, "trusted"))
        output.say("Browsers may have been told to pass no warning of this page (HSTS): they open "
                   "it again once they have forgotten that, after up to 7 days.");
    const bool is_wanted =
        options.dry_run || confirm(
                               options,
                               output,
                               "Browsers will warn of the new certificate, and an imported one is "
                               "deleted. Go on?"
                           );
    if (!is_wanted)
        return Failure{
            "Nothing was changed.", "run it again when the time is right.", ExitCode::failed};
    boost::json::object body;
    ask_dry_run(body, options);
    const auto answer =
        client.post(std::string(certificate_target) + "/new", boost::json::serialize(body));
    if (!answer)
        return answer.failure();
    if (options.dry_run)
        return report_dry_run(output, *answer, "make a certificate with a new key");
    return report_certificate(*answer, output);
}

} // namespace

Outcome<ExitCode> run(const TlsCommand& command, const Options& options, Output& output) {
    switch (command.act) {
    case TlsCommand::Act::show: return show_certificate(options, output);
    case TlsCommand::Act::import: return import_certificate(command, options, output);
    case TlsCommand::Act::make_anew: return make_anew(options, output);
    }
    return ExitCode::failed;
}

} // namespace staffroom::cli
