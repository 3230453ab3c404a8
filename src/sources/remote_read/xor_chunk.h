#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace vedette::sources::remote_read {

// Prometheus' chunk encoding XOR, as its remote read streams it, after Gorilla (Pelkonen et al.,
// VLDB 2015, section 4.1): the number of samples in 16 bits, the first sample whole, then
// differences of differences of times and the XOR of neighbouring values. Pure.

inline constexpr size_t kChunkSamplesMax = 120;  // what Prometheus writes

// Appends one chunk; values keep their bits. REQUIRES: columns of equal length, of 1 to 65,535.
void AppendXorChunk(std::span<const int64_t> t_ms, std::span<const double> values,
                    std::string& out);

// The CRC-32 of Castagnoli (RFC 3720, appendix B.4), which guards each frame of the stream.
uint32_t Crc32c(std::string_view bytes);

}  // namespace vedette::sources::remote_read
