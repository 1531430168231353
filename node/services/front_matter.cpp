#include "node/services/front_matter.hpp"

#include "protocol/base/bytes.hpp"
#include "protocol/base/limits.hpp"

#include <yaml.h>

#include <algorithm>

namespace staffroom::services {
namespace {

constexpr std::size_t fields_max = 200;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// The bytes of the line that begins at `from`, its line end included.
std::string_view line_at(std::string_view file, std::size_t from) {
    const std::size_t end = file.find('\n', from);
    return file.substr(from, end == std::string_view::npos ? end : end + 1 - from);
}

bool is_fence(std::string_view line) {
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r' || line.back() == ' ' ||
                             line.back() == '\t'))
        line.remove_suffix(1);
    return line == "---";
}

/// Owns a libyaml parser over one string.
class Parser {
public:
    explicit Parser(std::string_view yaml) {
        is_ready_ = yaml_parser_initialize(&parser_) == 1;
        if (is_ready_) {
            // libyaml refuses a null pointer, which an empty view may be.
            const ByteView bytes = as_view(yaml.empty() ? std::string_view("") : yaml);
            yaml_parser_set_input_string(&parser_, bytes.data(), bytes.size());
        }
    }
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;
    Parser(Parser&&) = delete;
    Parser& operator=(Parser&&) = delete;
    ~Parser() {
        if (is_ready_)
            yaml_parser_delete(&parser_);
    }

    [[nodiscard]] bool next(yaml_event_t& event) {
        return is_ready_ && yaml_parser_parse(&parser_, &event) == 1;
    }
    /// In the block, from 1.
    [[nodiscard]] std::size_t problem_line() const { return parser_.problem_mark.line + 1; }

private:
    yaml_parser_t parser_{};
    bool is_ready_ = false;
};

/// Owns one event.
class Event {
public:
    Event() = default;
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
    Event(Event&&) = delete;
    Event& operator=(Event&&) = delete;
    ~Event() { yaml_event_delete(&event_); }

    [[nodiscard]] yaml_event_t& raw() { return event_; }
    [[nodiscard]] yaml_event_type_t type() const { return event_.type; }
    /// In the block, from 1.
    [[nodiscard]] std::size_t line() const { return event_.start_mark.line + 1; }
    [[nodiscard]] std::string scalar() const {
        return std::string(as_text(ByteView(event_.data.scalar.value, event_.data.scalar.length)));
    }
    [[nodiscard]] bool has_anchor_or_tag() const {
        switch (event_.type) {
        case YAML_SCALAR_EVENT:
            return event_.data.scalar.anchor != nullptr || event_.data.scalar.tag != nullptr;
        case YAML_SEQUENCE_START_EVENT:
            return event_.data.sequence_start.anchor != nullptr ||
                   event_.data.sequence_start.tag != nullptr;
        case YAML_MAPPING_START_EVENT:
            return event_.data.mapping_start.anchor != nullptr ||
                   event_.data.mapping_start.tag != nullptr;
        case YAML_NO_EVENT:
        case YAML_STREAM_START_EVENT:
        case YAML_STREAM_END_EVENT:
        case YAML_DOCUMENT_START_EVENT:
        case YAML_DOCUMENT_END_EVENT:
        case YAML_ALIAS_EVENT:
        case YAML_SEQUENCE_END_EVENT:
        case YAML_MAPPING_END_EVENT: return false;
        }
        return false;
    }

private:
    yaml_event_t event_{};
};

/// Takes one event after the other: a mapping of scalars to scalars or flat lists, once.
class Reader {
public:
    explicit Reader(const FrontMatterBounds& bounds)
        : bounds_(bounds) {}

    auto refuse(std::size_t line, std::string_view why) const {
        return fail(
            Errc::invalid_input,
            "Line " + std::to_string(line + bounds_.lines_before) + " of the front matter " +
                std::string(why) + "."
        );
    }

    Result<void> take(const Event& event) {
        if (event.has_anchor_or_tag())
            return refuse(event.line(), "has an anchor or a tag, which are not read here");
        switch (event.type()) {
        case YAML_NO_EVENT:
        case YAML_STREAM_START_EVENT:
        case YAML_STREAM_END_EVENT:
        case YAML_DOCUMENT_END_EVENT: return {};
        case YAML_DOCUMENT_START_EVENT: return begin_document(event);
        case YAML_ALIAS_EVENT: return refuse(event.line(), "has an alias, which is not read here");
        case YAML_MAPPING_START_EVENT: return begin_mapping(event);
        case YAML_MAPPING_END_EVENT: place_ = Place::after; return {};
        case YAML_SEQUENCE_START_EVENT: return begin_list(event);
        case YAML_SEQUENCE_END_EVENT: place_ = Place::key; return {};
        case YAML_SCALAR_EVENT: return take_scalar(event);
        }
        return {};
    }

    [[nodiscard]] std::vector<FrontMatterField>& fields() { return fields_; }

private:
    enum class Place { before, key, value, list, after };

    Result<void> begin_document(const Event& event) {
        if (has_document_)
            return refuse(event.line(), "begins a second document");
        has_document_ = true;
        return {};
    }

    Result<void> begin_mapping(const Event& event) {
        if (place_ != Place::before)
            return refuse(event.line(), "nests values, which are not read here");
        place_ = Place::key;
        return {};
    }

    Result<void> begin_list(const Event& event) {
        if (place_ == Place::before)
            return refuse(event.line(), "is not of the form \"name: value\"");
        if (place_ != Place::value)
            return refuse(event.line(), "nests lists, which are not read here");
        fields_.back().is_list = true;
        place_ = Place::list;
        return {};
    }

    Result<void> take_scalar(const Event& event) {
        switch (place_) {
        case Place::before:
        case Place::after: return refuse(event.line(), "is not of the form \"name: value\"");
        case Place::key: return take_key(event);
        case Place::value:
            if (std::string value = event.scalar(); !value.empty())
                fields_.back().values.push_back(std::move(value));
            place_ = Place::key;
            return {};
        case Place::list:
            if (fields_.back().values.size() == bounds_.list_values_max)
                return refuse(
                    event.line(),
                    "continues a list of more than " + std::to_string(bounds_.list_values_max) +
                        " values"
                );
            fields_.back().values.push_back(event.scalar());
            return {};
        }
        return {};
    }

    Result<void> take_key(const Event& event) {
        std::string key = event.scalar();
        if (std::ranges::find(fields_, key, &FrontMatterField::key) != fields_.end())
            return refuse(event.line(), "gives \"" + key + "\" a second time");
        if (fields_.size() == fields_max)
            return refuse(event.line(), "is beyond the 200 fields that are read");
        fields_.push_back({std::move(key), {}, false, event.line() + bounds_.lines_before});
        place_ = Place::value;
        return {};
    }

    const FrontMatterBounds& bounds_;
    std::vector<FrontMatterField> fields_;
    Place place_ = Place::before;
    bool has_document_ = false;
};

} // namespace

SplitFile split_front_matter(std::string_view file) {
    const std::size_t start = file.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
    const SplitFile all_text{{}, {}, {}, file};
    const std::string_view first = line_at(file, start);
    if (!is_fence(first) || !first.ends_with('\n'))
        return all_text;
    const std::size_t begin = start + first.size();
    for (std::size_t at = begin; at < file.size();) {
        const std::string_view line = line_at(file, at);
        if (is_fence(line))
            return {
                file.substr(0, begin),
                file.substr(begin, at - begin),
                line,
                file.substr(at + line.size())};
        at += line.size();
    }
    return all_text;
}

Result<std::vector<FrontMatterField>>
parse_front_matter(std::string_view yaml, const FrontMatterBounds& bounds) {
    if (yaml.size() > bounds.bytes_max)
        return fail(
            Errc::too_large,
            "The front matter is larger than " + std::to_string(bounds.bytes_max / limits::kib) +
                " KiB."
        );
    Parser parser(yaml);
    Reader reader(bounds);
    for (bool is_done = false; !is_done;) {
        Event event;
        if (!parser.next(event.raw()))
            return reader.refuse(parser.problem_line(), "is not readable as YAML");
        if (auto ok = reader.take(event); !ok)
            return fail(ok.error());
        is_done = event.type() == YAML_STREAM_END_EVENT;
    }
    return std::move(reader.fields());
}

} // namespace staffroom::services
