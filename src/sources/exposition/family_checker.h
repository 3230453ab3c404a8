#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/result.h"
#include "model/labels.h"

namespace vedette::sources::exposition {

// What OpenMetrics 1.0 asks of families beyond the form of their lines: metadata once and before
// the samples, families and their metrics in one piece, the suffixes, labels and values of each
// type, complete histograms, exemplars where they may be. Given the lines in their order. Errors
// are kInvalidArgument and say what is wrong, without the line number. Not thread-safe.
class FamilyChecker {
 public:
  // `keyword` is HELP, TYPE or UNIT; the type must be one of OpenMetrics'.
  base::Result<> Metadata(std::string_view keyword, std::string_view family, std::string_view text);
  base::Result<> Sample(std::span<const model::Label> labels, double value,
                        std::optional<int64_t> t_ms);
  // Of the sample that came last.
  base::Result<> Exemplar() const;
  base::Result<> End() { return EndFamily(); }

 private:
  // The metric that is being read, of a family of histograms.
  struct HistogramState {
    bool any = false;
    std::optional<double> bound;  // of the last bucket
    double buckets = 0;           // the value of the last bucket
    std::optional<double> count;
    bool has_sum = false;
    bool negative_sum = false;
    bool negative_bounds = false;
  };

  base::Result<> Begin(std::string_view family);
  base::Result<> EndFamily();
  base::Result<> EndHistogram();
  base::Result<> Claim(std::string_view name);
  base::Result<> CheckUnit() const;
  base::Result<> CheckGroup(std::span<const model::Label> labels, std::optional<int64_t> t_ms);
  // REQUIRES: the sample has no timestamp and belongs to the metric at hand.
  base::Result<> CheckTwice(std::span<const model::Label> labels);
  base::Result<> CheckLabels(std::span<const model::Label> labels, double value) const;
  base::Result<> CheckValue(double value) const;
  base::Result<> AddToHistogram(std::span<const model::Label> labels, double value);
  bool IsHistogram() const { return type_ == "histogram" || type_ == "gaugehistogram"; }
  // The label that tells the samples of one metric apart; empty when there is none.
  std::string_view OwnLabel() const;

  std::string family_;
  std::string type_ = "unknown";
  std::string unit_;
  bool has_help_ = false;
  bool has_type_ = false;
  bool has_unit_ = false;
  bool has_samples_ = false;
  std::string suffix_;  // of the last sample: "_total"

  std::string group_;  // the labels of the metric that is being read
  std::optional<int64_t> group_t_ms_;
  bool in_group_ = false;
  HistogramState histogram_;
  std::unordered_set<std::string> points_;  // of the metric at hand, without a timestamp
  std::unordered_set<std::string> groups_;  // of this family
  std::unordered_set<std::string> names_;   // of families and samples so far
};

}  // namespace vedette::sources::exposition
