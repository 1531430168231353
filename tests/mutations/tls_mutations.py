"""Planted bugs in HTTPS and its certificate, as in mutations.py."""

from mutations import ACCEPTANCE, UNIT_NODE

PROGRAMS = "staffroomd staffroom"
HTTPS = f"STAFFROOM_BIN_DIR=$PWD/bin python3 {ACCEPTANCE}/http_api/https_test.py"
CERTIFICATE = f"STAFFROOM_BIN_DIR=$PWD/bin python3 {ACCEPTANCE}/node/certificate_test.py"
FAULTS = f"STAFFROOM_BIN_DIR=$PWD/bin python3 {ACCEPTANCE}/node/certificate_faults_test.py"

TLS_MUTATIONS = [
    (
        "a renewal makes another key",
        "node/tls/self_signed.cpp",
        "    if (!key)\n",
        "    if (!key || key)\n",
        "unit_node", f"{UNIT_NODE} 'certificate*'",
    ),
    (
        "a star stands for more than one part of a name",
        "node/tls/certificate.cpp",
        "std::string_view(each).substr(1) == name.substr(dot)",
        "name.ends_with(std::string_view(each).substr(1))",
        "unit_node", f"{UNIT_NODE} 'certificate*'",
    ),
    (
        "a chain may be out of order",
        "node/tls/certificate.cpp",
        "if (!is_in_order(chain))",
        "if (chain.empty())",
        "unit_node", f"{UNIT_NODE} 'certificate*'",
    ),
    (
        "a chain that OpenSSL refuses is kept",
        "node/tls/certificate.cpp",
        "const bool is_good = is_taken(found);",
        "const bool is_good = is_taken(found) || !found.chain.empty();",
        PROGRAMS, FAULTS,
    ),
    (
        "an encrypted certificate asks for its passphrase at the terminal",
        "node/tls/certificate.cpp",
        "PEM_read_bio_X509(in.get(), nullptr, refuse_passphrase, &was_asked)",
        "PEM_read_bio_X509(in.get(), nullptr, was_asked ? refuse_passphrase : nullptr, nullptr)",
        "unit_node", f"{UNIT_NODE} 'certificate*'",
    ),
    (
        "a pipe in the place of a certificate holds up the start",
        "node/services/certificates/certificate_files.cpp",
        "O_RDONLY | O_NONBLOCK | O_NOCTTY",
        "O_RDONLY | O_NOCTTY",
        PROGRAMS, FAULTS,
    ),
    (
        "refused files are not read again before they change",
        "node/services/certificates/certificate_book.cpp",
        "|| (state_.refused && is_rested)",
        "|| (state_.refused && is_rested && !is_still)",
        "unit_node", f"{UNIT_NODE} 'certificate*'",
    ),
    (
        "an import runs beside a renewal",
        "node/services/certificates/certificate_book.cpp",
        "    if (is_busy_)\n        return done(busy());\n    // What",
        "    // What",
        "unit_node", f"{UNIT_NODE} 'certificate*'",
    ),
    (
        "a door of HTTPS that is taken ends the node",
        "node/app_services.cpp",
        "    const bool is_known = facts_.https_shut.has_value();\n",
        "    return fail(bound.error());\n"
        "    const bool is_known = facts_.https_shut.has_value();\n",
        PROGRAMS, FAULTS,
    ),
    (
        "an expired certificate is imported",
        "node/services/certificates/certificate_book.cpp",
        "return done(trouble_of(*wrong));",
        "static_cast<void>(wrong);",
        PROGRAMS, CERTIFICATE,
    ),
    (
        "browsers are bound to HTTPS by any certificate",
        "node/services/certificates/certificate_book.cpp",
        "if (!state_.is_trusted || !parts_.is_plain_page_near ||",
        "if (!parts_.is_plain_page_near ||",
        PROGRAMS, CERTIFICATE,
    ),
    (
        "who asks for another handshake gets it",
        "node/http/line/tls_line.cpp",
        "SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET",
        "SSL_OP_NO_COMPRESSION | SSL_OP_ALLOW_CLIENT_RENEGOTIATION | SSL_OP_NO_TICKET",
        PROGRAMS, HTTPS,
    ),
    (
        "plain HTTP is led to whatever host it names",
        "node/http/server/guard.cpp",
        "if (is_reading && is_own_host(host, config) &&",
        "if (is_reading && !host.empty() &&",
        PROGRAMS, HTTPS,
    ),
    (
        "a page by http changes what is asked by https",
        "node/http/people/own_address.cpp",
        "if (request.is_over_tls)",
        "if (request.is_over_tls && origin.empty())",
        PROGRAMS, HTTPS,
    ),
    (
        "a handshake may take for ever",
        "node/http/server/serving.cpp",
        "    connection->tls = std::make_unique<TlsLine>(",
        "    connection->stream.expires_never();\n    connection->tls = std::make_unique<TlsLine>(",
        PROGRAMS, HTTPS,
    ),
]
