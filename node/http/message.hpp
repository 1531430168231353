// Requests and responses as the handlers see them: plain values, no sockets, no HTTP library. Made
// by http/server from what arrived, and by tests by hand.
#pragma once

#include <functional>
#include <map>
#include <string>

namespace staffroom::http {

enum class Method { get, post, other };

struct Request {
    Method method;
    std::string target;        // as it arrived: path and query
    std::string authorization; // the header's value, or empty
    std::string body;
    std::string id;   // of this request, for the trace and for people who report trouble
    bool is_local;    // came over the Unix socket
    bool is_loopback; // came over TCP from this machine

    // Filled by the router.
    std::map<std::string, std::string> path_values;
    std::map<std::string, std::string> query;
};

struct Response {
    int status;
    std::string content_type;
    std::string body;
    std::string disposition{}; // of a file: shown nowhere, saved under this name; else empty
};

/// Called exactly once, now or later, on the network thread.
using Respond = std::function<void(Response)>;

} // namespace staffroom::http
