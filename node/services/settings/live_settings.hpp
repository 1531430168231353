// The settings of the running node, where each comes from, and the way to change one. A change is
// decided, written durably, and only then in force; one after the other. Built by app; on the
// network thread, so a setting of page_settings is read there alone. Not here: which may be changed
// (page_settings).
#pragma once

#include "node/base/config.hpp"
#include "node/base/trace.hpp"
#include "node/services/settings/page_settings.hpp"
#include "storage/files/file_system.hpp"

#include <deque>
#include <functional>

namespace staffroom::services {

/// What the settings were read from at the start.
struct SettingsSources {
    std::optional<node::SettingsFile> page;
    std::vector<node::SettingsFile> files;
    node::Environment environment;
};

class LiveSettings {
public:
    struct Parts {
        node::Config& values; // what every part of the node reads
        node::LoadedConfig loaded;
        SettingsSources sources;
        std::string page_path;
        storage::FileSystem& files;
        node::Trace& trace;
        std::function<void(std::function<void()> work, std::function<void()> then)> run_blocking;
    };
    explicit LiveSettings(Parts parts);

    [[nodiscard]] const node::Config& values() const { return parts_.values; }
    /// Where each value comes from; the values are those of the start and of the page.
    [[nodiscard]] const node::LoadedConfig& loaded() const { return parts_.loaded; }
    /// Returns the value that a setting of the page has without the page.
    [[nodiscard]] node::SettingValue value_without(const std::string& name) const;

    struct Change {
        std::string name;
        std::optional<node::SettingValue> value; // nothing: as it is without the page
        std::string by;                          // for the trace: the beginning of an id, or owner
    };
    enum class Refusal {
        unknown,     // there is no such setting
        file_only,   // it is changed in the file alone
        fixed,       // the file or the environment says what it is
        not_allowed, // the value is of another type, or beyond the bounds
        not_written, // the disk did not take it; nothing has changed
    };
    using Done = std::function<void(const std::optional<Refusal>&)>;

    /// Tells why a change cannot be made; nothing where it can.
    [[nodiscard]] std::optional<Refusal> why_not(const Change& change) const;
    /// Makes it. `done` is called once, on the network thread.
    void change(Change change, Done done);

private:
    struct Waiting {
        Change change;
        Done done;
    };
    void next();
    void begin(Waiting first);
    void take(const Change& change, node::LoadedConfig now, std::string text);

    Parts parts_;
    std::deque<Waiting> waiting_;
    bool is_writing_ = false;
};

} // namespace staffroom::services
