#include "cli/records/template_text.hpp"

#include "node/services/vocabulary/record_template.hpp"

namespace staffroom::cli {

namespace {

std::string written_kinds() {
    std::string names;
    for (std::uint64_t raw = 1; const auto kind = records::parse_kind(raw); ++raw)
        if (records::is_written_here(*kind))
            names += (names.empty() ? "" : ", ") + std::string(records::kind_name(*kind));
    return names;
}

} // namespace

Outcome<std::string> template_text(const std::string& kind, const std::string& form) {
    const auto known = records::kind_from_name(kind);
    if (!known)
        return Failure{
            "The kind " + known.error().detail + ".",
            "choose among " + written_kinds() + ".",
            ExitCode::usage};
    auto text = services::record_template(*known, form);
    if (!text)
        return Failure{
            text.error().detail, "run `staffroom template --help`, then again.", ExitCode::usage};
    return *text;
}

} // namespace staffroom::cli
