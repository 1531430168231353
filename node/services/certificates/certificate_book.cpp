#include "node/services/certificates/certificate_book.hpp"

#include "node/tls/self_signed.hpp"
#include "protocol/base/ensure.hpp"

#include <sodium.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>

namespace staffroom::services {
namespace {

namespace fs = std::filesystem;

/// A renewal that failed is not tried again at every look.
constexpr std::uint64_t renewal_pause_ms = 3'600'000;
constexpr std::chrono::days transport_security_max{180};
constexpr const char* none = "none"; // there is no such file

std::string small_letters(std::string text) {
    std::ranges::transform(text, text.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    return text;
}

CertificateTrouble trouble_of(tls::Fault fault) {
    return {
        std::string(tls::fault_code(fault)),
        std::string(tls::fault_sentence(fault)),
        std::string(tls::fault_step(fault))};
}

/// The same, of files that the settings name, which nobody has just typed.
CertificateTrouble trouble_of_files(CertificateTrouble trouble, const std::string& path) {
    trouble.sentence = path + " is not used. " + trouble.sentence;
    return trouble;
}

CertificateTrouble unreadable_file(const std::string& path, Errc why) {
    if (why == Errc::not_found)
        return {
            "certificate.file-missing",
            path + ", which the settings name, is not there.",
            "let the ACME client put it there, or mend the path in [https] of staffroom.toml."};
    return {
        "certificate.file-closed",
        path + ", which the settings name, cannot be read by the user of the node.",
        "let the ACME client copy it to a place that this user may read, as server.md shows."};
}

CertificateTrouble not_kept(const Error& error) {
    return {
        "certificate.not-kept",
        "The certificate cannot be written into the data folder" +
            (error.code == Errc::disk_full ? std::string(": the disk is full.") : std::string(".")),
        "make room on the disk, or look at the rights of the folder; the one before is in use."};
}

CertificateTrouble files_named() {
    return {
        "certificate.files-named",
        "The settings name the files of the certificate, so it comes from there.",
        "replace those files, or take certificate and key out of [https] in staffroom.toml."};
}

FileStamp stamp_of(const std::string& path) {
    struct ::stat facts {};
    if (::stat(path.c_str(), &facts) != 0)
        return {};
    return {
        facts.st_dev,
        facts.st_ino,
        facts.st_size,
        facts.st_mtim.tv_sec * 1'000'000'000 + facts.st_mtim.tv_nsec};
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
    state_.own_names = tls::names_of_machine(parts_.config.web_names);
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

CertificateBook::Read CertificateBook::read_files(WallTime now) const {
    const std::string& path = parts_.config.https_certificate;
    const std::string& key_path = parts_.config.https_key;
    const auto chain = storage::read_file(parts_.files, path, tls::pem_bytes_max);
    if (!chain && chain.error().code != Errc::too_large)
        return unreadable_file(path, chain.error().code);
    auto key = storage::read_file(parts_.files, key_path, tls::pem_bytes_max);
    if (!key && key.error().code != Errc::too_large)
        return unreadable_file(key_path, key.error().code);
    if (!chain || !key)
        return trouble_of_files(trouble_of(tls::Fault::too_large), chain ? key_path : path);
    auto read = tls::read_certificate(as_text(*chain), as_text(*key));
    sodium_memzero(key->data(), key->size());
    auto* const found = std::get_if<tls::Certificate>(&read);
    if (found == nullptr)
        return trouble_of_files(trouble_of(std::get<tls::Fault>(read)), path);
    if (const auto wrong = tls::wrong_time(found->facts, now))
        return trouble_of_files(trouble_of(*wrong), path);
    return std::move(*found);
}

CertificateBook::Read CertificateBook::read_kept(const fs::path& path) const {
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
    return CertificateTrouble{
        "certificate.damaged",
        path.string() + " is damaged, so another certificate is in use.",
        "import the certificate again: `staffroom tls import CERT KEY`."};
}

Result<void> CertificateBook::open(WallTime now) {
    seen_ = taken_ = stamps();
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
            if (is_still && *found != taken_)
                take_files(now, *found);
        }
    );
}

void CertificateBook::take_files(WallTime now, const Stamps& found) {
    struct Taken {
        Read read;
        bool is_trusted = false;
    };
    is_busy_ = true;
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
            if (auto* const good = std::get_if<tls::Certificate>(&taken->read)) {
                adopt(std::move(*good), CertificateSource::files, taken->is_trusted);
                state_.refused.reset();
            } else {
                refuse_files(std::get<CertificateTrouble>(std::move(taken->read)));
            }
        }
    );
}

void CertificateBook::renew(WallTime now) {
    renewal_tried_ = now;
    auto made =
        tls::make_self_signed(tls::names_of_machine(parts_.config.web_names), current_->key, now);
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

void CertificateBook::adopt(
    tls::Certificate certificate, CertificateSource source, bool is_trusted
) {
    if (const auto used = parts_.use(certificate); !used) {
        refuse_files(
            {"certificate.refused",
             "The certificate cannot be used for TLS.",
             "ask for one with a P-256 key, or RSA of 2048 bits or more."}
        );
        return;
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
}

void CertificateBook::trace(const CertificateTrouble& trouble) const {
    parts_.trace.event(
        node::TraceLevel::warning,
        "certificate.refused",
        {{"code", trouble.code}, {"why", trouble.sentence}}
    );
}

void CertificateBook::refuse_files(CertificateTrouble trouble) {
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
    struct Import {
        tls::Certificate certificate;
        bool is_trusted = false;
        Result<void> kept{};
    };
    const auto work = std::make_shared<Import>(Import{std::move(*found)});
    parts_.run_blocking(
        [this, work, is_dry_run] {
            work->is_trusted = tls::is_signed_by_known_authority(work->certificate);
            if (!is_dry_run)
                work->kept = keep(parts_.files, imported_path(), work->certificate);
        },
        [this, work, is_dry_run, done = std::move(done)] {
            if (!work->kept)
                return done(not_kept(work->kept.error()));
            CertificateState would_be = state_;
            would_be.facts = work->certificate.facts;
            would_be.source = CertificateSource::imported;
            would_be.is_trusted = work->is_trusted;
            would_be.refused.reset();
            if (is_dry_run)
                return done(would_be);
            state_.refused.reset();
            adopt(std::move(work->certificate), CertificateSource::imported, work->is_trusted);
            done(state_);
        }
    );
}

void CertificateBook::make_anew(WallTime now, bool is_dry_run, Done done) {
    if (has_files())
        return done(files_named());
    if (is_dry_run)
        return done(state_);
    auto made = tls::make_self_signed(tls::names_of_machine(parts_.config.web_names), nullptr, now);
    if (!made)
        return done(not_kept(made.error()));
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
            if (!*kept)
                return done(not_kept(kept->error()));
            state_.refused.reset();
            adopt(made, CertificateSource::own, false);
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
