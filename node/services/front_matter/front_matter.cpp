#include "node/services/front_matter/front_matter.hpp"

#include "node/services/front_matter/yaml_parser.hpp"
#include "protocol/base/limits.hpp"

#include <algorithm>

namespace staffroom::services {
namespace {

constexpr std::size_t fields_max = 200;

/// A reader that takes one event after the other: a mapping of scalars to scalars or flat lists,
/// once.
class HeadReader {
public:
    explicit HeadReader(const FrontMatterBounds& bounds)
        : bounds_(bounds) {}

    auto refuse(std::size_t line, std::string_view why) const {
        return fail(
            Errc::invalid_input,
            "Line " + std::to_string(line + bounds_.lines_before) + " of the front matter " +
                std::string(why) + "."
        );
    }

    Result<void> take(const YamlEvent& event) {
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

    Result<void> begin_document(const YamlEvent& event) {
        if (has_document_)
            return refuse(event.line(), "begins a second document");
        has_document_ = true;
        return {};
    }

    Result<void> begin_mapping(const YamlEvent& event) {
        if (place_ != Place::before)
            return refuse(event.line(), "nests values, which are not read here");
        place_ = Place::key;
        return {};
    }

    Result<void> begin_list(const YamlEvent& event) {
        if (place_ == Place::before)
            return refuse(event.line(), "is not of the form \"name: value\"");
        if (place_ != Place::value)
            return refuse(event.line(), "nests lists, which are not read here");
        fields_.back().is_list = true;
        place_ = Place::list;
        return {};
    }

    Result<void> take_scalar(const YamlEvent& event) {
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

    Result<void> take_key(const YamlEvent& event) {
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

Result<std::vector<FrontMatterField>>
parse_front_matter(std::string_view yaml, const FrontMatterBounds& bounds) {
    if (yaml.size() > bounds.bytes_max)
        return fail(
            Errc::too_large,
            "The front matter is larger than " + std::to_string(bounds.bytes_max / limits::kib) +
                " KiB."
        );
    YamlParser parser(yaml);
    HeadReader reader(bounds);
    for (bool is_done = false; !is_done;) {
        YamlEvent event;
        if (!parser.next(event))
            return reader.refuse(parser.problem_line(), "is not readable as YAML");
        if (auto ok = reader.take(event); !ok)
            return fail(ok.error());
        is_done = event.type() == YAML_STREAM_END_EVENT;
    }
    return std::move(reader.fields());
}

} // namespace staffroom::services
