// Who may ask at an address, as one set for each row of the table of routes. The sets that rows
// share have names here, so that one row cannot be a little different by mistake.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace staffroom::http {

enum class Asker : std::uint8_t {
    stranger,      // nobody that is known
    setup,         // who has typed the code of the first start
    teacher,       // signed in, with this role
    lead,          //
    technician,    //
    reading_token, // a program; its person has to be allowed as well
    writing_token, //
    owner,         // at the Unix socket; over TCP with the token of the data folder, to read
};

inline constexpr std::array all_askers{
    Asker::stranger,
    Asker::setup,
    Asker::teacher,
    Asker::lead,
    Asker::technician,
    Asker::reading_token,
    Asker::writing_token,
    Asker::owner};

/// Its word in the description of the API.
[[nodiscard]] constexpr std::string_view asker_name(Asker asker) {
    constexpr std::array<std::string_view, all_askers.size()> names{
        "anyone", "setup", "teacher", "lead", "technician", "token-read", "token-write", "owner"};
    return names.at(static_cast<std::size_t>(asker));
}

class Askers {
public:
    constexpr Askers() = default;
    constexpr Askers(std::initializer_list<Asker> each) {
        for (const Asker one : each)
            bits_ |= bit(one);
    }
    [[nodiscard]] constexpr bool has(Asker asker) const { return (bits_ & bit(asker)) != 0; }
    [[nodiscard]] constexpr bool is_empty() const { return bits_ == 0; }
    [[nodiscard]] constexpr Askers operator|(Askers other) const {
        Askers both = *this;
        both.bits_ |= other.bits_;
        return both;
    }

private:
    [[nodiscard]] static constexpr unsigned bit(Asker asker) {
        return 1U << static_cast<unsigned>(asker);
    }
    unsigned bits_ = 0;
};

namespace askers {

/// Says nothing of the school, or is how one becomes known.
inline constexpr Askers anyone{
    Asker::stranger,
    Asker::setup,
    Asker::teacher,
    Asker::lead,
    Asker::technician,
    Asker::reading_token,
    Asker::writing_token,
    Asker::owner};
/// Whoever is signed in; also what they may read of the node.
inline constexpr Askers staff{
    Asker::teacher,
    Asker::lead,
    Asker::technician,
    Asker::reading_token,
    Asker::writing_token,
    Asker::owner};
/// Changes that the page offers to all, and nobody's program.
inline constexpr Askers people{Asker::teacher, Asker::lead, Asker::technician, Asker::owner};
/// The same for what only a person has: the machine's owner is none.
inline constexpr Askers persons{Asker::teacher, Asker::lead, Asker::technician};
/// Records and everything that shows a title.
inline constexpr Askers readers{
    Asker::teacher, Asker::lead, Asker::reading_token, Asker::writing_token, Asker::owner};
inline constexpr Askers writers{Asker::teacher, Asker::lead, Asker::writing_token, Asker::owner};
/// Whoever is signed in and may send a text at all.
inline constexpr Askers text_checkers = people | writers;
/// Who writes by hand, and has texts that are not finished.
inline constexpr Askers authors{Asker::teacher, Asker::lead};
/// The same, and the machine's owner, who sees everything.
inline constexpr Askers deleters = authors | Askers{Asker::owner};
/// Speaks for the school to others.
inline constexpr Askers leads{Asker::lead, Asker::owner};
/// Looks after people.
inline constexpr Askers hosts{Asker::lead, Asker::technician, Asker::owner};
/// Looks after the machine.
inline constexpr Askers carers{Asker::technician, Asker::owner};
/// Reads figures of the machine.
inline constexpr Askers gauges{
    Asker::technician, Asker::reading_token, Asker::writing_token, Asker::owner};
inline constexpr Askers owner{Asker::owner};
inline constexpr Askers setup{Asker::setup, Asker::owner};

} // namespace askers

} // namespace staffroom::http
