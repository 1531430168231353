#include "tests/simulation/checks/trace.hpp"

#include "protocol/base/text.hpp"

#include <iostream>

namespace staffroom::simulation {
namespace {

constexpr std::size_t digest_bytes = 32;

/// What an event is and whom it concerns, in three words.
struct Teller {
    std::string operator()(const Crossed& event) const {
        return "crossed " + std::to_string(event.line) + (event.from_dialler ? " > " : " < ") +
               std::to_string(event.bytes->size());
    }
    std::string operator()(const Dialled& event) const {
        return "dialled " + std::to_string(event.school) + " " + event.open.address;
    }
    std::string operator()(const HungUp& event) const {
        return "hung up " + std::to_string(event.line);
    }
    std::string operator()(const Answered& event) const {
        return "answered " + std::to_string(event.school);
    }
    std::string operator()(const Due& event) const { return "due " + std::to_string(event.school); }
    std::string operator()(const Act&) const { return "act"; }
};

struct Numbers {
    std::uint64_t operator()(const Crossed& event) const {
        return 2 * event.line + (event.from_dialler ? 1U : 0U);
    }
    std::uint64_t operator()(const Dialled& event) const { return event.open.link.value; }
    std::uint64_t operator()(const HungUp& event) const {
        return 2 * event.line + (event.at_dialler ? 1U : 0U);
    }
    std::uint64_t operator()(const Answered& event) const {
        return 64 * event.school + event.input->index();
    }
    std::uint64_t operator()(const Due& event) const { return event.school; }
    std::uint64_t operator()(const Act&) const { return 0; }
};

} // namespace

Trace::Trace() {
    crypto_generichash_init(&state_, nullptr, 0, digest_bytes);
}

void Trace::add(std::uint64_t number) {
    std::array<std::uint8_t, 8> raw{};
    for (std::size_t i = 0; i < raw.size(); ++i)
        raw[i] = static_cast<std::uint8_t>(number >> (8 * i));
    crypto_generichash_update(&state_, raw.data(), raw.size());
}

void Trace::note(const Event& event) {
    ++events_;
    add(static_cast<std::uint64_t>(event.at.us));
    add(event.sequence);
    add(event.what.index());
    add(std::visit(Numbers{}, event.what));
    if (is_shown_)
        std::cerr << "# " << events_ << " " << event.at.us / 1000 << " ms  "
                  << std::visit(Teller{}, event.what) << "\n";
}

void Trace::note(std::string_view what, std::size_t school, std::uint64_t number, ByteView bytes) {
    crypto_generichash_update(&state_, as_view(what).data(), what.size());
    add(school);
    add(number);
    crypto_generichash_update(&state_, bytes.data(), bytes.size());
    if (is_shown_)
        std::cerr << "    " << what << " " << school << " " << number << "\n";
}

void Trace::say(const std::string& line) const {
    if (is_shown_)
        std::cerr << "    " << line << "\n";
}

std::string Trace::digest() const {
    crypto_generichash_state copy = state_;
    std::array<std::uint8_t, digest_bytes> out{};
    crypto_generichash_final(&copy, out.data(), out.size());
    return to_hex(out);
}

} // namespace staffroom::simulation
