#include "node/services/front_matter/written_fields.hpp"

#include "node/services/front_matter/field_names.hpp"
#include "node/services/front_matter/name_line.hpp"
#include "node/services/front_matter/written_entry.hpp"
#include "node/services/front_matter/written_toml.hpp"
#include "node/services/front_matter/written_value.hpp"
#include "node/services/text/visible_words.hpp"

#include <algorithm>

namespace staffroom::services {
namespace {

constexpr std::size_t written_fields_max = 200;
constexpr std::size_t notes_max = 8;

std::vector<std::string_view> lines_of(std::string_view block) {
    std::vector<std::string_view> lines;
    for (std::size_t at = 0; at < block.size(); at += lines.back().size())
        lines.push_back(line_at(block, at));
    return lines;
}

/// Tells whether a text has a word that begins with a hash sign: " #3" rather than " # a remark".
bool has_hash_word(std::string_view rest) {
    const std::size_t at = rest.find(" #");
    return at != std::string_view::npos && at + 2 < rest.size() && rest[at + 2] != ' ' &&
           rest[at + 2] != '#';
}

class WrittenReader {
public:
    WrittenReader(const SplitFile& split, const FrontMatterBounds& bounds)
        : block_(split.front_matter)
        , bounds_(bounds)
        , lines_before_(bounds.lines_before)
        , lines_(lines_of(block_)) {}

    WrittenFields read(FrontMatterSyntax syntax) {
        switch (syntax) {
        case FrontMatterSyntax::none: break;
        case FrontMatterSyntax::yaml: read_yaml(); break;
        case FrontMatterSyntax::toml: read_toml(); break;
        case FrontMatterSyntax::json: read_json(); break;
        }
        return std::move(written_);
    }

private:
    void read_yaml() {
        if (const auto tree = read_yaml_map(block_))
            return take_tree(*tree, 0);
        read_entries(':');
    }

    void read_toml() {
        if (const auto tree = read_toml_map(block_))
            return take_tree(*tree, 0);
        read_entries('=');
    }

    void read_json() {
        // The block stands between lines of braces, or has braces of its own between other fences.
        const bool is_whole = trimmed_to_visible(block_).starts_with('{');
        const std::string whole =
            is_whole ? std::string(block_) : "{\n" + std::string(block_) + "}\n";
        if (const auto tree = read_yaml_map(whole))
            return take_tree(*tree, is_whole ? 0 : 1);
        note("The front matter is not readable as JSON; it is kept as it stands.");
    }

    /// Takes the values of a tree; `lines_more` counts the lines of the tree before the block.
    void take_tree(const ValueTree& tree, std::size_t lines_more) {
        for (const auto& [name, place] : tree.values.front().inner) {
            const WrittenValue& value = tree.values[place];
            const std::size_t line = std::max(value.line, lines_more + 1) - lines_more;
            Understood found = understand(tree, place);
            if (value.kind == ValueKind::words && value.is_plain)
                found.values = plain_values(value, name, line);
            if (found.values.empty())
                note_remark(name, line);
            take({name, std::move(found.values), found.is_list, line, found.is_unread});
        }
    }

    /// Notes a remark that looks like a value: `title: # 1 rule` has no value.
    void note_remark(const std::string& name, std::size_t line) {
        const auto written =
            line <= lines_.size() ? name_line(without_line_end(lines_[line - 1])) : std::nullopt;
        if (takes_sentence(canonical_name(name)) && written &&
            trimmed_to_visible(written->rest).starts_with('#'))
            note(
                "Line " + in_file(line) +
                " of the front matter: what begins with # is a remark, "
                "so \"" +
                name + "\" is empty; put the words in quotes."
            );
    }

    /// Returns the meaning of plain words, where YAML would read a part of them as something else.
    [[nodiscard]] std::vector<std::string>
    plain_values(const WrittenValue& value, const std::string& name, std::size_t line) const {
        const auto written =
            line <= lines_.size() ? name_line(without_line_end(lines_[line - 1])) : std::nullopt;
        const bool is_cut = value.is_odd || (takes_sentence(canonical_name(name)) && written &&
                                             has_hash_word(written->rest));
        if (is_cut && written && written->name == name)
            return {unquoted(written->rest).words};
        return value.words.empty() ? std::vector<std::string>{}
                                   : std::vector<std::string>{without_curly(value.words)};
    }

    /// Reads one name after the other, since the whole cannot be read.
    void read_entries(char mark) {
        for (const WrittenEntry& entry : entries_of(lines_, mark)) {
            if (entry.name.empty()) {
                note(
                    "Line " + in_file(entry.line) +
                    " of the front matter is not of the form \"name" +
                    (mark == '=' ? " = " : ": ") + "value\"; it is kept as it stands."
                );
                continue;
            }
            ReadEntry read = read_entry(entry, mark);
            note_trouble(entry, read);
            take(
                {std::string(entry.name),
                 std::move(read.values),
                 read.is_list,
                 entry.line,
                 read.is_unread}
            );
        }
    }

    void note_trouble(const WrittenEntry& entry, const ReadEntry& read) {
        const std::string line = "Line " + in_file(entry.line) + " of the front matter";
        const std::string name = "\"" + std::string(entry.name) + "\"";
        if (entry.is_stray)
            note(
                line + " is indented, so nobody can tell what " + name +
                " belongs to; it is read as a name of its own: begin the line without blanks or "
                "tabs."
            );
        if (read.is_unclosed)
            note(
                line + ": the quote behind " + name + " is not closed; the line is read to its end."
            );
        if (read.is_open_list)
            note(line + ": the bracket behind " + name + " is not closed; end the list with ].");
        else if (read.is_unread)
            note(
                line + " cannot be read and is kept as it stands: put what follows " + name +
                " in quotes."
            );
    }

    /// Takes a field, whose line is one of the block.
    void take(FrontMatterField field) {
        if (field.key.empty()) // a list or a map stands for the name
            return;
        field.line += lines_before_;
        for (std::string& value : field.values)
            value = std::string(trimmed_to_visible(without_curly(value)));
        std::erase(field.values, std::string());
        const std::string name = canonical_name(field.key);
        const auto before = std::ranges::find_if(written_.fields, [&](const auto& each) {
            return canonical_name(each.key) == name;
        });
        if (before != written_.fields.end())
            return take_again(*before, std::move(field));
        if (written_.fields.size() == written_fields_max) {
            if (!is_full_)
                note("Only the first 200 names of the front matter are read; the rest is kept.");
            is_full_ = true;
            return;
        }
        shorten(field);
        written_.fields.push_back(std::move(field));
    }

    void take_again(FrontMatterField& before, FrontMatterField field) {
        const bool is_empty = before.values.empty() && !before.is_unread;
        if (!is_empty && !field.values.empty() && field.values != before.values)
            note(
                "Line " + std::to_string(field.line) + " gives \"" + field.key +
                "\" a second time; the first is used."
            );
        if (is_empty) {
            shorten(field);
            before = std::move(field);
        }
    }

    void shorten(FrontMatterField& field) {
        if (field.values.size() <= bounds_.list_values_max)
            return;
        field.values.resize(bounds_.list_values_max);
        note(
            "Line " + std::to_string(field.line) + " begins a list of more than " +
            std::to_string(bounds_.list_values_max) + " values; the first of them are read."
        );
    }

    void note(std::string sentence) {
        if (written_.notes.size() < notes_max)
            written_.notes.push_back(std::move(sentence));
    }

    [[nodiscard]] std::string in_file(std::size_t line) const {
        return std::to_string(line + lines_before_);
    }

    std::string_view block_;
    const FrontMatterBounds& bounds_;
    std::size_t lines_before_;
    std::vector<std::string_view> lines_;
    WrittenFields written_{};
    bool is_full_ = false;
};

} // namespace

WrittenFields read_written_fields(const SplitFile& split, const FrontMatterBounds& bounds) {
    return WrittenReader(split, bounds).read(split.syntax);
}

} // namespace staffroom::services
