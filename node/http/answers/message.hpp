// Requests and responses as the handlers see them: plain values, no sockets, no HTTP library. Made
// by http/server/connection from what arrived, and by tests by hand.
#pragma once

#include "node/http/answers/caller.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace staffroom::http {

class OutgoingStream;

/// The method of a request. HEAD comes as get: the writer of the answer leaves its body out.
/// `other` is every word that no address answers.
enum class Method { get, post, put, patch, remove, options, other };

struct Request {
    Method method;
    std::string target;        // path and query, escapes as they arrived
    std::string authorization; // the header's value, or empty
    std::string body;
    std::string id; // of this request, for the trace and for people who report trouble
    Caller caller;

    // Filled by the router.
    std::map<std::string, std::string> path_values;
    std::map<std::string, std::string> query;

    // Values of headers, or empty; all headers together are bounded by the connection.
    std::string if_match{};
    std::string if_none_match{};
    std::string idempotency_key{};
    std::string last_event_id{};
    std::string content_type{};
    std::string accept{};
    std::string accept_encoding{};
    std::string accept_language{};
    std::string host{};
    std::string origin{};
    std::string cookie{};
    std::string csrf{};
    std::string user_agent{};
    // What a proxy says of its client; means nothing unless the proxy is in the settings.
    std::string forwarded_for{};
    std::string forwarded_proto{};
    std::map<std::string, std::string> form{}; // what a form of the plain pages sends
    std::string remote{};     // the address that the connection comes from; empty: the Unix socket
    bool is_over_tls = false; // that ends at this node
};

struct Response {
    int status;
    std::string content_type;
    std::string body;
    /// The headers beside those that every answer has: ETag, Location, Content-Disposition ... A
    /// name stands here once; control characters in values go out as "_".
    std::vector<std::pair<std::string, std::string>> headers{};
    /// If set, `body` goes out first, then what the stream gives until it ends.
    std::shared_ptr<OutgoingStream> stream{};
};

/// The function that takes an answer, called exactly once, now or later, on the network thread.
using Respond = std::function<void(Response)>;

} // namespace staffroom::http
