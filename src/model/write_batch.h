#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/labels.h"
#include "model/sample.h"

namespace vedette::model {

// The samples of one request of one tenant, in columns. Fill with BeginSeries then Add; reusable
// after Clear. The same series may begin several times. Not thread-safe.
class WriteBatch {
 public:
  struct Entry {
    uint32_t labels_offset;
    uint32_t labels_size;
    uint32_t first_sample;
    uint32_t samples;
  };

  void Clear();
  // Copies the labels. REQUIRES: they are valid (ingest checks them) and not empty.
  void BeginSeries(LabelsView labels);
  void Add(int64_t t_ms, double value) {
    samples_.push_back({t_ms, value});
    ++entries_.back().samples;
  }

  std::span<const Entry> entries() const { return entries_; }
  LabelsView labels(const Entry& entry) const {
    return LabelsView::FromCanonical(
        std::string_view(labels_).substr(entry.labels_offset, entry.labels_size));
  }
  std::span<const Sample> samples(const Entry& entry) const {
    return std::span(samples_).subspan(entry.first_sample, entry.samples);
  }
  size_t sample_count() const { return samples_.size(); }
  bool empty() const { return samples_.empty(); }

 private:
  std::string labels_;
  std::vector<Entry> entries_;
  std::vector<Sample> samples_;
};

}  // namespace vedette::model
