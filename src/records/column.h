#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vedette::records {

// A column of texts, each as short as its kind allows: one text for all, a dictionary, decimal
// numbers, hexadecimal digits, or plain. Plain bytes go to `texts`, which its owner compresses;
// everything else, to `out`, is dense already. Bytes: docs/formats/records.md. Pure function.
void AppendColumn(std::span<const std::string_view> values, std::string& out, std::string& texts);
// The same of rows that share texts: row i has values[of_row[i]]. REQUIRES: values in the order in
// which rows first have them.
void AppendColumnOf(std::span<const std::string_view> values, std::span<const uint32_t> of_row,
                    std::string& out, std::string& texts);

// Reads a column back. Views the bytes that it was given, which must live as long. Not thread-safe.
class Column {
 public:
  // Removes the column from the beginning of `bytes`. False for damaged bytes; anything else makes
  // every row readable, unless it is not wanted: then it is only removed.
  bool Read(std::string_view& bytes, std::string_view texts, size_t rows, bool wanted = true);
  // Appends the text of a row.
  void Append(size_t row, std::string& out) const;
  // Whether some row may hold this text: false only if none does. Cheap.
  bool MayContain(std::string_view folded_part) const;

 private:
  friend void AppendColumn(std::span<const std::string_view>, std::string&, std::string&);
  friend void AppendColumnOf(std::span<const std::string_view>, std::span<const uint32_t>,
                             std::string&, std::string&);
  enum class Kind : uint8_t { kConstant, kDictionary, kDecimal, kHexadecimal, kPlain };

  bool ReadHexadecimal(std::string_view& bytes, size_t rows);
  bool ReadPlain(std::string_view& bytes, std::string_view texts, size_t rows, bool wanted);
  bool ReadDictionary(std::string_view& bytes, size_t rows, bool wanted);

  Kind kind_ = Kind::kConstant;
  uint64_t digits_ = 0;  // decimal: of all numbers, 0 when they have no leading zeros
  std::vector<std::string_view> dictionary_;
  std::vector<uint64_t> numbers_;  // by row: index, number, or where the text ends
  std::string_view bytes_;
};

}  // namespace vedette::records
