// `staffroom config`: the settings, where each comes from, whether a node would start with them. It
// reads the files itself, so that it works while the node is stopped.
#include "cli/commands/commands.hpp"
#include "cli/settings/settings_file.hpp"
#include "storage/files/node_folder.hpp"

#include <boost/json.hpp>

namespace staffroom::cli {

namespace {

struct ToJson {
    boost::json::value operator()(const std::string& text) const {
        return boost::json::value(text);
    }
    boost::json::value operator()(std::int64_t number) const { return boost::json::value(number); }
    boost::json::value operator()(const std::vector<std::string>& texts) const {
        return boost::json::array(texts.begin(), texts.end());
    }
};

std::string_view origin_name(node::SettingOrigin origin) {
    switch (origin) {
    case node::SettingOrigin::built_in: return "built-in";
    case node::SettingOrigin::page: return "page";
    case node::SettingOrigin::file: return "file";
    case node::SettingOrigin::environment: return "environment";
    }
    return "unknown";
}

/// Returns one setting: its value, and the source that decided it.
boost::json::object describe(const node::LoadedConfig& loaded, const std::string& name) {
    const auto origin = loaded.origins.at(name);
    boost::json::object out{
        {"setting", name},
        {"value", std::visit(ToJson{}, node::setting_value(loaded.values, name))},
        {"origin", origin_name(origin)},
        {"variable", node::environment_name(name)}};
    if (const auto place = loaded.places.find(name);
        origin == node::SettingOrigin::file && place != loaded.places.end()) {
        out["file"] = place->second.file;
        out["line"] = place->second.line;
        out["column"] = place->second.column;
    }
    return out;
}

std::string where(const boost::json::object& setting) {
    const std::string origin(setting.at("origin").as_string());
    if (const auto* file = setting.if_contains("file"))
        return std::string(file->as_string()) + ":" + boost::json::serialize(setting.at("line"));
    return origin == "environment" ? std::string(setting.at("variable").as_string()) : origin;
}

} // namespace

Outcome<ExitCode> run(const ConfigShowCommand& command, const Options& options, Output& output) {
    const auto read = read_settings_of(options.data);
    if (!read)
        return read.failure();
    if (const auto* trouble = std::get_if<node::ConfigTrouble>(&*read))
        return failure_from_trouble(*trouble);
    const auto& loaded = std::get<node::LoadedConfig>(*read);
    std::vector<Column> columns{"SETTING", {"VALUE", Shape::text}};
    if (command.origin)
        columns.emplace_back("ORIGIN", Shape::text);
    Table table(std::move(columns));
    for (const auto& name : node::setting_names()) {
        const auto setting = describe(loaded, name);
        if (output.json())
            output.document(setting);
        std::vector<std::string> cells{name, boost::json::serialize(setting.at("value"))};
        if (command.origin)
            cells.push_back(where(setting));
        table.add(std::move(cells));
    }
    if (!output.json())
        output.table(table);
    return ExitCode::done;
}

Outcome<ExitCode> run(const ConfigCheckCommand& command, const Options& options, Output& output) {
    if (command.file.empty() && options.data.empty())
        return Failure{
            "Which settings? Neither FILE nor --data names any.",
            "see `staffroom config check --help`.",
            ExitCode::usage};
    const bool is_whole = command.file.empty();
    const auto read = is_whole ? read_settings_of(options.data) : read_settings_file(command.file);
    if (!read)
        return read.failure();
    const auto* trouble = std::get_if<node::ConfigTrouble>(&*read);
    const bool has_place = trouble != nullptr && trouble->place;
    const std::string path = has_place  ? trouble->place->file
                             : is_whole ? storage::settings_path(options.data).string()
                                        : command.file.string();
    if (trouble != nullptr) {
        auto failure = failure_from_trouble(*trouble);
        if (output.json()) {
            boost::json::object document{
                {"ok", false},
                {"file", path},
                {"sentence", trouble->sentence},
                {"next", failure.next}};
            if (trouble->place) {
                document["line"] = trouble->place->line;
                document["column"] = trouble->place->column;
            }
            output.document(document);
        }
        return failure;
    }
    if (output.json())
        output.document(boost::json::object{{"ok", true}, {"file", path}});
    else
        output.line(path + ": a node can start with these settings.");
    return ExitCode::done;
}

} // namespace staffroom::cli
