#include "node/http/plain/text/page_words.hpp"

#include "node/http/answers/negotiation.hpp"

#include <boost/json.hpp>
#include <unicode/datefmt.h>
#include <unicode/measfmt.h>
#include <unicode/msgfmt.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <vector>

namespace staffroom::http::plain {
namespace {

icu::UnicodeString to_unicode(std::string_view text) {
    return icu::UnicodeString::fromUTF8(
        icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size()))
    );
}

std::string to_utf8(const icu::UnicodeString& text) {
    std::string out;
    text.toUTF8String(out);
    return out;
}

icu::Formattable formattable(const PageWords::Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value))
        return {*number};
    return {to_unicode(std::get<std::string>(value))};
}

std::string spaced(std::string_view name) {
    std::string out(name);
    std::ranges::replace(out, '-', ' ');
    return out;
}

std::string_view base_of(std::string_view tag) {
    return tag.substr(0, tag.find_first_of("-;_ \t"));
}

} // namespace

PageWords::PageWords(std::string_view code, std::string_view locale, std::string_view file)
    : code_(code)
    , locale_(locale) {
    boost::system::error_code error;
    const boost::json::value words = boost::json::parse(file, error);
    if (error || !words.is_object())
        return; // its keys are shown then, so that it is noticed
    for (const auto& [key, text] : words.get_object())
        if (text.is_string())
            messages_.emplace(std::string(key), std::string(text.get_string()));
}

const PageWords& PageWords::english() {
    static const PageWords words("en", "en_GB", english_words());
    return words;
}

const PageWords& PageWords::preferred(std::string_view accept_language) {
    static const PageWords welsh("cy", "cy", welsh_words());
    // Digits stay the ones that the records are written with.
    static const PageWords arabic("ar", "ar@numbers=latn", arabic_words());
    const std::array all{&english(), &welsh, &arabic};
    for (const std::string_view tag : list_items(accept_language))
        for (const PageWords* words : all)
            if (base_of(tag) == words->language())
                return *words;
    return english();
}

std::string_view PageWords::direction_of(std::string_view language) {
    constexpr std::array<std::string_view, 10> leftward{
        "ar", "fa", "he", "ps", "ur", "yi", "dv", "ckb", "sd", "ug"};
    const bool is_leftward = std::ranges::find(leftward, base_of(language)) != leftward.end();
    return is_leftward ? "rtl" : "ltr";
}

const std::string* PageWords::find(std::string_view key) const {
    const auto own = messages_.find(key);
    if (own != messages_.end())
        return &own->second;
    return this == &english() ? nullptr : english().find(key);
}

std::string PageWords::t(std::string_view key, Values values) const {
    const std::string* const text = find(key);
    if (text == nullptr)
        return std::string(key);
    if (text->find_first_of("{'") == std::string::npos)
        return *text;
    std::vector<icu::UnicodeString> names;
    std::vector<icu::Formattable> given;
    for (const auto& [name, value] : values) {
        names.push_back(to_unicode(name));
        given.push_back(formattable(value));
    }
    UErrorCode status = U_ZERO_ERROR;
    const icu::MessageFormat format(
        to_unicode(*text), icu::Locale::createFromName(locale_.c_str()), status
    );
    icu::UnicodeString out;
    format.format(names.data(), given.data(), static_cast<std::int32_t>(names.size()), out, status);
    return U_FAILURE(status) ? std::string(key) : to_utf8(out);
}

std::string
PageWords::say(std::initializer_list<std::string_view> keys, std::string_view otherwise) const {
    for (const std::string_view key : keys)
        if (find(key) != nullptr)
            return t(key);
    return std::string(otherwise);
}

std::string PageWords::word(std::string_view vocabulary, std::string_view value) const {
    return say({"word." + std::string(vocabulary) + "." + std::string(value)}, spaced(value));
}

std::string PageWords::kind(std::string_view name) const {
    return say({"kind." + std::string(name)}, spaced(name));
}

std::string PageWords::field(std::string_view kind, std::string_view name) const {
    const std::string bare(name);
    std::string otherwise = spaced(name);
    if (!otherwise.empty() && otherwise.front() >= 'a' && otherwise.front() <= 'z')
        otherwise.front() = static_cast<char>(otherwise.front() - 'a' + 'A');
    return say({"field." + std::string(kind) + "." + bare, "field." + bare}, otherwise);
}

std::string PageWords::day(WallTime time) const {
    const std::unique_ptr<icu::DateFormat> format(icu::DateFormat::createDateInstance(
        icu::DateFormat::kLong, icu::Locale::createFromName(locale_.c_str())
    ));
    if (format == nullptr)
        return {};
    icu::UnicodeString out;
    format->format(static_cast<UDate>(time.ms), out);
    return to_utf8(out);
}

std::string PageWords::size(std::uint64_t bytes) const {
    const bool is_large = bytes >= 1'000'000;
    const double amount = static_cast<double>(bytes) / (is_large ? 1'000'000 : 1'000);
    UErrorCode status = U_ZERO_ERROR;
    icu::MeasureFormat format(
        icu::Locale::createFromName(locale_.c_str()), UMEASFMT_WIDTH_SHORT, status
    );
    icu::MeasureUnit* const unit = is_large ? icu::MeasureUnit::createMegabyte(status)
                                            : icu::MeasureUnit::createKilobyte(status);
    // One digit behind the point at most, as the page writes it.
    const double rounded =
        std::max(amount >= 10 ? std::round(amount) : std::round(amount * 10) / 10, 0.1);
    icu::UnicodeString out;
    icu::FieldPosition place;
    if (U_SUCCESS(status)) {
        const icu::Formattable measure(new icu::Measure(icu::Formattable(rounded), unit, status));
        format.format(measure, out, place, status);
    }
    return U_FAILURE(status) ? std::to_string(bytes) : to_utf8(out);
}

} // namespace staffroom::http::plain
