// `users import`: a list of staff becomes accounts. Says first what it would do, row by row; the
// same list again changes nothing.
#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/files/text_file.hpp"
#include "cli/options/confirm.hpp"
#include "cli/output/answer.hpp"
#include "cli/output/time_text.hpp"
#include "cli/people/staff_list.hpp"
#include "node/accounts/people/account_names.hpp"
#include "node/base/clock.hpp"

#include <map>
#include <set>

namespace staffroom::cli {

namespace {

constexpr std::string_view people_target = "/api/v1/people";

/// What becomes of each row.
struct Plan {
    std::vector<StaffRow> fresh;
    std::size_t same = 0;                // have that role already
    std::vector<StaffProblem> problems;  // rows of the file that cannot be used
    std::vector<StaffProblem> differing; // people who are here as something else
};

Failure failure_of_list(const std::filesystem::path& file, const Error& error) {
    return {
        file.string() + ": " + error.detail,
        error.code == Errc::malformed
            ? "close it, or write a mark that belongs to the text twice, and run the command again."
            : "save the list as CSV with a header such as name,role and run the command again.",
        ExitCode::refused,
        "users.no-list"};
}

/// Holds the list against the people who are here.
Outcome<Plan> plan_import(Client& client, StaffList list) {
    const auto answer = client.get(people_target);
    if (!answer)
        return answer.failure();
    std::map<std::string, const boost::json::value*> here;
    for (const auto& person : list_at(*answer, "people"))
        here.emplace(accounts::same_name_key(text_at(person, "name")), &person);
    Plan plan;
    plan.problems = std::move(list.problems);
    for (StaffRow& row : list.rows) {
        const auto known = here.find(accounts::same_name_key(row.name));
        if (known == here.end()) {
            plan.fresh.push_back(std::move(row));
            continue;
        }
        const std::string role = text_at(*known->second, "role");
        const std::string state = text_at(*known->second, "state");
        const bool is_gone = state == "left" || state == "ended";
        if (role == row.role && !is_gone)
            ++plan.same;
        else
            plan.differing.push_back(
                {row.line,
                 "",
                 row.name + (is_gone ? " has left; nothing is changed."
                                     : " is " + role + " here and " + row.role +
                                           " in the list; nothing is changed. `staffroom users "
                                           "role` does that.")}
            );
    }
    return plan;
}

std::string where(const StaffProblem& problem) {
    return "Line " + std::to_string(problem.line) +
           (problem.column.empty() ? "" : ", column " + problem.column) + ": ";
}

boost::json::object row_json(const StaffRow& row, std::string_view outcome) {
    return {{"line", row.line}, {"name", row.name}, {"role", row.role}, {"outcome", outcome}};
}

void print_problems(
    const std::vector<StaffProblem>& problems, const char* outcome, Output& output
) {
    for (const StaffProblem& problem : problems) {
        if (output.json())
            output.document(boost::json::object{
                {"line", problem.line},
                {"column", problem.column},
                {"outcome", outcome},
                {"sentence", problem.sentence}});
        else
            output.line(where(problem) + problem.sentence);
    }
}

/// One row may have several things wrong.
std::size_t rows_left_out(const Plan& plan) {
    std::set<std::size_t> lines;
    for (const auto* problems : {&plan.problems, &plan.differing})
        for (const StaffProblem& problem : *problems)
            lines.insert(problem.line);
    return lines.size();
}

void print_plan(const Plan& plan, const StaffList& list, bool is_dry_run, Output& output) {
    if (is_dry_run && output.json())
        for (const StaffRow& row : plan.fresh)
            output.document(row_json(row, "new"));
    else if (!output.json())
        for (const StaffRow& row : plan.fresh)
            output.line(
                "New       " + row.name + ", " + row.role +
                (row.until.empty() ? "" : " until " + row.until)
            );
    print_problems(plan.differing, "differs", output);
    print_problems(plan.problems, "wrong", output);
    for (const std::string& column : list.unused)
        output.say("The column \"" + column + "\" is not used.");
    output.say(
        counted(plan.fresh.size(), "new account") + ", " + std::to_string(plan.same) +
        " here already, " + counted(rows_left_out(plan), "row") + " left out."
    );
}

/// Makes the accounts. Rows that the node refuses are named and left out. Failures: no node,
/// interrupted.
Outcome<std::size_t> make_accounts(Client& client, const Plan& plan, Output& output) {
    std::size_t refused = 0;
    for (const StaffRow& row : plan.fresh) {
        const boost::json::object body{
            {"name", row.name}, {"role", row.role}, {"until", row.until}};
        const auto answer = client.post(people_target, boost::json::serialize(body));
        if (client.is_interrupted())
            return interrupted();
        if (!answer && answer.failure().exit == ExitCode::node_not_running)
            return answer.failure();
        if (!answer) {
            ++refused;
            print_problems({{row.line, "", answer.failure().sentence}}, "wrong", output);
            continue;
        }
        const std::string link = text_at(*answer, "link");
        if (output.json()) {
            boost::json::object document = row_json(row, "added");
            document["link"] = link;
            output.document(document);
        } else {
            output.line(row.name + "  " + row.role + "  " + link);
        }
        output.flush(); // a link is shown once, and the next call may fail
    }
    return refused;
}

} // namespace

Outcome<ExitCode> run(const UsersImportCommand& command, const Options& options, Output& output) {
    std::string note;
    const auto text = read_text_file(command.file, &note);
    if (!text)
        return text.failure();
    if (!note.empty())
        output.say(note);
    auto list = parse_staff_list(*text, day_text(runtime::wall_now().ms));
    if (!list)
        return failure_of_list(command.file, list.error());
    Client client(options.data);
    const auto plan = plan_import(client, *list);
    if (!plan)
        return plan.failure();
    print_plan(*plan, *list, options.dry_run, output);
    const bool has_wrong = !plan->problems.empty() || !plan->differing.empty();
    const ExitCode outcome = has_wrong ? ExitCode::attention : ExitCode::done;
    if (options.dry_run || plan->fresh.empty())
        return outcome;
    if (!confirm(options, output, "Make " + counted(plan->fresh.size(), "account") + "?"))
        return Failure{
            "Nothing has been changed.", "run it again when it is meant.", ExitCode::refused};
    const auto refused = make_accounts(client, *plan, output);
    if (!refused)
        return refused.failure();
    output.say("Give each person the address of the page with this link behind it: it works once.");
    return *refused > 0 ? ExitCode::attention : outcome;
}

} // namespace staffroom::cli
