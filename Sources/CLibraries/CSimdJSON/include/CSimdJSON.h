// simdjson's DOM tape, reachable from Swift.
//
// The tape is the library's documented format (simdjson, doc/tape.md): 64-bit words whose high byte is the type and whose
// low 56 bits are the payload. Swift walks it by itself, so that reading a field costs no call across languages. A
// string's payload is its offset in the low 32 bits, because no document is larger than 2 GiB; above it this shim writes
// the string's fingerprint, so that a search for a key passes over the others without reading them.
#ifndef CSIMDJSON_H
#define CSIMDJSON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// One parsed document: a single allocation that holds exactly the words and string bytes in use.
typedef struct {
    /// The tape. Word 0 is the root word, word 1 begins the root value.
    const uint64_t *_Nullable tape;
    /// Strings, each as a native-endian uint32_t byte count, the UTF-8 bytes and a zero byte.
    const uint8_t *_Nullable strings;
} csimdjson_document;

/// What `csimdjson_parse` answers.
typedef enum {
    csimdjson_ok = 0,
    csimdjson_empty,
    csimdjson_too_large,
    csimdjson_too_deep,
    csimdjson_out_of_memory,
    csimdjson_invalid_utf8,
    csimdjson_unclosed_string,
    csimdjson_control_character,
    csimdjson_invalid_string,
    csimdjson_invalid_number,
    csimdjson_invalid_literal,
    csimdjson_invalid_structure,
} csimdjson_outcome;

/// 24 bits in which most different keys differ: length, first and last byte.
static inline uint32_t csimdjson_fingerprint(const uint8_t *_Nonnull bytes, size_t length) {
    if (length == 0) { return 0; }
    return (uint32_t)(length & 0xff) << 16 | (uint32_t)bytes[0] << 8 | bytes[length - 1];
}

/// Parses `length` bytes of JSON. On `csimdjson_ok` the caller owns `document`; otherwise it is left untouched.
/// `maximum_depth` counts open arrays and objects.
csimdjson_outcome csimdjson_parse(const uint8_t *_Nullable bytes, size_t length, size_t maximum_depth,
                                  csimdjson_document *_Nonnull document);

/// Frees what `csimdjson_parse` gave.
void csimdjson_release(csimdjson_document document);

#ifdef __cplusplus
}
#endif

#endif
