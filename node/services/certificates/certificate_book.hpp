// The certificate of the page: which one is in use, where it comes from, how it is renewed. Built
// by app where the settings open a door for HTTPS. Everything but `open` is called on the network
// thread; files are read and written on the pool.
//
//   https.certificate and https.key, good   -> files:    looked at every few seconds
//   else DIR/https.imported.pem, good       -> imported: until another one comes
//   else DIR/https.pem                      -> own:      renewed in time, with the same key
//
// What cannot be used takes nothing away: the one in use stays, and doctor says why.
#pragma once

#include "node/base/config.hpp"
#include "node/base/trace.hpp"
#include "node/services/certificates/certificate_files.hpp"
#include "node/services/certificates/certificate_health.hpp"
#include "node/tls/certificate.hpp"
#include "protocol/base/result.hpp"
#include "storage/files/file_system.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <variant>

namespace staffroom::services {

class CertificateBook {
public:
    struct Parts {
        storage::FileSystem& files;
        std::filesystem::path data;
        const node::Config& config;
        const node::Trace& trace;
        /// Runs the first on the pool, then the second on the network thread.
        std::function<void(std::function<void()>, std::function<void()>)> run_blocking;
        /// Takes a certificate into use for whoever comes from now on.
        std::function<Result<void>(const tls::Certificate&)> use;
        bool is_plain_page_near; // node.web listens on this machine alone
    };
    using Outcome = std::variant<CertificateState, CertificateTrouble>;
    using Done = std::function<void(const Outcome&)>;

    explicit CertificateBook(Parts parts);

    /// Finds or makes the certificate to begin with. Blocks. Errors: io_error (none can be made).
    [[nodiscard]] Result<void> open(WallTime now);
    /// `open` has succeeded.
    [[nodiscard]] const tls::Certificate& current() const { return *current_; }
    [[nodiscard]] const CertificateState& state() const { return state_; }

    /// Looks whether the files have changed, and whether the own certificate has to be renewed.
    void look(WallTime now);

    /// Judges a certificate, and unless `is_dry_run` takes it into use and keeps it. `done` gets
    /// what is then in use, or would be.
    void import(std::string chain, std::string key, WallTime now, bool is_dry_run, Done done);
    /// Makes another one of the node's own, with a new key, in the place of any that was imported.
    void make_anew(WallTime now, bool is_dry_run, Done done);

    /// The value of Strict-Transport-Security, or empty. A browser that has it lets nobody pass a
    /// warning, and asks every port of the host by TLS: so it is sent only with a certificate of an
    /// authority that this machine knows, for no longer than that is good, and only where nothing
    /// under this name has to be asked without TLS.
    [[nodiscard]] std::string transport_security(WallTime now) const;

private:
    using Stamps = std::array<FileStamp, 2>;

    [[nodiscard]] bool has_files() const { return !parts_.config.https_certificate.empty(); }
    [[nodiscard]] std::filesystem::path own_path() const;
    [[nodiscard]] std::filesystem::path imported_path() const;
    [[nodiscard]] Stamps stamps() const;
    [[nodiscard]] ReadCertificate read_files(WallTime now) const;
    [[nodiscard]] ReadCertificate read_kept(const std::filesystem::path& path) const;
    void follow_files(WallTime now);
    void take_files(WallTime now, const Stamps& found);
    void renew(WallTime now);
    bool adopt(tls::Certificate certificate, CertificateSource source, bool is_trusted);
    void trace(const CertificateTrouble& trouble) const;
    void refuse_files(CertificateTrouble trouble);

    Parts parts_;
    std::optional<tls::Certificate> current_;
    CertificateState state_{};
    Stamps taken_{}; // of the files that were read last
    Stamps seen_{};  // at the last look
    WallTime read_at_{};
    bool is_busy_ = false; // one change of certificates at a time
    std::optional<WallTime> renewal_tried_{};
};

} // namespace staffroom::services
