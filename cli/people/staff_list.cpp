#include "cli/people/staff_list.hpp"

#include "cli/people/csv_rows.hpp"
#include "node/accounts/people/account_names.hpp"
#include "node/services/vocabulary/written_date.hpp"
#include "protocol/records/kinds.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

namespace staffroom::cli {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::array<std::string_view, 3> roles{"teacher", "lead", "technician"};

/// What offices call the roles, for the question what was meant.
struct Alias {
    std::string_view word;
    std::string_view role;
};
constexpr std::array aliases{
    Alias{"head", "lead"},
    Alias{"headteacher", "lead"},
    Alias{"head teacher", "lead"},
    Alias{"deputy", "lead"},
    Alias{"principal", "lead"},
    Alias{"leader", "lead"},
    Alias{"slt", "lead"},
    Alias{"admin", "technician"},
    Alias{"administrator", "technician"},
    Alias{"it", "technician"},
    Alias{"ict", "technician"},
    Alias{"network manager", "technician"},
    Alias{"teaching assistant", "teacher"},
    Alias{"ta", "teacher"},
    Alias{"staff", "teacher"},
    Alias{"tutor", "teacher"}};

enum class Part { name, first, last, role, until };
struct Heading {
    std::string_view word;
    Part part;
};
constexpr std::array headings{
    Heading{"name", Part::name},
    Heading{"full name", Part::name},
    Heading{"first name", Part::first},
    Heading{"forename", Part::first},
    Heading{"given name", Part::first},
    Heading{"last name", Part::last},
    Heading{"surname", Part::last},
    Heading{"family name", Part::last},
    Heading{"role", Part::role},
    Heading{"until", Part::until},
    Heading{"end date", Part::until}};

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& letter : out)
        letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    return out;
}

/// Where each part stands in a row, by the header.
using Places = std::map<Part, std::size_t>;

Result<Places> read_header(const CsvRow& header, std::vector<std::string>& unused) {
    Places places;
    for (std::size_t i = 0; i < header.cells.size(); ++i) {
        const std::string word = lower(header.cells[i]);
        const auto found = std::ranges::find(headings, word, &Heading::word);
        if (found == headings.end() && !word.empty())
            unused.push_back(header.cells[i]);
        if (found != headings.end() && !places.emplace(found->part, i).second)
            return fail(
                Errc::invalid_input, "The header has \"" + header.cells[i] + "\" twice, or alike."
            );
    }
    const bool has_name = places.contains(Part::name) ||
                          (places.contains(Part::first) && places.contains(Part::last));
    if (has_name && places.contains(Part::role))
        return places;
    std::string sentence = "The first line has to name the columns: name (or first name and "
                           "surname), role and, if wanted, until.";
    if (std::ranges::any_of(header.cells, &std::string::empty))
        sentence += " It has empty cells, as merged ones leave behind: split them.";
    return fail(Errc::invalid_input, sentence);
}

std::string nearest_role(const std::string& word) {
    const auto alias = std::ranges::find(aliases, word, &Alias::word);
    const std::string_view near =
        alias != aliases.end() ? alias->role : records::nearest_name(word, roles);
    return near.empty() ? "" : " Did you mean \"" + std::string(near) + "\"?";
}

class ListReader {
public:
    ListReader(const CsvRow& header, Places places, std::string today)
        : header_(header)
        , places_(std::move(places))
        , today_(std::move(today)) {}

    void take(const CsvRow& row) {
        const std::size_t before = list_.problems.size();
        StaffRow person{
            row.line, name_of(row), lower(cell(row, Part::role)), cell(row, Part::until)};
        check_width(row);
        if (check_both_names(row))
            check_name(person);
        check_role(person);
        check_until(person);
        if (list_.problems.size() == before)
            list_.rows.push_back(std::move(person));
    }
    [[nodiscard]] StaffList take_list() { return std::move(list_); }

private:
    [[nodiscard]] std::string cell(const CsvRow& row, Part part) const {
        const auto place = places_.find(part);
        return place == places_.end() || place->second >= row.cells.size()
                   ? std::string()
                   : row.cells[place->second];
    }
    [[nodiscard]] std::string name_of(const CsvRow& row) const {
        if (places_.contains(Part::name))
            return accounts::trimmed(cell(row, Part::name));
        return accounts::trimmed(cell(row, Part::first) + " " + cell(row, Part::last));
    }
    [[nodiscard]] std::string column(Part part) const {
        const auto place = places_.find(part);
        return place == places_.end() ? std::string() : header_.cells[place->second];
    }
    void note(std::size_t line, std::string column, std::string sentence) {
        list_.problems.push_back({line, std::move(column), std::move(sentence)});
    }

    /// A row of another width was merged, or has a separator in a cell without quotation marks: its
    /// cells may stand below a wrong header.
    void check_width(const CsvRow& row) {
        if (row.cells.size() != header_.cells.size())
            note(
                row.line,
                "",
                "The row has " + std::to_string(row.cells.size()) + " cells and the header " +
                    std::to_string(header_.cells.size()) +
                    ": cells were merged, or one holds the separator without quotation marks."
            );
    }
    /// Of a first name without a surname nobody could tell whose account it is. Where there is
    /// neither, the name is empty.
    bool check_both_names(const CsvRow& row) {
        if (places_.contains(Part::name) || name_of(row).empty())
            return true;
        for (const Part part : {Part::first, Part::last})
            if (accounts::trimmed(cell(row, part)).empty()) {
                note(row.line, column(part), "It is empty, so this is half a name.");
                return false;
            }
        return true;
    }
    void check_name(const StaffRow& person) {
        const std::string where =
            places_.contains(Part::name) ? column(Part::name) : column(Part::last);
        if (auto why = accounts::why_no_account_name(person.name)) {
            note(person.line, where, person.name.empty() ? "The name is empty." : std::move(*why));
            return;
        }
        const auto [known, is_new] =
            seen_.emplace(accounts::same_name_key(person.name), person.line);
        if (!is_new)
            note(
                person.line,
                where,
                "\"" + person.name + "\" stands in line " + std::to_string(known->second) +
                    " already."
            );
    }
    void check_role(const StaffRow& person) {
        if (person.role.empty())
            note(
                person.line,
                column(Part::role),
                "The role is empty; of merged cells only the first row keeps what stood in them."
            );
        else if (std::ranges::find(roles, person.role) == roles.end())
            note(
                person.line,
                column(Part::role),
                "\"" + person.role + "\" is no role: teacher, lead or technician." +
                    nearest_role(person.role)
            );
    }
    void check_until(const StaffRow& person) {
        if (person.until.empty())
            return;
        if (!services::day_of(person.until))
            note(
                person.line,
                column(Part::until),
                "\"" + person.until + "\" is no day: write it as 2027-07-31."
            );
        else if (person.until < today_)
            note(person.line, column(Part::until), person.until + " is over already.");
    }

    const CsvRow& header_;
    Places places_;
    std::string today_;
    std::map<std::string, std::size_t> seen_{}; // line by name
    StaffList list_{};
};

} // namespace

Result<StaffList> parse_staff_list(std::string_view text, const std::string& today) {
    if (text.starts_with(byte_order_mark))
        text.remove_prefix(byte_order_mark.size());
    char separator = csv_separator(text);
    // A line of its own by which some spreadsheets name the separator.
    constexpr std::string_view named = "sep=";
    const bool is_named = text.starts_with(named) && text.size() > named.size();
    if (is_named)
        separator = text[named.size()];
    if (separator == '"' || separator == '\r' || separator == '\n' || separator == ' ')
        return fail(Errc::invalid_input, "The line sep= names no separator.");
    auto rows = read_csv_rows(text, separator);
    if (!rows)
        return fail(rows.error());
    if (is_named && !rows->empty())
        rows->erase(rows->begin());
    if (rows->empty())
        return fail(Errc::invalid_input, "The file has no rows.");
    std::vector<std::string> unused;
    auto places = read_header(rows->front(), unused);
    if (!places)
        return fail(places.error());
    ListReader reader(rows->front(), std::move(*places), today);
    for (std::size_t i = 1; i < rows->size(); ++i)
        reader.take((*rows)[i]);
    StaffList list = reader.take_list();
    list.unused = std::move(unused);
    return list;
}

} // namespace staffroom::cli
