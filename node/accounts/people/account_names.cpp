#include "node/accounts/people/account_names.hpp"

#include "node/services/text/name_text.hpp"

#include <unicode/uspoof.h>
#include <utf8proc.h>

#include <cstdlib>
#include <memory>

namespace staffroom::accounts {
namespace {

using SpoofChecker = std::unique_ptr<USpoofChecker, decltype(&uspoof_close)>;

/// Null where ICU has lost its data: then names are told apart by sameness alone.
SpoofChecker make_checker() {
    UErrorCode error = U_ZERO_ERROR;
    SpoofChecker checker(uspoof_open(&error), &uspoof_close);
    return U_SUCCESS(error) ? std::move(checker) : SpoofChecker(nullptr, &uspoof_close);
}

std::size_t characters_in(std::string_view text) {
    std::size_t count = 0;
    for (const char byte : text)
        count += (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U ? 1U : 0U;
    return count;
}

/// The text as it is where the library finds no UTF-8 in it.
std::string normal_form(const std::string& text, int options) {
    utf8proc_uint8_t* mapped = nullptr;
    const auto bytes = utf8proc_map(
        reinterpret_cast<const utf8proc_uint8_t*>(text.data()), // NOLINT: their bytes
        static_cast<utf8proc_ssize_t>(text.size()),
        &mapped,
        static_cast<utf8proc_option_t>(options | UTF8PROC_STABLE)
    );
    if (bytes < 0)
        return text;
    std::string out(
        reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(bytes) // NOLINT: theirs
    );
    std::free(mapped); // NOLINT(cppcoreguidelines-no-malloc): made by the library
    return out;
}

} // namespace

std::string trimmed(std::string_view typed) {
    return services::trimmed_name(typed);
}

std::string same_name_key(std::string_view name) {
    return normal_form(
        trimmed(name), UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE
    );
}

std::string look_key(std::string_view name) {
    // Letters are told apart by their looks before their size is forgotten: I is no l, but looks
    // it.
    const std::string plain =
        normal_form(trimmed(name), UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_IGNORE);
    const SpoofChecker checker = make_checker();
    if (!checker)
        return same_name_key(name);
    UErrorCode error = U_ZERO_ERROR;
    // A skeleton may be longer than what it is of; a name is short.
    std::string skeleton(plain.size() * 8 + 64, '\0');
    const auto length = uspoof_getSkeletonUTF8(
        checker.get(),
        0,
        plain.data(),
        static_cast<std::int32_t>(plain.size()),
        skeleton.data(),
        static_cast<std::int32_t>(skeleton.size()),
        &error
    );
    if (U_FAILURE(error) || static_cast<std::size_t>(length) > skeleton.size())
        return same_name_key(name);
    skeleton.resize(static_cast<std::size_t>(length));
    return same_name_key(skeleton);
}

std::optional<std::string> why_no_account_name(std::string_view name) {
    if (name.empty())
        return "A name is needed.";
    if (characters_in(name) > name_characters_max)
        return "A name has at most 80 characters.";
    return services::why_not_a_name(name, "A name");
}

} // namespace staffroom::accounts
