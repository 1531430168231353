#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/output/answer.hpp"

namespace staffroom::cli {

Outcome<ExitCode> run(const SetupCodeCommand&, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.get("/api/v1/setup/code");
    if (!answer)
        return answer.failure();
    if (output.json()) {
        output.document(*answer);
        return ExitCode::done;
    }
    output.line("Code      " + text_at(*answer, "code"));
    output.line("Page      " + text_at(*answer, "page"));
    if (const auto https = text_at(*answer, "https"); !https.empty()) {
        output.line("HTTPS     " + https);
        output.line("SHA-256   " + text_at(*answer, "fingerprint"));
        if (flag_at(*answer, "self_signed"))
            output.say("Over HTTPS a browser warns of a certificate that it does not know: it is "
                       "the right one if it shows this SHA-256 fingerprint.");
    }
    output.say("Whoever types this code on the page makes the first account of the school.");
    return ExitCode::done;
}

} // namespace staffroom::cli
