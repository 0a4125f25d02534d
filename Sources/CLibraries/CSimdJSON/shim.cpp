#include "CSimdJSON.h"

#include <cstdlib>
#include <cstring>
#include <new>
#include <simdjson.h>

namespace {

/// Scratch memory of one thread. simdjson sizes tape and strings for the worst case (about ten times the input), so
/// documents are parsed here and copied out at their true size.
struct Workspace {
    simdjson::dom::parser parser;
    simdjson::dom::document document;
};

/// A workspace that grew beyond this input size is given back instead of kept for the life of the thread.
constexpr size_t kept_capacity = size_t(256) << 10;

/// The string buffer holds at most 5 bytes for 3 of the input (an empty string and its comma), so that with this limit
/// every offset fits 32 bits.
constexpr size_t maximum_length = size_t(2) << 30;

csimdjson_outcome outcome_of(simdjson::error_code error) {
    switch (error) {
    case simdjson::SUCCESS: return csimdjson_ok;
    case simdjson::EMPTY: return csimdjson_empty;
    case simdjson::CAPACITY: return csimdjson_too_large;
    case simdjson::DEPTH_ERROR: return csimdjson_too_deep;
    case simdjson::MEMALLOC: return csimdjson_out_of_memory;
    case simdjson::UTF8_ERROR: return csimdjson_invalid_utf8;
    case simdjson::UNCLOSED_STRING: return csimdjson_unclosed_string;
    case simdjson::UNESCAPED_CHARS: return csimdjson_control_character;
    case simdjson::STRING_ERROR: return csimdjson_invalid_string;
    case simdjson::NUMBER_ERROR: return csimdjson_invalid_number;
    case simdjson::T_ATOM_ERROR:
    case simdjson::F_ATOM_ERROR:
    case simdjson::N_ATOM_ERROR: return csimdjson_invalid_literal;
    default: return csimdjson_invalid_structure;
    }
}

/// Writes each string's fingerprint beside its offset, and gives the used part of the string buffer: strings are appended
/// in tape order, so the last one on the tape ends it.
size_t mark_strings(uint64_t *tape, size_t words, const uint8_t *strings) {
    size_t used = 0;
    for (size_t index = 0; index < words; index++) {
        switch (tape[index] >> 56) {
        case '"': {
            const auto offset = size_t(tape[index] & 0xffffffff);
            uint32_t length;
            std::memcpy(&length, strings + offset, sizeof length);
            const uint8_t *bytes = strings + offset + sizeof length;
            tape[index] |= uint64_t(csimdjson_fingerprint(bytes, length)) << 32;
            used = offset + sizeof length + length + 1;
            break;
        }
        case 'l':
        case 'u':
        case 'd': index++; break;
        default: break;
        }
    }
    return used;
}

csimdjson_outcome copy_out(simdjson::dom::document &source, csimdjson_document *document) {
    uint64_t *tape = source.tape.get();
    const size_t words = size_t(tape[0] & ((uint64_t(1) << 56) - 1));
    const size_t tape_bytes = words * sizeof(uint64_t);
    const size_t string_bytes = mark_strings(tape, words, source.string_buf.get());
    auto *block = static_cast<uint8_t *>(std::malloc(tape_bytes + string_bytes));
    if (block == nullptr) { return csimdjson_out_of_memory; }
    std::memcpy(block, tape, tape_bytes);
    std::memcpy(block + tape_bytes, source.string_buf.get(), string_bytes);
    document->tape = reinterpret_cast<const uint64_t *>(block);
    document->strings = block + tape_bytes;
    return csimdjson_ok;
}

}  // namespace

extern "C" csimdjson_outcome csimdjson_parse(const uint8_t *bytes, size_t length, size_t maximum_depth,
                                             csimdjson_document *document) {
    if (length == 0) { return csimdjson_empty; }
    thread_local Workspace workspace;
    auto &parser = workspace.parser;
    if (length > maximum_length || length > parser.max_capacity()) { return csimdjson_too_large; }
    if (parser.capacity() < length || parser.max_depth() != maximum_depth + 1) {
        const auto capacity = length > parser.capacity() ? length : parser.capacity();
        if (auto error = parser.allocate(capacity, maximum_depth + 1)) { return outcome_of(error); }
    }
    const auto error = parser.parse_into_document(workspace.document, bytes, length, true).error();
    const auto outcome = error ? outcome_of(error) : copy_out(workspace.document, document);
    if (length > kept_capacity) { workspace = Workspace(); }
    return outcome;
}

extern "C" void csimdjson_release(csimdjson_document document) {
    std::free(const_cast<uint64_t *>(document.tape));
}
