#include "node/services/pupil_details/pattern.hpp"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <numeric>

namespace staffroom::pupil_details {

namespace {

// A pattern that needs more states than have room here goes on slower; all of them together stay
// below what a small server can spare, whatever somebody has written.
constexpr std::int64_t program_bytes_max = std::int64_t{2} << 20U;
constexpr std::int64_t set_bytes_max = std::int64_t{8} << 20U;

re2::RE2::Options quiet_options(std::int64_t bytes_max) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(bytes_max);
    return options;
}

[[noreturn]] void end_for(const std::string& error, const std::string& source) {
    std::fprintf(stderr, "%s in %s\n", error.c_str(), source.c_str());
    std::abort();
}

} // namespace

struct Pattern::Compiled {
    explicit Compiled(const std::string& source)
        : program(source, quiet_options(program_bytes_max)) {
        if (!program.ok())
            end_for(program.error(), source);
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

struct PatternSet::Compiled {
    explicit Compiled(const std::vector<std::string>& sources)
        : programs(quiet_options(set_bytes_max), re2::RE2::UNANCHORED) {
        for (const std::string& source : sources) {
            std::string error;
            if (programs.Add(source, &error) < 0)
                end_for(error, source);
        }
        if (!programs.Compile())
            end_for("a set that needs more room", sources.empty() ? "" : sources.front());
    }

    re2::RE2::Set programs;
};

PatternSet::PatternSet(const std::vector<std::string>& sources)
    : compiled_(std::make_unique<Compiled>(sources))
    , count_(sources.size()) {}

PatternSet::PatternSet(PatternSet&& other) noexcept = default;
PatternSet& PatternSet::operator=(PatternSet&& other) noexcept = default;
PatternSet::~PatternSet() = default;

std::vector<std::size_t> PatternSet::found_in(std::string_view text) const {
    std::vector<int> found;
    re2::RE2::Set::ErrorInfo error{};
    const re2::StringPiece whole(text.data(), text.size());
    if (compiled_->programs.Match(whole, &found, &error))
        return {found.begin(), found.end()};
    std::vector<std::size_t> places;
    if (error.kind != re2::RE2::Set::kNoError) {
        places.resize(count_);
        std::iota(places.begin(), places.end(), std::size_t{0});
    }
    return places;
}

} // namespace staffroom::pupil_details
