#include "tests/simulation/replayer.hpp"

#include "protocol/base/limits.hpp"

namespace staffroom::simulation {
namespace {

constexpr std::size_t remembered_max = 300;
constexpr std::size_t remembered_bytes_max = 4096; // of one; longer ones are only more of the same
constexpr std::size_t noise_bytes_max = 200;
/// A node that went back to an older disk has forgotten that the first frame was answered: it takes
/// one step of the handshake, which tells nothing to whoever lacks the keys.
constexpr std::size_t answer_bytes_max = 2 + limits::handshake_frame_bytes_max;

} // namespace

void Replayer::heard(const SharedBytes& bytes) {
    if (bytes->size() > remembered_bytes_max)
        return;
    heard_.push_back(bytes);
    if (heard_.size() > remembered_max)
        heard_.pop_front();
}

void Replayer::knock(std::size_t school) {
    if (world_.is_running(school))
        static_cast<void>(world_.dial_as_guest(index_, world_.school(school).address));
}

void Replayer::opened(LinkId link) {
    answered_[link] = 0;
    const std::uint64_t count = 1 + random_.below(6);
    for (std::uint64_t i = 0; i < count; ++i) {
        if (!heard_.empty() && !one_in(random_, 4)) {
            const auto at = static_cast<std::size_t>(random_.below(heard_.size()));
            world_.send_as_guest(index_, link, *heard_[at]);
            continue;
        }
        Bytes noise(1 + static_cast<std::size_t>(random_.below(noise_bytes_max)));
        random_.fill(noise);
        world_.send_as_guest(index_, link, std::move(noise));
    }
}

void Replayer::arrived(LinkId link, ByteView bytes) {
    std::size_t& answered = answered_[link];
    answered += bytes.size();
    if (answered > answer_bytes_max)
        world_.witness().violated(
            "nothing for strangers",
            "a stranger that repeated what it had heard got " + std::to_string(answered) + " bytes"
        );
}

} // namespace staffroom::simulation
