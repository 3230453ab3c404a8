#include "records/column.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <optional>

#include "model/labels.h"
#include "records/bits.h"
#include "records/message.h"

namespace vedette::records {
namespace {

constexpr size_t kDictionaryMax = 255;
constexpr size_t kSlots = 1024;    // of its hash table
constexpr size_t kDigitsMax = 18;  // fit 64 bits
constexpr char kHexDigits[] = "0123456789abcdef";

bool IsDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

uint64_t HexValue(char c) { return static_cast<uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10); }

// The common length of numbers with leading zeros; 0 if there are none; nothing if these are not
// numbers that read back as they were.
std::optional<size_t> DecimalDigits(std::span<const std::string_view> values) {
  const size_t first = values[0].size();
  bool same = true;
  bool zeros = false;
  for (const std::string_view value : values) {
    if (value.empty() || value.size() > kDigitsMax || !IsDigits(value)) return std::nullopt;
    zeros |= value.size() > 1 && value[0] == '0';
    same &= value.size() == first;
  }
  if (!zeros) return 0;
  return same ? std::optional(first) : std::nullopt;
}

std::optional<size_t> HexDigits(std::span<const std::string_view> values) {
  const size_t size = values[0].size();
  for (const std::string_view value : values) {
    if (value.size() != size || size == 0) return std::nullopt;
    for (const char c : value) {
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return std::nullopt;
    }
  }
  return size;
}

struct Dictionary {
  std::vector<std::string_view> texts;
  std::vector<uint64_t> rows;
  size_t bytes = 0;
};

// Nothing when it would not be short for so many rows.
std::optional<Dictionary> MakeDictionary(std::span<const std::string_view> values, size_t rows) {
  Dictionary dictionary;
  std::array<uint16_t, kSlots> slots{};  // 1 + index of the text, 0: free
  dictionary.rows.reserve(values.size());
  for (const std::string_view value : values) {
    size_t slot = StableHash(value) % kSlots;
    while (slots[slot] != 0 && dictionary.texts[slots[slot] - 1u] != value) {
      slot = (slot + 1) % kSlots;
    }
    if (slots[slot] == 0) {
      if (dictionary.texts.size() == kDictionaryMax ||
          (dictionary.rows.size() >= 16 && dictionary.texts.size() * 2 > dictionary.rows.size() &&
           dictionary.texts.size() * 2 > rows - values.size())) {
        return std::nullopt;
      }
      dictionary.texts.push_back(value);
      dictionary.bytes += value.size() + 1;
      slots[slot] = static_cast<uint16_t>(dictionary.texts.size());
    }
    dictionary.rows.push_back(slots[slot] - 1u);
  }
  return dictionary;
}

void AppendNibbles(std::span<const std::string_view> values, std::string& out) {
  unsigned pending = 0;
  bool half = false;
  for (const std::string_view value : values) {
    for (const char c : value) {
      pending = (pending << 4) | static_cast<unsigned>(HexValue(c));
      if (half) out += static_cast<char>(pending & 0xff);
      half = !half;
    }
  }
  if (half) out += static_cast<char>((pending << 4) & 0xff);
}

void AppendDictionary(const Dictionary& dictionary, std::span<const uint64_t> rows,
                      std::string& out) {
  model::AppendVarint(out, dictionary.texts.size());
  for (const std::string_view text : dictionary.texts) AppendSized(out, text);
  AppendPacked(out, rows);
}

}  // namespace

void AppendColumnOf(std::span<const std::string_view> values, std::span<const uint32_t> of_row,
                    std::string& out, std::string& texts) {
  const bool shared = values.size() * 2 <= of_row.size();
  if (std::all_of(values.begin(), values.end(), [&](auto v) { return v == values[0]; })) {
    return AppendColumn(values.first(std::min<size_t>(values.size(), 1)), out, texts);
  }
  std::vector<uint64_t> rows;
  if (shared && !DecimalDigits(values).has_value()) {
    // Few texts: each is looked up once, not once a row.
    if (const auto dictionary = MakeDictionary(values, of_row.size())) {
      for (const uint32_t i : of_row) rows.push_back(dictionary->rows[i]);
      out += static_cast<char>(Column::Kind::kDictionary);
      return AppendDictionary(*dictionary, rows, out);
    }
  }
  std::vector<std::string_view> all;
  all.reserve(of_row.size());
  for (const uint32_t i : of_row) all.push_back(values[i]);
  AppendColumn(all, out, texts);
}

void AppendColumn(std::span<const std::string_view> values, std::string& out, std::string& texts) {
  using Kind = Column::Kind;
  if (values.empty()) return;
  const auto begin = [&out](Kind kind) { out += static_cast<char>(kind); };
  if (std::all_of(values.begin(), values.end(), [&](auto v) { return v == values[0]; })) {
    begin(Kind::kConstant);
    AppendSized(out, values[0]);
    return;
  }
  const auto decimal = DecimalDigits(values);
  std::string packed;
  if (decimal.has_value()) {
    std::vector<uint64_t> numbers(values.size());
    for (size_t i = 0; i < values.size(); ++i) {
      std::from_chars(values[i].data(), values[i].data() + values[i].size(), numbers[i]);
    }
    packed += static_cast<char>(*decimal);
    AppendPacked(packed, numbers);
  }
  if (const auto dictionary = MakeDictionary(values, values.size())) {
    const auto bits = static_cast<size_t>(std::bit_width(dictionary->texts.size() - 1));
    const size_t size = dictionary->bytes + bits * values.size() / 8;
    if (!decimal.has_value() || size < packed.size()) {
      begin(Kind::kDictionary);
      return AppendDictionary(*dictionary, dictionary->rows, out);
    }
  }
  if (decimal.has_value()) {
    begin(Kind::kDecimal);
    out += packed;
    return;
  }
  if (const auto digits = HexDigits(values)) {
    begin(Kind::kHexadecimal);
    model::AppendVarint(out, *digits);
    AppendNibbles(values, out);
    return;
  }
  begin(Kind::kPlain);
  model::AppendVarint(out, texts.size());
  std::vector<uint64_t> sizes;
  sizes.reserve(values.size());
  for (const std::string_view value : values) {
    sizes.push_back(value.size());
    texts += value;
  }
  AppendPacked(out, sizes);
}

bool Column::ReadDictionary(std::string_view& bytes, size_t rows, bool wanted) {
  uint64_t count = 0;
  if (!model::ReadVarint(bytes, count) || count == 0 || count > kDictionaryMax) return false;
  dictionary_.resize(count);
  for (std::string_view& text : dictionary_) {
    if (!ReadSized(bytes, text)) return false;
  }
  if (!wanted) return SkipPacked(bytes, rows);
  return ReadPacked(bytes, rows, numbers_) &&
         std::all_of(numbers_.begin(), numbers_.end(), [&](uint64_t i) { return i < count; });
}

bool Column::ReadHexadecimal(std::string_view& bytes, size_t rows) {
  if (!model::ReadVarint(bytes, digits_) || digits_ == 0) return false;
  if (digits_ > bytes.size() * 2 / rows) return false;
  const size_t size = (digits_ * rows + 1) / 2;
  if (size > bytes.size()) return false;
  bytes_ = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return true;
}

bool Column::ReadPlain(std::string_view& bytes, std::string_view texts, size_t rows, bool wanted) {
  uint64_t offset = 0;
  if (!model::ReadVarint(bytes, offset) || offset > texts.size()) return false;
  if (!wanted) return SkipPacked(bytes, rows);
  if (!ReadPacked(bytes, rows, numbers_)) return false;
  bytes_ = texts.substr(offset);
  uint64_t end = 0;
  for (uint64_t& size : numbers_) {
    if (size > bytes_.size() - end) return false;
    size = end += size;
  }
  return true;
}

bool Column::Read(std::string_view& bytes, std::string_view texts, size_t rows, bool wanted) {
  if (rows == 0) return true;
  if (bytes.empty()) return false;
  const auto kind = static_cast<unsigned char>(bytes[0]);
  bytes.remove_prefix(1);
  if (kind > static_cast<unsigned char>(Kind::kPlain)) return false;
  kind_ = static_cast<Kind>(kind);
  switch (kind_) {
    case Kind::kConstant: return ReadSized(bytes, bytes_);
    case Kind::kDictionary: return ReadDictionary(bytes, rows, wanted);
    case Kind::kDecimal:
      if (bytes.empty() || static_cast<unsigned char>(bytes[0]) > kDigitsMax) return false;
      digits_ = static_cast<unsigned char>(bytes[0]);
      bytes.remove_prefix(1);
      return wanted ? ReadPacked(bytes, rows, numbers_) : SkipPacked(bytes, rows);
    case Kind::kHexadecimal: return ReadHexadecimal(bytes, rows);
    case Kind::kPlain: break;
  }
  return ReadPlain(bytes, texts, rows, wanted);
}

void Column::Append(size_t row, std::string& out) const {
  switch (kind_) {
    case Kind::kConstant: out += bytes_; return;
    case Kind::kDictionary: out += dictionary_[numbers_[row]]; return;
    case Kind::kDecimal: {
      char text[24];
      const auto end = std::to_chars(text, text + sizeof text, numbers_[row]).ptr;
      const auto size = static_cast<size_t>(end - text);
      if (size < digits_) out.append(digits_ - size, '0');
      out.append(text, size);
      return;
    }
    case Kind::kHexadecimal:
      for (size_t i = row * digits_; i < (row + 1) * digits_; ++i) {
        const auto byte = static_cast<unsigned char>(bytes_[i / 2]);
        out += kHexDigits[i % 2 == 0 ? byte >> 4 : byte & 15];
      }
      return;
    case Kind::kPlain: {
      const uint64_t begin = row == 0 ? 0 : numbers_[row - 1];
      out.append(bytes_.substr(begin, numbers_[row] - begin));
      return;
    }
  }
}

bool Column::MayContain(std::string_view folded_part) const {
  const auto contains = [&](std::string_view text) {
    return FoldCase(text).find(folded_part) != std::string::npos;
  };
  switch (kind_) {
    case Kind::kConstant: return contains(bytes_);
    case Kind::kDictionary: return std::any_of(dictionary_.begin(), dictionary_.end(), contains);
    case Kind::kDecimal: return IsDigits(folded_part);
    case Kind::kHexadecimal:
      return folded_part.find_first_not_of(kHexDigits) == std::string_view::npos;
    case Kind::kPlain: break;
  }
  return true;
}

}  // namespace vedette::records
