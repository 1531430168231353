// The words of roles and reasons. Declared in network/operations. [N2]
#include "protocol/network/operations.hpp"

#include <algorithm>
#include <array>

namespace staffroom::network {
namespace {

template <class One> struct Word {
    One value;
    std::string_view name;
};

constexpr std::array role_words{
    Word<Role>{Role::member, "member"},
    Word<Role>{Role::coordinator, "coordinator"},
    Word<Role>{Role::observer, "observer"}};

constexpr std::array reason_words{
    Word<Reason>{Reason::own_wish, "own-wish"},
    Word<Reason>{Reason::closed, "closed"},
    Word<Reason>{Reason::merged, "merged"},
    Word<Reason>{Reason::charter_broken, "charter-broken"},
    Word<Reason>{Reason::stolen, "stolen"},
    Word<Reason>{Reason::silent, "silent"},
    Word<Reason>{Reason::mistake, "mistake"}};

template <class Words, class One> std::string_view name_in(const Words& words, One value) {
    return std::ranges::find(words, value, &Word<One>::value)->name;
}

template <class One, class Words>
Result<One> value_in(const Words& words, std::string_view name, const char* what) {
    const auto found = std::ranges::find(words, name, &Word<One>::name);
    if (found == words.end())
        return fail(Errc::unknown_value, what);
    return found->value;
}

template <class Words> std::vector<std::string_view> names_in(const Words& words) {
    std::vector<std::string_view> names;
    for (const auto& word : words)
        names.push_back(word.name);
    return names;
}

} // namespace

std::string_view role_name(Role role) {
    return name_in(role_words, role);
}

std::string_view reason_name(Reason reason) {
    return name_in(reason_words, reason);
}

Result<Role> role_of_name(std::string_view word) {
    return value_in<Role>(role_words, word, "role");
}

Result<Reason> reason_of_name(std::string_view word) {
    return value_in<Reason>(reason_words, word, "reason");
}

std::vector<std::string_view> role_names() {
    return names_in(role_words);
}

std::vector<std::string_view> reason_names() {
    return names_in(reason_words);
}

} // namespace staffroom::network
