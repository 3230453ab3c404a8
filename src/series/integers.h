#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace vedette::series {

// Runs of 64-bit integers in few bytes, quick to read: values, differences or differences of
// differences, whichever is smallest, bit-packed in frames of 128 over each frame's reference,
// with what lies far off stored aside (docs/formats/series.md, "Integers"). Differences wrap, so
// every int64 is allowed. Pure functions.

inline constexpr size_t kIntegersMax = 1024;  // in one run

void PutVarint(std::string& out, uint64_t value);
// Takes a number off the front of `bytes`. False when there is none.
bool TakeVarint(std::string_view& bytes, uint64_t& value);

// Appends the run. REQUIRES: 1 to kIntegersMax values, the first is zero.
void PackIntegers(std::span<const int64_t> values, std::string& out);

// Takes a run of out.size() values off the front of `bytes`. False when the bytes make no sense;
// `out` is then undefined. REQUIRES: 1 to kIntegersMax.
[[nodiscard]] bool UnpackIntegers(std::string_view& bytes, std::span<int64_t> out);

}  // namespace vedette::series
