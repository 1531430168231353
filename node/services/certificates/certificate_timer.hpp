// Looks at the files of the certificate every few seconds. Built by app; on the network thread. Not
// here: what a look does (certificate_book).
#pragma once

#include "node/services/certificates/certificate_book.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace staffroom::services {

class CertificateTimer {
public:
    CertificateTimer(boost::asio::io_context& io, CertificateBook& book)
        : timer_(io)
        , book_(book) {}

    /// Looks at once, then again and again.
    void start();
    void stop();

private:
    boost::asio::steady_timer timer_;
    CertificateBook& book_;
    bool is_stopped_ = false;
};

} // namespace staffroom::services
