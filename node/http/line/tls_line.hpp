// TLS over the socket of one connection, and the door with the certificate behind which it begins:
// TLS 1.2 and 1.3, no compression, no renegotiation, no session kept in a ticket or here. Deadlines
// are the socket's own. The sole files that know Asio's TLS are its .cpp and node/boost_parts. Used
// by http/line/line.
#pragma once

#include "node/http/line/stream.hpp"
#include "node/tls/certificate.hpp"
#include "protocol/base/result.hpp"

#include <boost/asio/buffer.hpp>

#include <functional>
#include <memory>
#include <string>

namespace staffroom::http {

/// What newcomers by TLS are met with. A connection keeps what it has begun with.
class TlsDoor {
public:
    TlsDoor();
    TlsDoor(const TlsDoor&) = delete;
    TlsDoor& operator=(const TlsDoor&) = delete;
    TlsDoor(TlsDoor&&) = delete;
    TlsDoor& operator=(TlsDoor&&) = delete;
    ~TlsDoor();

    /// Takes the certificate for whoever comes from now on. Errors: bad_configuration (OpenSSL
    /// refuses it; the one before stays).
    [[nodiscard]] Result<void> use(const tls::Certificate& certificate);

private:
    friend class TlsLine;
    struct Context;
    std::shared_ptr<Context> context_; // null before the first certificate
};

class TlsLine {
public:
    using Done = std::function<void(const boost::system::error_code&, std::size_t)>;

    /// `door` has a certificate; `stream` outlives the line.
    TlsLine(const TlsDoor& door, Stream& stream);
    TlsLine(const TlsLine&) = delete;
    TlsLine& operator=(const TlsLine&) = delete;
    TlsLine(TlsLine&&) = delete;
    TlsLine& operator=(TlsLine&&) = delete;
    ~TlsLine();

    /// Begins, as the server. `begun`: what was read of the client's first message; the number in
    /// the answer says how much of it was taken.
    void shake_hands(boost::asio::const_buffer begun, Done done);
    void read_some(boost::asio::mutable_buffer into, Done done);
    void write_some(boost::asio::const_buffer from, Done done);
    /// Says goodbye and waits for the other side's, as long as the stream's deadline lets it.
    void shut_down(Done done);

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace staffroom::http
