#include "node/services/certificates/certificate_health.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace staffroom::services {
namespace {

using std::chrono::days;

std::string step_before_end(CertificateSource source) {
    switch (source) {
    case CertificateSource::own:
        return "look in `staffroom log` why the node cannot renew it, or run `staffroom tls new`.";
    case CertificateSource::imported:
        return "import the next one: `staffroom tls import CERT KEY`.";
    case CertificateSource::files:
        return "look why the files of https.certificate and https.key are not renewed.";
    }
    return {};
}

HealthCheck check_days(const CertificateState& state, WallTime now) {
    const std::string until = day_text(state.facts.until);
    const std::string next = step_before_end(state.source);
    if (const auto wrong = tls::wrong_time(state.facts, now))
        return faulty(
            std::string(tls::fault_code(*wrong)),
            *wrong == tls::Fault::expired ? "The certificate of the page expired on " + until + "."
                                          : "The certificate of the page is not valid before " +
                                                day_text(state.facts.from) + ".",
            *wrong == tls::Fault::expired ? next : std::string(tls::fault_step(*wrong))
        );
    const auto left = std::chrono::floor<days>(
        std::chrono::milliseconds(static_cast<std::int64_t>(state.facts.until.ms - now.ms))
    );
    const std::string sentence = "The certificate of the page is good until " + until + ".";
    const std::string soon = "The certificate of the page ends in " + std::to_string(left.count()) +
                             (left.count() == 1 ? " day, on " : " days, on ") + until + ".";
    if (left < certificate_trouble_days)
        return faulty("certificate.expiry", soon, next);
    if (left < certificate_note_days)
        return noted("certificate.expiry", soon, next);
    return healthy("certificate.expiry", sentence);
}

} // namespace

std::string_view source_name(CertificateSource source) {
    switch (source) {
    case CertificateSource::own: return "own";
    case CertificateSource::imported: return "imported";
    case CertificateSource::files: return "files";
    }
    return "";
}

std::optional<std::string> shared_name(const CertificateState& state) {
    const auto found = std::ranges::find_if(state.own_names, [&](const std::string& name) {
        return tls::is_for(state.facts, name);
    });
    return found == state.own_names.end() ? std::nullopt : std::optional(*found);
}

std::vector<HealthCheck> check_certificate(const CertificateState& state, WallTime now) {
    std::vector<HealthCheck> checks{check_days(state, now)};
    if (state.source == CertificateSource::own)
        checks.push_back(healthy(
            "certificate.own",
            "The node made the certificate of the page itself, so browsers warn of it. It is the "
            "right one if they show the SHA-256 fingerprint " +
                state.facts.fingerprint + "."
        ));
    if (state.source != CertificateSource::own && !shared_name(state)) {
        const auto& names = state.facts.names;
        checks.push_back(noted(
            "certificate.name",
            "The certificate of the page is for " + (names.empty() ? "no name" : names.front()) +
                ", and this node answers under no name of it: browsers warn.",
            "put its name into node.web_names, or ask for a certificate with this machine's name."
        ));
    }
    if (state.refused)
        checks.push_back(faulty(state.refused->code, state.refused->sentence, state.refused->next));
    return checks;
}

std::string day_text(WallTime time) {
    constexpr std::uint64_t ms_max = 253'402'300'799'000; // the end of the year 9999
    const std::chrono::sys_time<std::chrono::milliseconds> at{
        std::chrono::milliseconds(static_cast<std::int64_t>(std::min(time.ms, ms_max)))};
    const std::chrono::year_month_day date{std::chrono::floor<days>(at)};
    std::array<char, 32> text{};
    const int bytes = std::snprintf(
        text.data(),
        text.size(),
        "%04d-%02u-%02u",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day())
    );
    return {text.data(), static_cast<std::size_t>(std::max(bytes, 0))};
}

} // namespace staffroom::services
