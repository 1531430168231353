#include "node/services/front_matter/yaml_parser.hpp"

#include "protocol/base/bytes.hpp"

namespace staffroom::services {

std::string YamlEvent::scalar() const {
    return std::string(as_text(ByteView(event_.data.scalar.value, event_.data.scalar.length)));
}

bool YamlEvent::is_plain() const {
    return event_.type == YAML_SCALAR_EVENT && event_.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

bool YamlEvent::has_anchor_or_tag() const {
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

YamlParser::YamlParser(std::string_view yaml) {
    is_ready_ = yaml_parser_initialize(&parser_) == 1;
    if (is_ready_) {
        // libyaml refuses a null pointer, which an empty view may be.
        const ByteView bytes = as_view(yaml.empty() ? std::string_view("") : yaml);
        yaml_parser_set_input_string(&parser_, bytes.data(), bytes.size());
    }
}

YamlParser::~YamlParser() {
    if (is_ready_)
        yaml_parser_delete(&parser_);
}

bool YamlParser::next(YamlEvent& event) {
    return is_ready_ && yaml_parser_parse(&parser_, &event.raw()) == 1;
}

std::size_t YamlParser::problem_line() const {
    // An unclosed quote is noticed at the end of the block; the context says where it began.
    const bool has_context = parser_.context != nullptr && parser_.error == YAML_SCANNER_ERROR &&
                             parser_.context_mark.line < parser_.problem_mark.line;
    return (has_context ? parser_.context_mark.line : parser_.problem_mark.line) + 1;
}

} // namespace staffroom::services
