#include "node/http/line/tls_line.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>

namespace staffroom::http {
namespace {

namespace asio = boost::asio;

// Every cipher of TLS 1.2 here keeps what was said secret when the key is stolen later, and cannot
// be told apart by its padding; those of TLS 1.3 all do.
constexpr const char* ciphers_of_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr const char* groups = "X25519:P-256:P-384";
constexpr std::string_view spoken = "\x08http/1.1";

/// Attack: a client that is made to speak another protocol over this certificate (ALPACA). One that
/// names protocols and not HTTP/1.1 is refused.
int choose_protocol(
    SSL* /*line*/,
    const unsigned char** chosen,
    unsigned char* chosen_bytes,
    const unsigned char* offered,
    unsigned offered_bytes,
    void* /*unused*/
) {
    // A list of names, each behind its length; OpenSSL has checked its form.
    for (unsigned at = 0; at < offered_bytes; at += 1U + offered[at]) {
        const unsigned bytes = offered[at];
        const bool is_ours =
            bytes + 1U == spoken.size() && at + bytes < offered_bytes &&
            std::equal(spoken.begin() + 1, spoken.end(), offered + at + 1, [](char a, unsigned b) {
                return static_cast<unsigned char>(a) == b;
            });
        if (is_ours) {
            *chosen = offered + at + 1;
            *chosen_bytes = static_cast<unsigned char>(bytes);
            return SSL_TLSEXT_ERR_OK;
        }
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// Attacks: renegotiation, a handshake on our side for a few bytes on theirs, over and over;
/// compression, which tells a secret by its length (CRIME); a ticket key that opens every old
/// session when it is stolen.
bool set_rules(SSL_CTX* context) {
    SSL_CTX_set_options(
        context,
        SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
            SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA
    );
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS); // a quiet connection holds little
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    return SSL_CTX_set_num_tickets(context, 0) == 1 &&
           SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(context, ciphers_of_1_2) == 1 &&
           SSL_CTX_set1_groups_list(context, groups) == 1;
}

} // namespace

struct TlsDoor::Context {
    asio::ssl::context ssl{asio::ssl::context::tls_server};
};

TlsDoor::TlsDoor() = default;

TlsDoor::~TlsDoor() = default;

Result<void> TlsDoor::use(const tls::Certificate& certificate) {
    auto context = std::make_shared<Context>();
    SSL_CTX* const native = context->ssl.native_handle();
    const bool is_good = set_rules(native) && tls::load(*native, certificate);
    ERR_clear_error();
    if (!is_good)
        return fail(Errc::bad_configuration, "OpenSSL does not take the certificate");
    context_ = std::move(context);
    return {};
}

struct TlsLine::Parts {
    std::shared_ptr<TlsDoor::Context> context;
    asio::ssl::stream<Stream&> stream;
};

TlsLine::TlsLine(const TlsDoor& door, Stream& stream)
    : parts_(new Parts{door.context_, {stream, door.context_->ssl}}) {}

TlsLine::~TlsLine() = default;

void TlsLine::shake_hands(asio::const_buffer begun, Done done) {
    parts_->stream.async_handshake(
        asio::ssl::stream_base::server, asio::const_buffers_1(begun), std::move(done)
    );
}

void TlsLine::read_some(asio::mutable_buffer into, Done done) {
    parts_->stream.async_read_some(into, std::move(done));
}

void TlsLine::write_some(asio::const_buffer from, Done done) {
    parts_->stream.async_write_some(from, std::move(done));
}

void TlsLine::shut_down(Done done) {
    parts_->stream.async_shutdown([done = std::move(done)](const boost::system::error_code& error) {
        done(error, 0);
    });
}

} // namespace staffroom::http
