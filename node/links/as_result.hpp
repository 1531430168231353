// The completion token of the coroutines of a line: a tuple of error code and values, never an
// exception.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace staffroom::links {

inline constexpr auto as_result = boost::asio::as_tuple(boost::asio::use_awaitable);

} // namespace staffroom::links
