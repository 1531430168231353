#include "tests/simulation/people/traffic.hpp"

namespace staffroom::simulation {
namespace {

constexpr std::uint64_t chunk_allowance_bytes = 400;
constexpr std::uint64_t line_allowance_bytes = 1600;
constexpr std::uint64_t pulse_allowance_bytes = 250;
constexpr std::chrono::seconds pulse_every{30};

} // namespace

void Traffic::obtained(const replica::NewEntry& entry) {
    content_ += entry.header->size();
    if (entry.state == log::BodyState::have)
        obtained_body(entry.body);
}

void Traffic::obtained_body(const replica::BodyBytes& body) {
    content_ += body.salt.size() + body.encoded->size();
}

std::uint64_t Traffic::lower_bound() const {
    const auto pulses = static_cast<std::uint64_t>(open_ / pulse_every);
    return content_ + lost_ + chunks_ * chunk_allowance_bytes + lines_ * line_allowance_bytes +
           (pulses + news_) * pulse_allowance_bytes;
}

} // namespace staffroom::simulation
