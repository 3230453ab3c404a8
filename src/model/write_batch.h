#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/exemplar.h"
#include "model/histogram.h"
#include "model/labels.h"
#include "model/sample.h"

namespace vedette::model {

// The samples of one request of one tenant, in columns. Fill with BeginSeries then Add; reusable
// after Clear. The same series may begin several times. Histograms and exemplars, which few
// requests have, lie beside the samples and name the entry they belong to. Not thread-safe.
class WriteBatch {
 public:
  static constexpr size_t kPlainBytesMax = 127;  // whose length is one byte of canonical form

  struct Entry {
    uint32_t labels_offset;
    uint32_t labels_size;
    uint32_t first_sample;
    uint32_t samples;
    uint32_t plain_labels;  // as BeginSeries was told
  };
  struct HistogramSample {
    uint32_t entry;  // index into entries()
    int64_t t_ms;
    Histogram histogram;
  };
  struct SeriesExemplar {
    uint32_t entry;
    Exemplar exemplar;
  };

  void Clear();
  // Copies the labels. REQUIRES: they are canonical and not empty. `plain_labels` is their number
  // where the caller has seen that they are plain (a metric name among them, each name and value
  // ASCII of at most kPlainBytesMax bytes), so that ingest need not read them again; 0 says
  // nothing.
  void BeginSeries(LabelsView labels, uint32_t plain_labels = 0);
  void Add(int64_t t_ms, double value) {
    samples_.push_back({t_ms, value});
    ++entries_.back().samples;
  }
  // Of the series that began last.
  void AddHistogram(int64_t t_ms, Histogram histogram) {
    histograms_.push_back({LastEntry(), t_ms, std::move(histogram)});
  }
  void AddExemplar(Exemplar exemplar) { exemplars_.push_back({LastEntry(), std::move(exemplar)}); }

  std::span<const Entry> entries() const { return entries_; }
  LabelsView labels(const Entry& entry) const {
    return LabelsView::FromCanonical(
        std::string_view(labels_).substr(entry.labels_offset, entry.labels_size));
  }
  std::span<const Sample> samples(const Entry& entry) const {
    return std::span(samples_).subspan(entry.first_sample, entry.samples);
  }
  // In the order of their entries.
  std::span<const HistogramSample> histograms() const { return histograms_; }
  std::span<const SeriesExemplar> exemplars() const { return exemplars_; }
  size_t sample_count() const { return samples_.size(); }  // floats only
  bool empty() const { return samples_.empty() && histograms_.empty() && exemplars_.empty(); }

 private:
  uint32_t LastEntry() const { return static_cast<uint32_t>(entries_.size() - 1); }

  std::string labels_;
  std::vector<Entry> entries_;
  std::vector<Sample> samples_;
  std::vector<HistogramSample> histograms_;
  std::vector<SeriesExemplar> exemplars_;
};

}  // namespace vedette::model
