#include "node/services/pupil_details/pattern.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace staffroom::pupil_details {

namespace {

re2::RE2::Options quiet_options() {
    // A pattern that needs more states than have room here goes on slower; all of them together
    // stay below what a small server can spare, whatever somebody has written.
    constexpr std::int64_t program_bytes_max = std::int64_t{2} << 20U;
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(program_bytes_max);
    return options;
}

} // namespace

struct Pattern::Compiled {
    explicit Compiled(const std::string& source)
        : program(source, quiet_options()) {
        if (program.ok())
            return;
        std::fprintf(stderr, "%s in %s\n", program.error().c_str(), source.c_str());
        std::abort();
    }

    re2::RE2 program;
};

Pattern::Pattern(const std::string& source)
    : compiled_(std::make_unique<Compiled>(source)) {}

Pattern::Pattern(Pattern&& other) noexcept = default;
Pattern& Pattern::operator=(Pattern&& other) noexcept = default;
Pattern::~Pattern() = default;

std::optional<Match> Pattern::find(std::string_view text, std::size_t from) const {
    const re2::StringPiece whole(text.data(), text.size());
    std::array<re2::StringPiece, groups_max + 1> found;
    const int groups = std::min(compiled_->program.NumberOfCapturingGroups(), int{groups_max}) + 1;
    if (!compiled_->program.Match(
            whole, from, text.size(), re2::RE2::UNANCHORED, found.data(), groups
        ))
        return std::nullopt;
    const auto begin = static_cast<std::size_t>(found[0].data() - text.data());
    Match match{begin, begin + found[0].size(), {}};
    for (std::size_t i = 0; i < groups_max; ++i)
        if (found[i + 1].data() != nullptr)
            match.groups[i] = {found[i + 1].data(), found[i + 1].size()};
    return match;
}

} // namespace staffroom::pupil_details
