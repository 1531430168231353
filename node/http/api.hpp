// The handlers of the API, one for each row of the router's table. Thin: read the request, ask a
// service or the core, put the answer into JSON. Defined in the api_*.cpp beside it.
#pragma once

#include "node/http/message.hpp"
#include "node/services/services.hpp"

namespace staffroom::http::api {

using services::Services;

/// Numbers of the contract.
inline constexpr std::size_t batch_records_max = 64;
inline constexpr std::size_t file_call_bytes_max = std::size_t{1} << 20U;
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

void list_networks(const Services&, const Request&, const Respond&);
void create_network(const Services&, const Request&, const Respond&);
void show_network(const Services&, const Request&, const Respond&);
void create_invitation(const Services&, const Request&, const Respond&);
void list_invitations(const Services& services, const Request& request, const Respond& respond);
void end_invitation(const Services& services, const Request& request, const Respond& respond);
void join_network(const Services&, const Request&, const Respond&);

void list_neighbours(const Services&, const Request&, const Respond&);
void remove_neighbour(const Services& services, const Request& request, const Respond& respond);
void add_neighbour(const Services&, const Request&, const Respond&);
void sync(const Services&, const Request&, const Respond&);

void list_records(const Services&, const Request&, const Respond&);
void show_record(const Services&, const Request&, const Respond&);
void export_record(const Services&, const Request&, const Respond&);
void publish_record(const Services&, const Request&, const Respond&);
void publish_batch(const Services&, const Request&, const Respond&);

void revise_record(const Services&, const Request&, const Respond&);
void retract_record(const Services&, const Request&, const Respond&);
void show_history(const Services&, const Request&, const Respond&);

void show_lineage(const Services&, const Request&, const Respond&);
void show_inbox(const Services&, const Request&, const Respond&);
void report_adoptions(const Services&, const Request&, const Respond&);
/// Marks are pairs [begin, end) of code points in the snippet.
void search(const Services&, const Request&, const Respond&);
void show_file(const Services&, const Request&, const Respond&);
void add_file(const Services&, const Request&, const Respond&);

} // namespace staffroom::http::api
