// The handlers of the API for the node, its networks and its neighbours, one for each row of the
// router's table. Thin: read the request, ask a
// service or the core, put the answer into JSON. Defined in the api_*.cpp beside it.
#pragma once

#include "node/http/answers/message.hpp"
#include "node/services/services.hpp"

namespace staffroom::http::api {

using services::Services;

/// Numbers that the description of the API promises.
inline constexpr std::int64_t invitation_hours = 168;
inline constexpr std::int64_t invitation_hours_max = std::int64_t{24} * 366;
inline constexpr std::int64_t sync_timeout_s = 60;
inline constexpr std::int64_t sync_timeout_s_max = 3600;

void health(const Services&, const Request&, const Respond&);
void ready(const Services&, const Request&, const Respond&);
void metrics(const Services&, const Request&, const Respond&);
void list_problems(const Services&, const Request&, const Respond&);
void show_problem(const Services&, const Request&, const Respond&);
void openapi(const Services&, const Request&, const Respond&);
void events(const Services&, const Request&, const Respond&);
void log(const Services&, const Request&, const Respond&);
void status(const Services&, const Request&, const Respond&);
void doctor(const Services&, const Request&, const Respond&);
void verify(const Services&, const Request&, const Respond&);

void show_identity(const Services&, const Request&, const Respond&);
void take_up_identity(const Services&, const Request&, const Respond&);
void create_backup(const Services&, const Request&, const Respond&);
void settle_backup(const Services&, const Request&, const Respond&);

void list_networks(const Services&, const Request&, const Respond&);
void create_network(const Services&, const Request&, const Respond&);
void show_network(const Services&, const Request&, const Respond&);
void create_invitation(const Services&, const Request&, const Respond&);
void list_invitations(const Services& services, const Request& request, const Respond& respond);
void end_invitation(const Services& services, const Request& request, const Respond& respond);
void join_network(const Services&, const Request&, const Respond&);

void list_schools(const Services&, const Request&, const Respond&);
void list_forks(const Services&, const Request&, const Respond&);
void list_proposals(const Services&, const Request&, const Respond&);
void change_role(const Services&, const Request&, const Respond&);
void suspend_school(const Services&, const Request&, const Respond&);
void resume_school(const Services&, const Request&, const Respond&);
void remove_school(const Services&, const Request&, const Respond&);
void leave_network(const Services&, const Request&, const Respond&);
void name_successor(const Services&, const Request&, const Respond&);
void confirm_proposal(const Services&, const Request&, const Respond&);
void settle_admission(const Services&, const Request&, const Respond&);
void list_erasures(const Services&, const Request&, const Respond&);
void order_erasure(const Services&, const Request&, const Respond&);
void show_erasure(const Services&, const Request&, const Respond&);
void show_receipts(const Services&, const Request&, const Respond&);
void refuse_record(const Services&, const Request&, const Respond&);
void delete_draft(const Services&, const Request&, const Respond&);

void list_neighbours(const Services&, const Request&, const Respond&);
void remove_neighbour(const Services& services, const Request& request, const Respond& respond);
void add_neighbour(const Services&, const Request&, const Respond&);
void sync(const Services&, const Request&, const Respond&);

} // namespace staffroom::http::api
