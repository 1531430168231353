// The socket of one connection with its deadlines, over the Unix socket and over TCP: the sole
// header of the node that names it to Beast. For http/line and http/server.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>

namespace staffroom::http {

using Stream = boost::beast::basic_stream<boost::asio::generic::stream_protocol>;

} // namespace staffroom::http
