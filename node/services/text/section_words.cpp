#include "node/services/text/section_words.hpp"

namespace staffroom::services {

std::string section_words(const records::RecordBody& body, records::FieldCode code) {
    if (const std::string* value = records::field_value(body, code))
        return *value;
    std::string_view text = records::section_text(body, code);
    while (!text.empty() && (text.front() == '\n' || text.front() == '\r' || text.front() == ' '))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
        text.remove_suffix(1);
    return std::string(text);
}

} // namespace staffroom::services
