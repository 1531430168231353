#include "node/services/front_matter/yaml_writer.hpp"

#include "protocol/base/bytes.hpp"
#include "protocol/base/ensure.hpp"

#include <yaml.h>

#include <algorithm>

namespace staffroom::services {
namespace {

/// A libyaml emitter that appends to one string, owned. It fails only when memory ends, or for
/// bytes that are not UTF-8, which no record holds.
class Emitter {
public:
    explicit Emitter(std::string& out) {
        ensure(yaml_emitter_initialize(&emitter_) == 1);
        yaml_emitter_set_unicode(&emitter_, 1);
        yaml_emitter_set_width(&emitter_, -1);
        yaml_emitter_set_output(&emitter_, append_to, &out);
    }
    Emitter(const Emitter&) = delete;
    Emitter& operator=(const Emitter&) = delete;
    Emitter(Emitter&&) = delete;
    Emitter& operator=(Emitter&&) = delete;
    ~Emitter() { yaml_emitter_delete(&emitter_); }

    void stream_start() {
        yaml_event_t event;
        ensure(yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING) == 1);
        emit(event);
    }
    void document_start() {
        yaml_event_t event;
        ensure(yaml_document_start_event_initialize(&event, nullptr, nullptr, nullptr, 1) == 1);
        emit(event);
    }
    void mapping_start() {
        yaml_event_t event;
        ensure(
            yaml_mapping_start_event_initialize(
                &event, nullptr, nullptr, 1, YAML_BLOCK_MAPPING_STYLE
            ) == 1
        );
        emit(event);
    }
    void list_start() {
        yaml_event_t event;
        ensure(
            yaml_sequence_start_event_initialize(
                &event, nullptr, nullptr, 1, YAML_BLOCK_SEQUENCE_STYLE
            ) == 1
        );
        emit(event);
    }
    void scalar(std::string_view text, yaml_scalar_style_t style) {
        yaml_event_t event;
        ensure(
            yaml_scalar_event_initialize(
                &event,
                nullptr,
                nullptr,
                as_view(text.empty() ? std::string_view("") : text).data(),
                static_cast<int>(text.size()),
                1,
                1,
                style
            ) == 1
        );
        emit(event);
    }
    void list_end() {
        yaml_event_t event;
        ensure(yaml_sequence_end_event_initialize(&event) == 1);
        emit(event);
    }
    void end() {
        yaml_event_t event;
        ensure(yaml_mapping_end_event_initialize(&event) == 1);
        emit(event);
        ensure(yaml_document_end_event_initialize(&event, 1) == 1);
        emit(event);
        ensure(yaml_stream_end_event_initialize(&event) == 1);
        emit(event);
    }

private:
    static int append_to(void* out, unsigned char* bytes, std::size_t size) {
        static_cast<std::string*>(out)->append(as_text(ByteView(bytes, size)));
        return 1;
    }
    void emit(yaml_event_t& event) { ensure(yaml_emitter_emit(&emitter_, &event) == 1); }

    yaml_emitter_t emitter_{};
};

/// Returns the style of a value. JSON texts are full of double quotes; between single ones they
/// stay readable.
yaml_scalar_style_t style_of(std::string_view value) {
    const bool has_control =
        std::ranges::any_of(value, [](char c) { return static_cast<unsigned char>(c) < 0x20U; });
    return value.find('"') != std::string_view::npos && !has_control
               ? YAML_SINGLE_QUOTED_SCALAR_STYLE
               : YAML_DOUBLE_QUOTED_SCALAR_STYLE;
}

} // namespace

std::string to_yaml(const std::vector<FrontMatterField>& fields) {
    std::string out;
    if (fields.empty())
        return out;
    Emitter emitter(out);
    emitter.stream_start();
    emitter.document_start();
    emitter.mapping_start();
    for (const FrontMatterField& field : fields) {
        emitter.scalar(field.key, YAML_ANY_SCALAR_STYLE);
        // An empty scalar reads as no value; a list of one empty text keeps it.
        const bool is_scalar =
            !field.is_list && field.values.size() == 1 && !field.values.front().empty();
        if (!is_scalar)
            emitter.list_start();
        for (const std::string& value : field.values)
            emitter.scalar(value, style_of(value));
        if (!is_scalar)
            emitter.list_end();
    }
    emitter.end();
    return out;
}

} // namespace staffroom::services
