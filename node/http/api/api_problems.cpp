// GET /api/v1/problems and /api/v1/problems/CODE: the pages behind the `type` of a problem, in
// plain words. They say nothing of this node, so anyone may read them.
#include "node/http/answers/json.hpp"
#include "node/http/api/api.hpp"
#include "node/http/problems/problem_types.hpp"

namespace staffroom::http::api {

void list_problems(const Services&, const Request&, const Respond& respond) {
    JsonArray types;
    for (const ProblemType& type : problem_types())
        types.push_back(JsonObject{
            {"type", problem_type_address(type.code)},
            {"code", type.code},
            {"title", type.title},
            {"meaning", type.meaning}});
    respond(ok(JsonObject{{"problems", std::move(types)}}));
}

void show_problem(const Services&, const Request& request, const Respond& respond) {
    const ProblemType* type = find_problem_type(request.path_values.at("code"));
    if (type == nullptr)
        return refuse(request, respond, {Errc::not_found, "No problem of this API has this code."});
    respond(
        {200,
         "text/plain; charset=utf-8",
         std::string(type->title) + "\n\n" + std::string(type->meaning) +
             "\n\nCode: " + std::string(type->code) +
             "\nEach answer says in `detail` what happened and in `next` what helps.\n"}
    );
}

} // namespace staffroom::http::api
