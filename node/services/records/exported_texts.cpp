#include "node/services/records/exported_texts.hpp"

#include "node/services/vocabulary/written_date.hpp"
#include "protocol/base/text.hpp"

#include <boost/json.hpp>

#include <charconv>
#include <chrono>

namespace staffroom::services {
namespace {

namespace json = boost::json;

constexpr std::string_view at_school = " @ ";
constexpr std::uint64_t day_ms = 86'400'000;
constexpr std::uint64_t last_ms = 253'402'300'799'999; // of the year 9999

/// Reads an object of JSON; nothing for any other text.
std::optional<json::object> parse_json_object(const std::string& text) {
    json::error_code error;
    const json::value value = json::parse(text, error);
    return error || !value.is_object() ? std::nullopt : std::optional(value.get_object());
}

std::string text_in(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

std::string padded(std::uint64_t number, std::size_t digits) {
    std::string text = std::to_string(number);
    return text.size() < digits ? std::string(digits - text.size(), '0') + text : text;
}

std::string day_text(std::uint64_t days) {
    const std::chrono::year_month_day day(
        std::chrono::sys_days(std::chrono::days(static_cast<std::chrono::days::rep>(days)))
    );
    return padded(static_cast<std::uint64_t>(static_cast<int>(day.year())), 4) + "-" +
           padded(static_cast<unsigned>(day.month()), 2) + "-" +
           padded(static_cast<unsigned>(day.day()), 2);
}

std::optional<std::uint64_t> whole(std::string_view text) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

/// Reads the time of day of "T08:30:00.125Z", in milliseconds.
std::optional<std::uint64_t> time_of_day(std::string_view text) {
    constexpr std::string_view shape = "T00:00:00.000Z";
    if (text.size() != shape.size() || text[0] != 'T' || text[3] != ':' || text[6] != ':' ||
        text[9] != '.' || text.back() != 'Z')
        return std::nullopt;
    const auto hours = whole(text.substr(1, 2));
    const auto minutes = whole(text.substr(4, 2));
    const auto seconds = whole(text.substr(7, 2));
    const auto ms = whole(text.substr(10, 3));
    if (!hours || !minutes || !seconds || !ms || *hours > 23 || *minutes > 59 || *seconds > 59)
        return std::nullopt;
    return ((*hours * 60 + *minutes) * 60 + *seconds) * 1000 + *ms;
}

} // namespace

std::string author_text(const records::Author& author) {
    std::string plain = author.school_name.empty()
                            ? author.name
                            : author.name + std::string(at_school) + author.school_name;
    if (author.person.empty() && parse_author(plain) == author)
        return plain;
    json::object object{{"name", author.name}, {"school", author.school_name}};
    if (!author.person.empty())
        object["person"] = to_base32(ByteView(author.person));
    return json::serialize(object);
}

records::Author parse_author(const std::string& text) {
    if (text.starts_with('{'))
        if (const auto object = parse_json_object(text)) {
            auto person = from_base32(text_in(*object, "person"));
            return {
                person ? std::move(*person) : Bytes{},
                text_in(*object, "name"),
                text_in(*object, "school")};
        }
    const std::size_t place = text.rfind(at_school);
    if (place == std::string::npos)
        return {{}, text, ""};
    return {{}, text.substr(0, place), text.substr(place + at_school.size())};
}

std::string time_text(WallTime time) {
    if (time.ms > last_ms)
        return "@" + std::to_string(time.ms);
    std::string day = day_text(time.ms / day_ms);
    const std::uint64_t ms = time.ms % day_ms;
    if (ms == 0)
        return day;
    return day + "T" + padded(ms / 3'600'000, 2) + ":" + padded(ms / 60'000 % 60, 2) + ":" +
           padded(ms / 1000 % 60, 2) + "." + padded(ms % 1000, 3) + "Z";
}

std::optional<WallTime> parse_time(const std::string& text) {
    if (text.starts_with('@')) {
        const auto ms = whole(std::string_view(text).substr(1));
        return ms ? std::optional(WallTime{*ms}) : std::nullopt;
    }
    const auto day = day_of(text.substr(0, 10));
    if (!day || text.size() <= 10)
        return day;
    const auto ms = time_of_day(std::string_view(text).substr(10));
    return ms ? std::optional(WallTime{day->ms + *ms}) : std::nullopt;
}

std::string attachment_text(const records::Attachment& attachment) {
    return json::serialize(json::object{
        {"name", attachment.name},
        {"type", attachment.media_type},
        {"size", attachment.size},
        {"hash", to_base32(ByteView(attachment.content_hash))},
        {"description", attachment.description}});
}

Result<records::Attachment> parse_attachment(const std::string& text) {
    const auto object = parse_json_object(text);
    const json::value* size = object ? object->if_contains("size") : nullptr;
    auto hash = from_base32(object ? text_in(*object, "hash") : "");
    const bool is_size = size != nullptr && (size->is_uint64() || size->is_int64());
    const bool is_hash = hash && (hash->empty() || hash->size() == Digest::size_bytes);
    if (!object || !is_size || !is_hash)
        return fail(Errc::invalid_input, "\"" + text + "\" does not describe an attached file.");
    return records::Attachment{
        std::move(*hash),
        text_in(*object, "name"),
        text_in(*object, "type"),
        size->to_number<std::uint64_t>(),
        text_in(*object, "description")};
}

} // namespace staffroom::services
