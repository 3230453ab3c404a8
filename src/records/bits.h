#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vedette::records {

// Whole numbers as frames of 128: each with its smallest value and as few bits per number as the
// rest needs; of the numbers themselves or of their differences, whichever is shorter. Bytes:
// docs/formats/records.md. Pure functions.
void AppendPacked(std::string& out, std::span<const uint64_t> values);

// Reads `count` numbers from the beginning of `bytes` and removes them. False for damaged bytes.
bool ReadPacked(std::string_view& bytes, size_t count, std::vector<uint64_t>& values);
// The same without the numbers.
bool SkipPacked(std::string_view& bytes, size_t count);

// Texts and numbers with their lengths before them (LEB128), as all formats of this module have
// them. Read returns false when the bytes end too early.
void AppendSized(std::string& out, std::string_view text);
bool ReadSized(std::string_view& bytes, std::string_view& text);
void AppendFixed64(std::string& out, uint64_t value);  // big endian
bool ReadFixed64(std::string_view& bytes, uint64_t& value);

}  // namespace vedette::records
