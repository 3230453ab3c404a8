#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <protozero/pbf_reader.hpp>

#include "base/result.h"
#include "model/histogram.h"
#include "model/labels.h"
#include "model/sample.h"
#include "model/write_batch.h"
#include "sources/remote_write/decoder.h"

// What the decoders of both protocol versions share. Functions that read messages throw
// protozero::exception for malformed ones; Decode of each decoder is where it ends.
namespace vedette::sources::remote_write {

inline constexpr size_t kSlack = 64;               // readable and writable bytes behind a Scratch
inline constexpr size_t kStep = 32;                // bytes copied at a time
inline constexpr size_t kExemplarLabelsMax = 128;  // no more fit into an exemplar's characters
inline constexpr auto kLengthDelimited = protozero::pbf_wire_type::length_delimited;

inline std::string_view Text(const protozero::data_view& view) {
  return {view.data(), view.size()};
}
inline protozero::pbf_reader Reader(std::string_view message) {
  return {message.data(), message.size()};
}

// Order of texts by their first eight bytes. REQUIRES: text is followed by 8 readable bytes, and
// is not empty.
inline uint64_t Prefix(std::string_view text) {
  uint64_t word;
  std::memcpy(&word, text.data(), sizeof word);
  if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap64(word);
  return text.size() >= 8 ? word : word & ~(~uint64_t{0} >> (8 * text.size()));
}

inline bool NameLess(std::string_view a, std::string_view b) {
  const uint64_t prefix_a = Prefix(a);
  const uint64_t prefix_b = Prefix(b);
  return prefix_a != prefix_b ? prefix_a < prefix_b : a < b;
}

// Copies in steps of kStep bytes: reads and writes up to that many more.
inline char* CopyInSteps(char* out, std::string_view text) {
  for (size_t i = 0; i < text.size(); i += kStep) std::memcpy(out + i, text.data() + i, kStep);
  return out + text.size();
}

// Writes a length in LEB128; the end of it.
inline char* PutLength(char* out, size_t size) {
  while (size >= 0x80) {
    *out++ = static_cast<char>(size | 0x80);
    size >>= 7;
  }
  *out++ = static_cast<char>(size);
  return out;
}

// Writes a length and a text; the end of it. Writes up to kStep bytes more.
inline char* PutText(char* out, std::string_view text) {
  return CopyInSteps(PutLength(out, text.size()), text);
}

// A buffer with room behind its content, so that short texts are copied in steps.
class Scratch {
 public:
  // A buffer of at least `size` bytes and the slack; its content is undefined.
  char* Reserve(size_t size);
  char* data() const { return data_.get(); }
  // Gives a buffer of unusual size back.
  void Trim(size_t bytes_kept);

 private:
  std::unique_ptr<char[]> data_;
  size_t capacity_ = 0;
};

// The message of a body, in `scratch`, with zeros behind it.
base::Result<std::string_view> Uncompress(std::string_view body, size_t decoded_bytes_max,
                                          Scratch& scratch);

// What one request may hold of each kind; refused before it takes memory.
class RequestLimits {
 public:
  enum Part { kSamples, kHistograms, kBuckets, kExemplars, kLabelBytes };

  explicit RequestLimits(const DecoderOptions& options);
  void Clear() { used_ = {}; }
  // Counts them in, if there is room.
  bool Fits(Part part, size_t count) {
    if (count > max_[part] - used_[part]) return false;
    used_[part] += count;
    return true;
  }
  base::Result<> Take(Part part, size_t count) {
    if (Fits(part, count)) [[likely]] {
      return {};
    }
    return Exceeded(part);
  }

 private:
  base::Result<> Exceeded(Part part) const;
  std::array<size_t, 5> max_;
  std::array<size_t, 5> used_ = {};
};

// What one series brings, read but not yet admitted.
struct SeriesParts {
  struct TimedHistogram {
    int64_t t_ms;
    model::Histogram histogram;
  };
  struct TimedExemplar {
    std::vector<model::Label> labels;  // views into the message
    int64_t t_ms = 0;                  // 0: none was sent
    double value = 0;
    bool broken = false;  // its labels could not be read
  };
  std::vector<model::Sample> samples;
  std::vector<TimedHistogram> histograms;
  std::vector<TimedExemplar> exemplars;
  size_t refused_histograms = 0;
  std::string problem;  // of the first refused histogram

  void Clear();
  // Samples and histograms, refused ones too.
  size_t measurements() const { return samples.size() + histograms.size() + refused_histograms; }
};

model::Sample ReadSample(std::string_view message);

// A Histogram message, the same in both versions: adds it to `parts`, or the reason against it.
// An error is one of the whole request.
base::Result<> ReadHistogram(std::string_view message, RequestLimits& limits, SeriesParts& parts);

// The name of a metric type; "unknown" for any other number.
std::string_view TypeName(int32_t type);

// What is wrong with labels in ascending order of their names; empty when nothing is.
std::string LabelProblem(const std::vector<model::Label>& labels, size_t label_count,
                         const DecoderOptions& options);

// The series as people know it, shortened and safe to print.
std::string Shown(const std::vector<model::Label>& labels);

// The canonical form of labels, sorting them if need be, in `scratch`; empty text when they are to
// be refused, with the reason in `problem`. `label_count` may exceed those that are in `labels`.
std::string_view BuildCanonical(std::vector<model::Label>& labels, bool sorted, size_t label_count,
                                const DecoderOptions& options, Scratch& scratch,
                                std::string& problem);

// Moves the parts of a series to the batch, and counts them.
void AddSeries(std::string_view canonical, SeriesParts& parts, model::WriteBatch& out,
               DecodeReport& report);
// Counts the parts of a series that is refused.
void RefuseSeries(const std::vector<model::Label>& labels, const SeriesParts& parts,
                  std::string_view problem, DecodeReport& report);

// Counts the refused histograms of a series that is not refused as a whole.
void RefuseHistograms(const std::vector<model::Label>& labels, const SeriesParts& parts,
                      DecodeReport& report);

}  // namespace vedette::sources::remote_write
