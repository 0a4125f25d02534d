#pragma once
#include <libwebsockets.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <pthread.h>
#include <stdlib.h>

// What a WebSocket client needs and Swift cannot import: computed macros and enum arithmetic.

/// Bytes that must be free in front of a payload given to `lws_write`.
static inline size_t cws_write_padding(void) { return LWS_PRE; }

/// Hosts are made apart from the context, so that they do without TLS until it is asked for.
static inline uint64_t cws_client_context_options(void) {
    return LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
}

static inline uint64_t cws_secure_host_options(void) {
    return LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
}

/// Whom secure connections trust: the system's certificate authorities and those of `file`, if it is not null. Null if
/// that cannot be had; otherwise the caller frees it.
///
/// Of the system's, OpenSSL looks up the one that a server names in the folder of hashed certificates. The library's own
/// context would parse the whole bundle as well, which takes milliseconds and megabytes, and would trust a folder beside
/// the working directory. The bundle is read only where an operator names one.
static inline SSL_CTX *cws_make_trust(const char *file) {
    SSL_CTX *trust = SSL_CTX_new(TLS_client_method());
    if (!trust)
        return NULL;
    SSL_CTX_set_options(trust, SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(trust, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    if (SSL_CTX_set_min_proto_version(trust, TLS1_2_VERSION) && SSL_CTX_set_default_verify_dir(trust) &&
        (!getenv(X509_get_default_cert_file_env()) || SSL_CTX_set_default_verify_file(trust)) &&
        (!file || SSL_CTX_load_verify_file(trust, file)))
        return trust;
    SSL_CTX_free(trust);
    return NULL;
}

static inline int cws_client_connection_flags(int secure) {
    return LCCSCF_HTTP_NO_FOLLOW_REDIRECT | (secure ? LCCSCF_USE_SSL : 0);
}

/// Ends a connection without a closing handshake, from the service loop's next turn on.
static inline void cws_kill(struct lws *connection) {
    lws_set_timeout(connection, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
}

/// The close frame that follows when the current callback returns nonzero. Codes outside of the
/// library's enumeration (4000 to 4999) are legal.
static inline void cws_close_reason(struct lws *connection, uint16_t code, const uint8_t *reason, size_t length) {
    lws_close_reason(connection, (enum lws_close_status)code, (unsigned char *)reason, length);
}

/// Why OpenSSL refuses a certificate, from the arguments of
/// LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION; null if it does not.
static inline const char *cws_certificate_problem(void *verification, size_t accepted) {
    if (accepted || !verification)
        return NULL;
    return X509_verify_cert_error_string(X509_STORE_CTX_get_error((X509_STORE_CTX *)verification));
}

/// The library writes to standard error by itself unless told otherwise; the setting is one per process.
static inline void cws_discard_line(int level, const char *line) { (void)level; (void)line; }
static inline void cws_silence_log(void) { lws_set_log_level(0, cws_discard_line); }

// Declared by glibc only under _GNU_SOURCE.
extern int pthread_setname_np(pthread_t thread, const char *name);
