#include "node/services/certificates/certificate_timer.hpp"

#include "node/base/clock.hpp"

namespace staffroom::services {
namespace {

constexpr std::chrono::seconds between_file_looks{3};

} // namespace

void CertificateTimer::start() {
    if (is_stopped_)
        return;
    book_.look(runtime::wall_now());
    timer_.expires_after(between_file_looks);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error)
            start();
    });
}

void CertificateTimer::stop() {
    is_stopped_ = true;
    timer_.cancel();
}

} // namespace staffroom::services
