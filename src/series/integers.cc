#include "series/integers.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <utility>

#include "base/check.h"
#include "series/bits.h"

namespace vedette::series {
namespace {

static_assert(std::endian::native == std::endian::little, "packed bits are read as words");

constexpr size_t kFrame = 128;
constexpr unsigned kPlaceBits = 7;        // of a number within its frame
constexpr uint8_t kHasExceptions = 0x80;  // beside the width of a frame
constexpr unsigned kOneLoad = 57;         // widths that eight bytes hold at any bit offset
constexpr size_t kSlack = 8;              // bytes that may be read past those of a frame

// How a run is told: by its values, differences, differences of differences, or not at all.
enum class Order : uint8_t { kValues = 0, kDeltas = 1, kDeltasOfDeltas = 2, kZeros = 3 };
constexpr Order kOrders[] = {Order::kValues, Order::kDeltas, Order::kDeltasOfDeltas};

uint64_t U(int64_t value) { return static_cast<uint64_t>(value); }
int64_t S(uint64_t value) { return static_cast<int64_t>(value); }

// The numbers that are packed for a run in an order.
size_t Residuals(std::span<const int64_t> values, Order order,
                 std::array<int64_t, kIntegersMax>& out) {
  const size_t n = values.size();
  if (order == Order::kValues) {
    std::copy(values.begin() + 1, values.end(), out.begin());
    return n - 1;
  }
  for (size_t i = 1; i < n; ++i) out[i - 1] = S(U(values[i]) - U(values[i - 1]));
  if (order == Order::kDeltas) return n - 1;
  for (size_t i = 0; i + 2 < n; ++i) out[i] = S(U(out[i + 1]) - U(out[i]));
  return n < 2 ? 0 : n - 2;
}

struct Layout {
  int64_t reference = 0;
  unsigned width = 0;
  size_t bytes = 0;  // without the head of the frame
};

constexpr size_t BytesOf(size_t count, unsigned width) { return (count * width + 7) / 8; }

// Exceptions: their number, the width of their numbers, their places, their numbers.
constexpr size_t ExceptionBytes(size_t count, unsigned width) {
  return count == 0 ? 0 : 2 + BytesOf(count, kPlaceBits) + BytesOf(count, width);
}

using Frame = std::array<uint64_t, kFrame>;

// Sorts numbers of so many bits, a byte of them at a time: no comparison, so no branch to guess.
void SortByBytes(std::span<uint64_t> numbers, unsigned bits) {
  Frame spare;
  uint64_t* from = numbers.data();
  uint64_t* to = spare.data();
  for (unsigned shift = 0; shift < bits; shift += 8) {
    std::array<uint8_t, 256> next{};  // 128 numbers: a byte counts them
    for (size_t i = 0; i < numbers.size(); ++i) ++next[from[i] >> shift & 0xff];
    uint8_t sum = 0;
    for (uint8_t& place : next) sum = static_cast<uint8_t>(sum + std::exchange(place, sum));
    for (size_t i = 0; i < numbers.size(); ++i) to[next[from[i] >> shift & 0xff]++] = from[i];
    std::swap(from, to);
  }
  if (from != numbers.data()) std::copy(from, from + numbers.size(), numbers.data());
}

// The most exceptions that a narrower frame may have and be smaller than `bytes`: each takes its
// place and more bits than the width.
size_t ExceptionsMax(size_t n, unsigned width, size_t bytes) {
  const size_t least = BytesOf(n, width) + 2;
  return least >= bytes ? 0 : 8 * (bytes - least) / (kPlaceBits + width + 1);
}

// Where a window of `span` over sorted numbers has most of them inside.
struct Place {
  size_t first = 0;
  size_t inside = 0;
};
Place BestPlace(std::span<const uint64_t> sorted, uint64_t span) {
  Place best;
  size_t low = 0;
  for (size_t high = 0; high < sorted.size(); ++high) {
    while (sorted[high] - sorted[low] > span) ++low;
    if (high + 1 - low > best.inside) best = {.first = low, .inside = high + 1 - low};
  }
  return best;
}

// True when some window of `span` has all but `outside` of the sorted numbers inside.
bool HasPlace(std::span<const uint64_t> sorted, uint64_t span, size_t outside) {
  if (outside >= sorted.size()) return true;
  const size_t last = sorted.size() - 1 - outside;
  for (size_t i = 0; i <= outside; ++i) {
    if (sorted[i + last] - sorted[i] <= span) return true;
  }
  return false;
}

// The width and reference that make a frame smallest. Tries the full range first, then narrower
// windows over the sorted numbers, with those outside as exceptions.
Layout Plan(std::span<const int64_t> numbers) {
  const size_t n = numbers.size();
  const auto [least, most] = std::minmax_element(numbers.begin(), numbers.end());
  const uint64_t base = U(*least);
  const auto full = static_cast<unsigned>(std::bit_width(U(*most) - base));
  Layout best{.reference = *least, .width = full, .bytes = BytesOf(n, full)};
  if (full == 0) return best;
  Frame offsets;
  for (size_t i = 0; i < n; ++i) offsets[i] = U(numbers[i]) - base;
  const std::span<uint64_t> sorted = std::span(offsets).first(n);
  SortByBytes(sorted, full);
  unsigned tries = 4;  // without success
  for (unsigned width = full; width-- > 0 && tries > 0; --tries) {
    const uint64_t span = (uint64_t{1} << width) - 1;
    const size_t outside = ExceptionsMax(n, width, best.bytes);
    if (outside == 0 || !HasPlace(sorted, span, outside)) continue;
    const Place place = BestPlace(sorted, span);
    const uint64_t below = sorted[place.first];
    const uint64_t above = sorted[n - 1] - sorted[place.first];
    const auto exception_width =
        std::min(64u, static_cast<unsigned>(std::bit_width(std::max(below, above))) + 1);
    const size_t bytes = BytesOf(n, width) + ExceptionBytes(n - place.inside, exception_width);
    if (bytes >= best.bytes) continue;
    best = {.reference = S(base + sorted[place.first]), .width = width, .bytes = bytes};
    tries = 5;
  }
  return best;
}

void Pack(std::span<const uint64_t> numbers, unsigned width, std::string& out) {
  const size_t start = out.size();
  uint64_t word = 0;
  unsigned used = 0;
  for (const uint64_t number : numbers) {
    word |= number << used;
    used += width;
    if (used < 64) continue;
    out.append(reinterpret_cast<const char*>(&word), sizeof(word));
    used -= 64;
    word = used == 0 ? 0 : number >> (width - used);
  }
  out.append(reinterpret_cast<const char*>(&word), sizeof(word));
  out.resize(start + BytesOf(numbers.size(), width));
}

void WriteFrame(std::span<const int64_t> numbers, int64_t& last_reference, std::string& out) {
  const Layout layout = Plan(numbers);
  const uint64_t reference = U(layout.reference);
  const uint64_t span =
      layout.width == 64 ? std::numeric_limits<uint64_t>::max() : (uint64_t{1} << layout.width) - 1;
  std::array<uint64_t, kFrame> inside;
  std::array<uint64_t, kFrame> places;
  std::array<uint64_t, kFrame> outside;
  size_t exceptions = 0;
  uint64_t all_outside = 0;
  for (size_t i = 0; i < numbers.size(); ++i) {
    inside[i] = U(numbers[i]) - reference;
    if (inside[i] <= span) continue;
    outside[exceptions] = ZigZag(S(inside[i]));
    all_outside |= outside[exceptions];
    places[exceptions++] = i;
    inside[i] = 0;
  }
  out.push_back(static_cast<char>(layout.width | (exceptions > 0 ? kHasExceptions : 0)));
  PutVarint(out, ZigZag(S(reference - U(last_reference))));
  last_reference = layout.reference;
  if (exceptions > 0) {
    const auto width = static_cast<unsigned>(std::bit_width(all_outside));
    out.push_back(static_cast<char>(exceptions));
    out.push_back(static_cast<char>(width));
    Pack(std::span(places).first(exceptions), kPlaceBits, out);
    Pack(std::span(outside).first(exceptions), width, out);
  }
  Pack(std::span(inside).first(numbers.size()), layout.width, out);
}

// About how many bits the numbers need when packed over one of them. Counts lengths, so that a few
// outliers, which become exceptions, do not decide.
size_t EstimateBits(std::span<const int64_t> numbers) {
  if (numbers.empty()) return 0;
  size_t bits = 0;
  for (size_t i = 0; i < numbers.size(); i += kFrame) {
    const auto frame = numbers.subspan(i, std::min(kFrame, numbers.size() - i));
    const int64_t a = frame.front();
    const int64_t b = frame[frame.size() / 2];
    const int64_t c = frame.back();
    const uint64_t middle = U(std::max(std::min(a, b), std::min(std::max(a, b), c)));
    for (const int64_t number : frame) {
      bits += static_cast<size_t>(std::bit_width(ZigZag(S(U(number) - middle))));
    }
  }
  return bits;
}

Order ChooseOrder(std::span<const int64_t> values) {
  if (std::all_of(values.begin(), values.end(), [](int64_t value) { return value == 0; })) {
    return Order::kZeros;
  }
  Order best = Order::kDeltas;
  size_t best_bits = std::numeric_limits<size_t>::max();
  std::array<int64_t, kIntegersMax> residuals;
  for (const Order order : kOrders) {
    const size_t n = Residuals(values, order, residuals);
    const size_t bits = EstimateBits(std::span(residuals).first(n));
    if (bits >= best_bits) continue;
    best = order;
    best_bits = bits;
  }
  return best;
}

uint64_t Load(const char* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}

// Reads `count` numbers of `width` bits. REQUIRES: kSlack readable bytes after them.
void UnpackBits(const char* bytes, unsigned width, uint64_t reference, size_t count, int64_t* out) {
  if (width == 0) {
    std::fill(out, out + count, S(reference));
    return;
  }
  size_t bit = 0;
  if (width <= kOneLoad) {
    const uint64_t mask = (uint64_t{1} << width) - 1;
    for (size_t i = 0; i < count; ++i, bit += width) {
      out[i] = S(reference + (Load(bytes + (bit >> 3)) >> (bit & 7) & mask));
    }
    return;
  }
  const uint64_t mask = std::numeric_limits<uint64_t>::max() >> (64 - width);
  for (size_t i = 0; i < count; ++i, bit += width) {
    const unsigned shift = bit & 7;
    uint64_t word = Load(bytes + (bit >> 3)) >> shift;
    if (shift != 0) word |= U(static_cast<uint8_t>(bytes[(bit >> 3) + 8])) << (64 - shift);
    out[i] = S(reference + (word & mask));
  }
}

// Takes `count` packed numbers off the front of `bytes`.
bool TakePacked(std::string_view& bytes, unsigned width, uint64_t reference, size_t count,
                int64_t* out) {
  const size_t size = BytesOf(count, width);
  if (bytes.size() < size) return false;
  if (bytes.size() >= size + kSlack) {
    UnpackBits(bytes.data(), width, reference, count, out);
  } else {
    std::array<char, kFrame * 8 + kSlack> padded{};
    std::memcpy(padded.data(), bytes.data(), size);
    UnpackBits(padded.data(), width, reference, count, out);
  }
  bytes.remove_prefix(size);
  return true;
}

bool ReadFrame(std::string_view& bytes, int64_t& reference, std::span<int64_t> out) {
  const auto byte = [&] {
    const auto value = static_cast<uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    return value;
  };
  if (bytes.empty()) return false;
  const uint8_t head = byte();
  const unsigned width = head & ~kHasExceptions;
  uint64_t code;
  if (width > 64 || !TakeVarint(bytes, code)) return false;
  reference = S(U(reference) + U(UnZigZag(code)));
  if ((head & kHasExceptions) == 0) {
    return TakePacked(bytes, width, U(reference), out.size(), out.data());
  }
  std::array<int64_t, kFrame> places;
  std::array<int64_t, kFrame> exceptions;
  if (bytes.size() < 2) return false;
  const size_t count = byte();
  const unsigned exception_width = byte();
  if (count > out.size() || exception_width > 64 ||
      !TakePacked(bytes, kPlaceBits, 0, count, places.data()) ||
      !TakePacked(bytes, exception_width, 0, count, exceptions.data()) ||
      !TakePacked(bytes, width, U(reference), out.size(), out.data())) {
    return false;
  }
  for (size_t i = 0; i < count; ++i) {
    if (U(places[i]) >= out.size()) return false;
    out[U(places[i])] = S(U(reference) + U(UnZigZag(U(exceptions[i]))));
  }
  return true;
}

void Sum(std::span<int64_t> numbers, uint64_t start) {
  for (int64_t& number : numbers) {
    start += U(number);
    number = S(start);
  }
}

}  // namespace

void PutVarint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

bool TakeVarint(std::string_view& bytes, uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (bytes.empty()) return false;
    const auto byte = static_cast<uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

void PackIntegers(std::span<const int64_t> values, std::string& out) {
  VEDETTE_CHECK(!values.empty() && values.size() <= kIntegersMax && values[0] == 0);
  const Order order = ChooseOrder(values);
  out.push_back(static_cast<char>(order));
  if (order == Order::kZeros) return;
  std::array<int64_t, kIntegersMax> residuals;
  const size_t n = Residuals(values, order, residuals);
  if (order == Order::kDeltasOfDeltas && values.size() > 1) PutVarint(out, ZigZag(values[1]));
  int64_t reference = 0;
  for (size_t i = 0; i < n; i += kFrame) {
    WriteFrame(std::span(residuals).subspan(i, std::min(kFrame, n - i)), reference, out);
  }
}

bool UnpackIntegers(std::string_view& bytes, std::span<int64_t> out) {
  if (bytes.empty() || static_cast<uint8_t>(bytes.front()) > static_cast<uint8_t>(Order::kZeros)) {
    return false;
  }
  const auto order = static_cast<Order>(bytes.front());
  bytes.remove_prefix(1);
  out[0] = 0;
  if (order == Order::kZeros) {
    std::fill(out.begin(), out.end(), 0);
    return true;
  }
  std::span<int64_t> rest = out.subspan(1);
  if (order == Order::kDeltasOfDeltas && !rest.empty()) {
    uint64_t code;
    if (!TakeVarint(bytes, code)) return false;
    rest[0] = UnZigZag(code);
    rest = rest.subspan(1);
  }
  int64_t reference = 0;
  for (size_t i = 0; i < rest.size(); i += kFrame) {
    const size_t count = std::min(kFrame, rest.size() - i);
    if (!ReadFrame(bytes, reference, rest.subspan(i, count))) return false;
  }
  if (order == Order::kDeltas) Sum(rest, 0);
  if (order == Order::kDeltasOfDeltas && out.size() > 1) {
    Sum(rest, U(out[1]));  // the differences
    Sum(out.subspan(1), 0);
  }
  return true;
}

}  // namespace vedette::series
