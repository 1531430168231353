// libyaml's event parser over one string, owned. Nothing is expanded: an alias is an event like any
// other. Called by the two readers of front matter.
#pragma once

#include <yaml.h>

#include <string>
#include <string_view>

namespace staffroom::services {

/// One event, owned.
class YamlEvent {
public:
    YamlEvent() = default;
    YamlEvent(const YamlEvent&) = delete;
    YamlEvent& operator=(const YamlEvent&) = delete;
    YamlEvent(YamlEvent&&) = delete;
    YamlEvent& operator=(YamlEvent&&) = delete;
    ~YamlEvent() { yaml_event_delete(&event_); }

    [[nodiscard]] yaml_event_t& raw() { return event_; }
    [[nodiscard]] yaml_event_type_t type() const { return event_.type; }
    /// Returns the line in the block, from 1.
    [[nodiscard]] std::size_t line() const { return event_.start_mark.line + 1; }
    [[nodiscard]] std::string scalar() const;
    /// Tells whether the value has no quotes and is no block.
    [[nodiscard]] bool is_plain() const;
    [[nodiscard]] bool has_anchor_or_tag() const;

private:
    yaml_event_t event_{};
};

/// A parser, owned.
class YamlParser {
public:
    /// Makes a parser; `yaml` outlives it.
    explicit YamlParser(std::string_view yaml);
    YamlParser(const YamlParser&) = delete;
    YamlParser& operator=(const YamlParser&) = delete;
    YamlParser(YamlParser&&) = delete;
    YamlParser& operator=(YamlParser&&) = delete;
    ~YamlParser();

    [[nodiscard]] bool next(YamlEvent& event);
    /// Returns the line in the block, from 1, where the unreadable part begins, or else where it
    /// was noticed.
    [[nodiscard]] std::size_t problem_line() const;

private:
    yaml_parser_t parser_{};
    bool is_ready_ = false;
};

} // namespace staffroom::services
