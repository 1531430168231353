#include "node/services/settings/live_settings.hpp"

#include <memory>
#include <utility>

namespace staffroom::services {
namespace {

std::string text_of(const node::SettingValue& value) {
    if (const auto* word = std::get_if<std::string>(&value))
        return *word;
    const auto* number = std::get_if<std::int64_t>(&value);
    return number == nullptr ? std::string() : std::to_string(*number);
}

/// What the page has set, also where a file stands above it: whoever takes that line out of the
/// file finds it again.
PageValues values_of(const std::optional<node::SettingsFile>& page) {
    PageValues values;
    const auto nothing = [](const std::string&) { return std::optional<std::string>(); };
    const auto read = read_with_page(page, {}, nothing);
    const auto* found = std::get_if<ReadWithPage>(&read);
    if (found == nullptr)
        return values;
    for (const auto& [name, origin] : found->loaded.origins)
        if (origin == node::SettingOrigin::page)
            values.emplace(name, node::setting_value(found->loaded.values, name));
    return values;
}

} // namespace

LiveSettings::LiveSettings(Parts parts)
    : parts_(std::move(parts)) {}

node::SettingValue LiveSettings::value_without(const std::string& name) const {
    const auto read =
        read_with_page(std::nullopt, parts_.sources.files, parts_.sources.environment);
    const auto* found = std::get_if<ReadWithPage>(&read);
    return node::setting_value(found == nullptr ? node::Config() : found->loaded.values, name);
}

std::optional<LiveSettings::Refusal> LiveSettings::why_not(const Change& change) const {
    const auto origin = parts_.loaded.origins.find(change.name);
    if (origin == parts_.loaded.origins.end())
        return Refusal::unknown;
    const PageSetting* setting = find_page_setting(change.name);
    if (setting == nullptr)
        return Refusal::file_only;
    if (origin->second == node::SettingOrigin::file ||
        origin->second == node::SettingOrigin::environment)
        return Refusal::fixed;
    if (change.value && !is_allowed(*setting, *change.value))
        return Refusal::not_allowed;
    return std::nullopt;
}

void LiveSettings::change(Change change, Done done) {
    waiting_.push_back({std::move(change), std::move(done)});
    next();
}

void LiveSettings::next() {
    while (!is_writing_ && !waiting_.empty()) {
        Waiting first = std::move(waiting_.front());
        waiting_.pop_front();
        begin(std::move(first));
    }
}

void LiveSettings::begin(Waiting first) {
    PageValues values = values_of(parts_.sources.page);
    values.erase(first.change.name);
    if (first.change.value)
        values.insert({first.change.name, *first.change.value});
    const auto text = std::make_shared<std::string>(page_settings_text(values));
    const node::SettingsFile page{parts_.page_path, *text};
    auto read = read_with_page(page, parts_.sources.files, parts_.sources.environment);
    auto* found = std::get_if<ReadWithPage>(&read);
    auto refusal = why_not(first.change);
    if (!refusal && (found == nullptr || found->ignored))
        refusal = Refusal::not_allowed;
    if (refusal)
        return first.done(refusal);
    // The attack: a thief makes a change, and then the same one a thousand times, until the trace
    // that people look at holds nothing else.
    if ((parts_.sources.page ? parts_.sources.page->text : page_settings_text({})) == *text)
        return first.done(std::nullopt);
    is_writing_ = true;
    const auto change = std::make_shared<Waiting>(std::move(first));
    const auto loaded = std::make_shared<node::LoadedConfig>(std::move(found->loaded));
    const auto written = std::make_shared<Result<void>>();
    parts_.run_blocking(
        [this, text, written] {
            *written =
                storage::replace_file_durably(parts_.files, parts_.page_path, as_view(*text));
        },
        [this, change, loaded, text, written] {
            is_writing_ = false;
            if (*written)
                take(change->change, std::move(*loaded), std::move(*text));
            change->done(*written ? std::nullopt : std::optional(Refusal::not_written));
            next();
        }
    );
}

/// Puts one change in force. Other fields stay as they are: threads read them.
void LiveSettings::take(const Change& change, node::LoadedConfig now, std::string text) {
    const auto before = node::setting_value(parts_.values, change.name);
    const auto after = node::setting_value(now.values, change.name);
    parts_.trace.event(
        node::TraceLevel::notice,
        "settings.changed",
        {{"setting", change.name},
         {"from", text_of(before)},
         {"to", text_of(after)},
         {"by", change.by}}
    );
    node::set_setting_value(parts_.values, change.name, after);
    parts_.loaded = std::move(now);
    parts_.sources.page = node::SettingsFile{parts_.page_path, std::move(text)};
    if (const auto level = node::parse_trace_level(parts_.values.level))
        parts_.trace.set_lowest(*level);
}

} // namespace staffroom::services
