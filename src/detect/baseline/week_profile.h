#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace vedette::detect::baseline {

// By how much a series differs from its profile of the day, by three hours of the week (UTC):
// Saturdays that are not like Fridays. Filled as they pass, one by one; used once it has proved for
// a while to come nearer than the profile of the day alone. About 140 bytes, few of them touched by
// a value. Flat, not thread-safe.
class WeekProfile {
 public:
  WeekProfile() { offset_.fill(kUnknown); }

  // What to add to the profile of the day; 0 while it is not used.
  double Offset(int64_t t_ms) const;

  // Takes by how much a value differs from the profile of the day, after `seconds`. Errors count up
  // to `clip`. REQUIRES: |difference| and clip <= 1e31.
  void Add(int64_t t_ms, double seconds, double difference, double clip);

 private:
  using Half = uint16_t;  // the upper half of a float: three digits
  static constexpr size_t kParts = 56;
  static constexpr Half kUnknown = 0xFFFF;  // not a number
  void Fold();

  std::array<Half, kParts> offset_{};
  float sum_ = 0;  // of the part that is filled now
  uint32_t count_ = 0;
  int32_t part_ = -1;
  uint32_t raced_ = 0;  // values whose part was known
  float day_error_ = 0;
  float week_error_ = 0;
};

}  // namespace vedette::detect::baseline
