#include "sources/exposition/family_checker.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "sources/exposition/number.h"

namespace vedette::sources::exposition {
namespace {

constexpr size_t kShownBytes = 100;

base::Error Bad(std::string message) { return base::InvalidArgument(std::move(message)); }

std::string_view Shown(std::string_view text) { return text.substr(0, kShownBytes); }

struct TypeSuffixes {
  std::string_view type;
  std::array<std::string_view, 4> suffixes;
  size_t count;
};

constexpr std::array<TypeSuffixes, 8> kSuffixes = {{
    {"counter", {"_total", "_created"}, 2},
    {"gauge", {""}, 1},
    {"histogram", {"_bucket", "_count", "_sum", "_created"}, 4},
    {"gaugehistogram", {"_bucket", "_gcount", "_gsum"}, 3},
    {"summary", {"", "_count", "_sum", "_created"}, 4},
    {"info", {"_info"}, 1},
    {"stateset", {""}, 1},
    {"unknown", {""}, 1},
}};

std::span<const std::string_view> SuffixesOf(std::string_view type) {
  for (const TypeSuffixes& row : kSuffixes) {
    if (row.type == type) return std::span(row.suffixes).first(row.count);
  }
  return {};
}

std::string_view ValueOf(std::span<const model::Label> labels, std::string_view name) {
  for (const model::Label& label : labels) {
    if (label.name == name) return label.value;
  }
  return {};
}

}  // namespace

base::Result<> FamilyChecker::Claim(std::string_view name) {
  if (names_.emplace(name).second) return {};
  return Bad(fmt::format("the name {} belongs to a family before", Shown(name)));
}

base::Result<> FamilyChecker::Begin(std::string_view family) {
  VEDETTE_TRY_VOID(EndFamily());
  if (names_.contains(std::string(family))) {
    return Bad(fmt::format("family {} comes again, or its name is taken", Shown(family)));
  }
  family_ = family;
  return {};
}

base::Result<> FamilyChecker::EndFamily() {
  VEDETTE_TRY_VOID(EndHistogram());
  if (!family_.empty()) {
    VEDETTE_TRY_VOID(CheckUnit());
    for (const std::string_view suffix : SuffixesOf(type_)) {
      if (!suffix.empty()) VEDETTE_TRY_VOID(Claim(family_ + std::string(suffix)));
    }
    VEDETTE_TRY_VOID(Claim(family_));
  }
  family_.clear();
  type_ = "unknown";
  unit_.clear();
  has_help_ = has_type_ = has_unit_ = has_samples_ = in_group_ = false;
  groups_.clear();
  points_.clear();
  return {};
}

base::Result<> FamilyChecker::CheckUnit() const {
  if (unit_.empty()) return {};
  if (type_ == "info" || type_ == "stateset") {
    return Bad(fmt::format("family {} of type {} cannot have a unit", Shown(family_), type_));
  }
  if (family_.size() > unit_.size() && family_.ends_with("_" + unit_)) return {};
  return Bad(fmt::format("family {} does not end with its unit _{}", Shown(family_), Shown(unit_)));
}

base::Result<> FamilyChecker::Metadata(std::string_view keyword, std::string_view family,
                                       std::string_view text) {
  if (family != family_) VEDETTE_TRY_VOID(Begin(family));
  if (has_samples_) {
    return Bad(fmt::format("{} of {} comes after its samples", keyword, Shown(family)));
  }
  bool& known = keyword == "HELP" ? has_help_ : keyword == "TYPE" ? has_type_ : has_unit_;
  if (std::exchange(known, true)) {
    return Bad(fmt::format("{} of {} comes twice", keyword, Shown(family)));
  }
  if (keyword == "TYPE") type_ = text;
  if (keyword == "UNIT") unit_ = text;
  return CheckUnit();
}

std::string_view FamilyChecker::OwnLabel() const {
  if (suffix_ == "_bucket") return "le";
  if (type_ == "summary" && suffix_.empty()) return "quantile";
  if (type_ == "stateset") return family_;
  return {};
}

base::Result<> FamilyChecker::Sample(std::span<const model::Label> labels, double value,
                                     std::optional<int64_t> t_ms) {
  const std::string_view name = ValueOf(labels, model::kMetricName);
  const auto fits = [&](std::string_view suffix) {
    return !family_.empty() && name.size() == family_.size() + suffix.size() &&
           name.starts_with(family_) && name.ends_with(suffix);
  };
  const auto suffixes = SuffixesOf(type_);
  const auto suffix = std::find_if(suffixes.begin(), suffixes.end(), fits);
  if (suffix == suffixes.end()) {
    if (name == family_) {
      return Bad(fmt::format("a sample of {} of type {} must end with {}", Shown(family_), type_,
                             fmt::join(suffixes, " or ")));
    }
    VEDETTE_TRY_VOID(Begin(name));
    suffix_.clear();
  } else {
    suffix_ = *suffix;
  }
  has_samples_ = true;
  VEDETTE_TRY_VOID(CheckLabels(labels, value));
  VEDETTE_TRY_VOID(CheckValue(value));
  VEDETTE_TRY_VOID(CheckGroup(labels, t_ms));
  return IsHistogram() ? AddToHistogram(labels, value) : base::Result<>();
}

base::Result<> FamilyChecker::CheckLabels(std::span<const model::Label> labels,
                                          double value) const {
  const std::string_view own = OwnLabel();
  if (own.empty()) return {};
  const std::string_view text = ValueOf(labels, own);
  if (text.empty()) {
    return Bad(fmt::format("the sample of type {} has no label {}", type_, Shown(own)));
  }
  if (type_ == "stateset") return {};
  const std::optional<double> number = ParseValue(text);
  // Infinite bounds have one form.
  const bool bound =
      own == "le" && number && (!std::isinf(*number) || text == "+Inf" || text == "-Inf");
  const bool good = number && !std::isnan(*number) && (bound || (*number >= 0 && *number <= 1));
  if (!good) return Bad(fmt::format("label {} has the bad value \"{}\"", own, Shown(text)));
  if (own == "quantile" && value < 0) return Bad("the value of a quantile is negative");
  return {};
}

base::Result<> FamilyChecker::CheckValue(double value) const {
  if (type_ == "info" && value != 1) return Bad("the value of an info must be 1");
  if (type_ == "stateset" && value != 0 && value != 1) {
    return Bad("the value of a state must be 0 or 1");
  }
  if (suffix_.empty() || suffix_ == "_created" || suffix_ == "_info") return {};
  if (std::isnan(value)) return Bad(fmt::format("the value of a {} is NaN", suffix_));
  if (value < 0 && suffix_ != "_gsum") {
    return Bad(fmt::format("the value of a {} is negative", suffix_));
  }
  const bool counts = suffix_ == "_bucket" || suffix_ == "_count" || suffix_ == "_gcount";
  if (counts && value != std::floor(value)) {
    return Bad(fmt::format("the value of a {} is no whole number", suffix_));
  }
  return {};
}

base::Result<> FamilyChecker::CheckGroup(std::span<const model::Label> labels,
                                         std::optional<int64_t> t_ms) {
  std::string group;
  if (type_ != "info") {  // whose labels are the value: nothing tells its metrics apart
    model::LabelsBuilder builder;
    const std::string_view own = OwnLabel();
    for (const model::Label& label : labels) {
      if (label.name != model::kMetricName && label.name != own) {
        builder.Append(label.name, label.value);
      }
    }
    builder.AppendCanonical(group);
  }
  const bool same = in_group_ && group == group_;
  if (same && t_ms.has_value() != group_t_ms_.has_value()) {
    return Bad("some samples of the metric have a timestamp and others none");
  }
  if (same && t_ms && *t_ms < *group_t_ms_ && type_ != "info") {
    return Bad("the timestamps of the metric go backwards");
  }
  if (!same || t_ms != group_t_ms_) VEDETTE_TRY_VOID(EndHistogram());
  if (!same && !groups_.insert(group).second) {
    return Bad("the samples of one metric are not in one piece");
  }
  if (!same) points_.clear();
  in_group_ = true;
  group_ = std::move(group);
  group_t_ms_ = t_ms;
  // With timestamps it may be a second point, the same only to the millisecond.
  return t_ms ? base::Result<>() : CheckTwice(labels);
}

base::Result<> FamilyChecker::CheckTwice(std::span<const model::Label> labels) {
  if (suffix_ == "_bucket") return {};  // their bounds must grow
  std::string point = suffix_ + '\0';
  if (type_ == "info") {
    model::LabelsBuilder builder;
    for (const model::Label& label : labels) builder.Append(label.name, label.value);
    builder.AppendCanonical(point);
  } else {
    point += ValueOf(labels, OwnLabel());
  }
  if (points_.insert(std::move(point)).second) return {};
  return Bad("the sample comes twice without timestamps");
}

base::Result<> FamilyChecker::AddToHistogram(std::span<const model::Label> labels, double value) {
  histogram_.any = true;
  if (suffix_ == "_bucket") {
    const double bound = ParseValue(ValueOf(labels, "le")).value_or(0);
    if (histogram_.bound && bound <= *histogram_.bound) {
      return Bad(fmt::format("the buckets of {} are out of order", Shown(family_)));
    }
    if (value < histogram_.buckets) {
      return Bad(fmt::format("a bucket of {} holds less than the one before", Shown(family_)));
    }
    histogram_.bound = bound;
    histogram_.buckets = value;
    histogram_.negative_bounds |= bound < 0;
  } else if (suffix_ == "_count" || suffix_ == "_gcount") {
    histogram_.count = value;
  } else if (suffix_ == "_sum" || suffix_ == "_gsum") {
    histogram_.has_sum = true;
    histogram_.negative_sum = value < 0;
  }
  return {};
}

base::Result<> FamilyChecker::EndHistogram() {
  const HistogramState h = std::exchange(histogram_, {});
  if (!h.any) return {};
  const std::string_view name = Shown(family_);
  if (!h.bound || !std::isinf(*h.bound) || *h.bound < 0) {
    return Bad(fmt::format("histogram {} has no bucket le=\"+Inf\"", name));
  }
  if (h.count && *h.count != h.buckets) {
    return Bad(fmt::format("the count of histogram {} is not that of its last bucket", name));
  }
  if (h.has_sum && !h.count) return Bad(fmt::format("histogram {} has a sum and no count", name));
  if (h.count && !h.has_sum) return Bad(fmt::format("histogram {} has a count and no sum", name));
  if (h.negative_bounds && h.has_sum && type_ == "histogram") {
    return Bad(fmt::format("histogram {} has negative buckets and a sum", name));
  }
  if (h.negative_sum && !h.negative_bounds) {
    return Bad(fmt::format("histogram {} has a negative sum and no negative buckets", name));
  }
  return {};
}

base::Result<> FamilyChecker::Exemplar() const {
  const bool allowed =
      (IsHistogram() && suffix_ == "_bucket") || (type_ == "counter" && suffix_ == "_total");
  if (allowed) return {};
  return Bad("an exemplar can only stand at a bucket of a histogram or at the total of a counter");
}

}  // namespace vedette::sources::exposition
