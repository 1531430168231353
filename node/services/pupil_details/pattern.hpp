// Compiled patterns: the only door to RE2, whose time is linear in the text whatever somebody has
// written there. Called by pupil_details.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace staffroom::pupil_details {

inline constexpr std::size_t groups_max = 3;

/// Where a pattern was found: [begin, end) in the text, and what its groups hold.
struct Match {
    std::size_t begin;
    std::size_t end;
    std::array<std::string_view, groups_max> groups; // views into the text; empty: not there
};

class Pattern {
public:
    /// `source` in the syntax of RE2. A pattern that does not compile ends the process: patterns
    /// are part of the program.
    explicit Pattern(const std::string& source);
    Pattern(const Pattern&) = delete;
    Pattern& operator=(const Pattern&) = delete;
    Pattern(Pattern&& other) noexcept;
    Pattern& operator=(Pattern&& other) noexcept;
    ~Pattern();

    /// The first match that begins at `from` or later.
    [[nodiscard]] std::optional<Match> find(std::string_view text, std::size_t from) const;

private:
    struct Compiled;
    std::unique_ptr<Compiled> compiled_;
};

/// Several patterns read in one pass, which tells the ones that need not be looked for: most texts
/// have nothing that most patterns would find.
class PatternSet {
public:
    /// As the constructor of `Pattern`, for each.
    explicit PatternSet(const std::vector<std::string>& sources);
    PatternSet(const PatternSet&) = delete;
    PatternSet& operator=(const PatternSet&) = delete;
    PatternSet(PatternSet&& other) noexcept;
    PatternSet& operator=(PatternSet&& other) noexcept;
    ~PatternSet();

    /// The places in `sources` of those that are somewhere in the text, in no order; all of them
    /// for a text that needs more states than there is room for.
    [[nodiscard]] std::vector<std::size_t> found_in(std::string_view text) const;

private:
    struct Compiled;
    std::unique_ptr<Compiled> compiled_;
    std::size_t count_;
};

} // namespace staffroom::pupil_details
