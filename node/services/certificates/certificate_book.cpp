#include "node/services/certificates/certificate_book.hpp"

#include "node/links/address.hpp"
#include "node/tls/self_signed.hpp"
#include "protocol/base/ensure.hpp"

#include <sodium.h>

#include <algorithm>
#include <memory>

namespace staffroom::services {
namespace {

namespace fs = std::filesystem;

/// A renewal that failed is not tried again at every look.
constexpr std::uint64_t renewal_pause_ms = 3'600'000;
/// Files that were refused are read again though they have not changed: a right may be given, or
/// the first day of a certificate come, without a trace in them.
constexpr std::uint64_t refused_pause_ms = 60'000;
/// Whoever goes back to another certificate waits no longer than this for browsers to forget.
constexpr std::chrono::days transport_security_max{7};
constexpr const char* none = "none"; // there is no such file

std::string small_letters(std::string text) {
    std::ranges::transform(text, text.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    return text;
}

CertificateTrouble not_kept(const Error& error) {
    return {
        "certificate.not-kept",
        "The certificate cannot be written into the data folder" +
            (error.code == Errc::disk_full ? std::string(": the disk is full.") : std::string(".")),
        "make room on the disk, or look at the rights of the folder; the one before is in use."};
}

CertificateTrouble not_used() {
    return {
        "certificate.refused",
        "The certificate cannot be used for TLS.",
        "look at the memory of this machine; the certificate from before is in use."};
}

CertificateTrouble busy() {
    return {
        "certificate.busy",
        "Another certificate is being written just now.",
        "try again in a moment."};
}

CertificateTrouble files_named() {
    return {
        "certificate.files-named",
        "The settings name the files of the certificate, so it comes from there.",
        "replace those files, or take certificate and key out of [https] in staffroom.toml."};
}

/// The one host at which the settings open the door, or empty.
std::string host_of_door(const node::Config& config) {
    const auto where = links::parse_host_port(config.https_listen);
    return where ? where->host : std::string();
}

std::vector<std::string> names_of_node(const node::Config& config) {
    return tls::names_of_machine(config.web_names, host_of_door(config));
}

/// Blocks on the disk.
Result<void> keep(storage::FileSystem& files, const fs::path& path, const tls::Certificate& what) {
    Bytes pem = tls::to_pem(what);
    auto kept = storage::replace_file_durably(files, path.string(), pem);
    sodium_memzero(pem.data(), pem.size());
    return kept;
}

} // namespace

CertificateBook::CertificateBook(Parts parts)
    : parts_(std::move(parts)) {
    state_.own_names = names_of_node(parts_.config);
}

fs::path CertificateBook::own_path() const {
    return parts_.data / "https.pem";
}

fs::path CertificateBook::imported_path() const {
    return parts_.data / "https.imported.pem";
}

CertificateBook::Stamps CertificateBook::stamps() const {
    return {stamp_of(parts_.config.https_certificate), stamp_of(parts_.config.https_key)};
}

ReadCertificate CertificateBook::read_files(WallTime now) const {
    return read_certificate_files(parts_.config.https_certificate, parts_.config.https_key, now);
}

ReadCertificate CertificateBook::read_kept(const fs::path& path) const {
    auto pem = storage::read_file(parts_.files, path.string(), tls::pem_bytes_max);
    if (!pem)
        return CertificateTrouble{
            pem.error().code == Errc::not_found ? none : "certificate.damaged",
            path.string() + " cannot be read.",
            "import the certificate again: `staffroom tls import CERT KEY`."};
    auto read = tls::read_certificate(as_text(*pem), as_text(*pem));
    sodium_memzero(pem->data(), pem->size());
    if (auto* const found = std::get_if<tls::Certificate>(&read))
        return std::move(*found);
    // It was good when it was kept: this machine has come to ask for more since.
    if (std::get<tls::Fault>(read) == tls::Fault::weak_key)
        return trouble_of_file(tls::Fault::weak_key, path.string());
    return CertificateTrouble{
        "certificate.damaged",
        path.string() + " is damaged, so another certificate is in use.",
        "import the certificate again: `staffroom tls import CERT KEY`."};
}

Result<void> CertificateBook::open(WallTime now) {
    seen_ = taken_ = stamps();
    read_at_ = now;
    const auto take = [this](tls::Certificate found, CertificateSource source) {
        const bool is_trusted = tls::is_signed_by_known_authority(found);
        adopt(std::move(found), source, is_trusted);
    };
    if (has_files()) {
        auto read = read_files(now);
        if (auto* const found = std::get_if<tls::Certificate>(&read)) {
            take(std::move(*found), CertificateSource::files);
            return {};
        }
        refuse_files(std::get<CertificateTrouble>(std::move(read)));
    }
    auto imported = read_kept(imported_path());
    if (auto* const found = std::get_if<tls::Certificate>(&imported)) {
        take(std::move(*found), CertificateSource::imported);
        return {};
    }
    if (auto& trouble = std::get<CertificateTrouble>(imported); trouble.code != none)
        refuse_files(std::move(trouble));
    auto own = read_kept(own_path());
    auto* const kept = std::get_if<tls::Certificate>(&own);
    if (const auto* trouble = std::get_if<CertificateTrouble>(&own);
        trouble && trouble->code != none)
        trace(*trouble);
    const bool fits = kept != nullptr && !tls::wrong_time(kept->facts, now) &&
                      std::ranges::all_of(parts_.config.web_names, [&](const std::string& name) {
                          return tls::is_for(kept->facts, small_letters(name));
                      });
    if (fits) {
        adopt(std::move(*kept), CertificateSource::own, false);
        return {};
    }
    // With the key that people may have compared, where there is one.
    auto made = tls::make_self_signed(state_.own_names, kept == nullptr ? nullptr : kept->key, now);
    if (!made)
        return fail(made.error());
    // A disk without room still serves its page; the next start makes another one.
    if (const auto written = keep(parts_.files, own_path(), *made); !written)
        parts_.trace.event(
            node::TraceLevel::warning,
            "certificate.not-kept",
            {{"why", std::string(errc_name(written.error().code))}}
        );
    adopt(std::move(*made), CertificateSource::own, false);
    return {};
}

void CertificateBook::look(WallTime now) {
    if (is_busy_)
        return;
    const auto left_ms = current_->facts.until.ms - std::min(current_->facts.until.ms, now.ms);
    constexpr std::uint64_t renewal_ms =
        std::chrono::milliseconds(certificate_renewal_days).count();
    const bool is_due = left_ms < renewal_ms || tls::wrong_time(current_->facts, now);
    const bool is_tried =
        renewal_tried_ && now >= *renewal_tried_ && now.ms - renewal_tried_->ms < renewal_pause_ms;
    if (state_.source == CertificateSource::own && is_due && !is_tried)
        renew(now);
    else if (has_files())
        follow_files(now);
}

/// Certificate and key are two files, and whoever renews them writes one after the other: they are
/// read once both have lain still from one look to the next.
void CertificateBook::follow_files(WallTime now) {
    is_busy_ = true;
    const auto found = std::make_shared<Stamps>();
    parts_.run_blocking(
        [this, found] { *found = stamps(); },
        [this, found, now] {
            is_busy_ = false;
            const bool is_still = *found == std::exchange(seen_, *found);
            const bool is_rested = now < read_at_ || now.ms - read_at_.ms >= refused_pause_ms;
            if (is_still && (*found != taken_ || (state_.refused && is_rested)))
                take_files(now, *found);
        }
    );
}

void CertificateBook::take_files(WallTime now, const Stamps& found) {
    struct Taken {
        ReadCertificate read;
        bool is_trusted = false;
    };
    is_busy_ = true;
    read_at_ = now;
    const auto taken = std::make_shared<Taken>(Taken{CertificateTrouble{}});
    parts_.run_blocking(
        [this, taken, now] {
            taken->read = read_files(now);
            if (const auto* good = std::get_if<tls::Certificate>(&taken->read))
                taken->is_trusted = tls::is_signed_by_known_authority(*good);
        },
        [this, taken, found] {
            is_busy_ = false;
            taken_ = found;
            auto* const good = std::get_if<tls::Certificate>(&taken->read);
            if (good == nullptr)
                refuse_files(std::get<CertificateTrouble>(std::move(taken->read)));
            else if (adopt(std::move(*good), CertificateSource::files, taken->is_trusted))
                state_.refused.reset();
        }
    );
}

void CertificateBook::renew(WallTime now) {
    renewal_tried_ = now;
    auto made = tls::make_self_signed(names_of_node(parts_.config), current_->key, now);
    if (!made)
        return;
    is_busy_ = true;
    const auto written = std::make_shared<Result<void>>();
    parts_.run_blocking(
        [this, written, made = *made] { *written = keep(parts_.files, own_path(), made); },
        [this, written, made = *made] {
            is_busy_ = false;
            if (*written)
                adopt(made, CertificateSource::own, false);
            else
                parts_.trace.event(
                    node::TraceLevel::warning,
                    "certificate.not-kept",
                    {{"why", std::string(errc_name(written->error().code))}}
                );
        }
    );
}

bool CertificateBook::adopt(
    tls::Certificate certificate, CertificateSource source, bool is_trusted
) {
    if (!parts_.use(certificate)) {
        refuse_files(not_used());
        return false;
    }
    state_.facts = certificate.facts;
    state_.source = source;
    state_.is_trusted = is_trusted;
    current_ = std::move(certificate);
    parts_.trace.event(
        node::TraceLevel::notice,
        "certificate.in-use",
        {{"from", std::string(source_name(source))},
         {"until", day_text(state_.facts.until)},
         {"fingerprint", state_.facts.fingerprint}}
    );
    return true;
}

void CertificateBook::trace(const CertificateTrouble& trouble) const {
    parts_.trace.event(
        node::TraceLevel::warning,
        "certificate.refused",
        {{"code", trouble.code}, {"why", trouble.sentence}}
    );
}

void CertificateBook::refuse_files(CertificateTrouble trouble) {
    if (!state_.refused || state_.refused->sentence != trouble.sentence)
        trace(trouble);
    state_.refused = std::move(trouble);
}

void CertificateBook::import(
    std::string chain, std::string key, WallTime now, bool is_dry_run, Done done
) {
    if (has_files())
        return done(files_named());
    // Both are kept in one file, which has the bound of one text and is written a little longer.
    if (chain.size() + key.size() > tls::pem_bytes_max / 4 * 3)
        return done(trouble_of(tls::Fault::too_large));
    auto read = tls::read_certificate(chain, key);
    sodium_memzero(key.data(), key.size());
    auto* const found = std::get_if<tls::Certificate>(&read);
    if (found == nullptr)
        return done(trouble_of(std::get<tls::Fault>(read)));
    if (const auto wrong = tls::wrong_time(found->facts, now))
        return done(trouble_of(*wrong));
    if (is_busy_)
        return done(busy());
    // What is kept is used at the next start, whatever becomes of this one.
    if (!is_dry_run && !parts_.use(*found))
        return done(not_used());
    struct Import {
        tls::Certificate certificate;
        bool is_trusted = false;
        Result<void> kept{};
    };
    const auto work = std::make_shared<Import>(Import{std::move(*found)});
    is_busy_ = true;
    parts_.run_blocking(
        [this, work, is_dry_run] {
            work->is_trusted = tls::is_signed_by_known_authority(work->certificate);
            if (!is_dry_run)
                work->kept = keep(parts_.files, imported_path(), work->certificate);
        },
        [this, work, is_dry_run, done = std::move(done)] {
            is_busy_ = false;
            if (!work->kept) {
                static_cast<void>(parts_.use(*current_)); // it was in use before
                return done(not_kept(work->kept.error()));
            }
            CertificateState would_be = state_;
            would_be.facts = work->certificate.facts;
            would_be.source = CertificateSource::imported;
            would_be.is_trusted = work->is_trusted;
            would_be.refused.reset();
            if (is_dry_run)
                return done(would_be);
            state_.refused.reset();
            if (!adopt(std::move(work->certificate), CertificateSource::imported, work->is_trusted))
                return done(not_used());
            done(state_);
        }
    );
}

void CertificateBook::make_anew(WallTime now, bool is_dry_run, Done done) {
    if (has_files())
        return done(files_named());
    if (is_dry_run)
        return done(state_);
    if (is_busy_)
        return done(busy());
    auto made = tls::make_self_signed(names_of_node(parts_.config), nullptr, now);
    if (!made)
        return done(not_kept(made.error()));
    is_busy_ = true;
    const auto kept = std::make_shared<Result<void>>();
    parts_.run_blocking(
        [this, kept, made = *made] {
            *kept = keep(parts_.files, own_path(), made);
            if (!*kept)
                return;
            const auto removed = parts_.files.remove(imported_path().string());
            if (!removed && removed.error().code != Errc::not_found)
                *kept = removed;
            else
                *kept = parts_.files.sync_directory(parts_.data.string());
        },
        [this, kept, made = *made, done = std::move(done)] {
            is_busy_ = false;
            if (!*kept)
                return done(not_kept(kept->error()));
            state_.refused.reset();
            if (!adopt(made, CertificateSource::own, false))
                return done(not_used());
            done(state_);
        }
    );
}

std::string CertificateBook::transport_security(WallTime now) const {
    if (!state_.is_trusted || !parts_.is_plain_page_near || now >= state_.facts.until)
        return {};
    const auto left = std::chrono::seconds((state_.facts.until.ms - now.ms) / 1000);
    return "max-age=" +
           std::to_string(std::min<std::chrono::seconds>(left, transport_security_max).count());
}

} // namespace staffroom::services
