#include "rules/unit/notation.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/core.h>
#include <limits>
#include <optional>
#include <utility>

#include "model/sample.h"
#include "query/histogram_ops.h"
#include "query/parser.h"

namespace vedette::rules::unit {
namespace {

constexpr size_t kPlacesMax = 1'000'000;
constexpr int kBucketsMax = 10'000;

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

base::Error Bad(std::string_view what, std::string_view text) {
  return base::InvalidArgument(fmt::format("{}: \"{}\"", what, text));
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

// Words between spaces; what stands in {{ }} is one.
std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  size_t at = 0;
  while (at < text.size()) {
    if (IsSpace(text[at])) {
      ++at;
      continue;
    }
    size_t end = at;
    bool inside = false;
    while (end < text.size() && (inside || !IsSpace(text[end]))) {
      if (text.substr(end).starts_with("{{")) inside = true;
      if (text.substr(end).starts_with("}}")) inside = false;
      ++end;
    }
    words.push_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

// The number of repeats behind the last x, cut from the word; nothing when there is none.
base::Result<std::optional<size_t>> TakeRepeats(std::string_view& word) {
  const size_t x = word.rfind('x');
  if (x == std::string_view::npos || x + 1 == word.size()) {
    return std::nullopt;
  }
  const std::string_view digits = word.substr(x + 1);
  size_t repeats = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), repeats);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  if (repeats > kPlacesMax) return Bad("repeated more than a million times", word);
  word = word.substr(0, x);
  return repeats;
}

struct Steps {
  Place first;
  double step = 0;
  std::shared_ptr<const model::Histogram> histogram_step;
  double sign = 1;  // of the histogram's step
};

// As the query engine adds: buckets are united, the coarser schema wins.
model::Histogram Plus(const model::Histogram& a, const model::Histogram& b, double sign) {
  query::HistogramSum sum(a);
  sum.Add(b, sign);
  return sum.Value();
}

base::Result<Steps> ReadHistogramSteps(std::string_view word) {
  const size_t end = word.find("}}");
  if (end == std::string_view::npos) return Bad("a histogram without }}", word);
  VEDETTE_TRY(model::Histogram first, ParseHistogram(word.substr(0, end + 2)));
  Steps steps;
  const std::string_view rest = word.substr(end + 2);
  if (!rest.empty()) {
    if (rest[0] != '+' && rest[0] != '-') return Bad("no value of a series", word);
    VEDETTE_TRY(model::Histogram step, ParseHistogram(rest.substr(1)));
    for (const model::Histogram* one : {&first, &step}) VEDETTE_TRY_VOID(one->Validate());
    if (!query::Compatible(first, step)) {
      return Bad("custom and exponential buckets do not add up", word);
    }
    steps.sign = rest[0] == '+' ? 1 : -1;
    steps.histogram_step = std::make_shared<const model::Histogram>(std::move(step));
  }
  steps.first.value = first.sum;
  steps.first.histogram = std::make_shared<const model::Histogram>(std::move(first));
  return steps;
}

// a, a+b or a-b.
base::Result<Steps> ReadSteps(std::string_view word) {
  if (word.starts_with("{{")) return ReadHistogramSteps(word);
  for (size_t i = 1; i < word.size(); ++i) {
    const bool exponent = (word[i - 1] == 'e' || word[i - 1] == 'E') && i >= 2 &&
                          word[i - 2] >= '0' && word[i - 2] <= '9';
    if ((word[i] != '+' && word[i] != '-') || exponent) continue;
    Steps steps;
    VEDETTE_TRY(steps.first.value, ParseValue(word.substr(0, i)));
    VEDETTE_TRY(steps.step, ParseValue(word.substr(i + 1)));
    if (word[i] == '-') steps.step = -steps.step;
    return steps;
  }
  Steps steps;
  VEDETTE_TRY(steps.first.value, ParseValue(word));
  return steps;
}

base::Result<> AddWord(std::string_view word, std::vector<Place>& places) {
  const std::string_view whole = word;
  VEDETTE_TRY(const std::optional<size_t> repeats, TakeRepeats(word));
  const size_t count = word == "_" ? repeats.value_or(1) : repeats.value_or(0) + 1;
  if (places.size() + count > kPlacesMax) return Bad("more than a million values", whole);
  if (word == "_") {
    places.insert(places.end(), count, Place{.missing = true, .histogram = nullptr});
    return {};
  }
  Steps steps;
  if (word == "stale") {
    steps.first.value = model::StaleNan();
  } else {
    VEDETTE_TRY(steps, ReadSteps(word));
  }
  Place place = steps.first;
  for (size_t i = 0; i < count; ++i) {
    places.push_back(place);
    if (steps.step != 0) place.value += steps.step;
    if (steps.histogram_step != nullptr) {
      place.histogram = std::make_shared<const model::Histogram>(
          Plus(*place.histogram, *steps.histogram_step, steps.sign));
      place.value = place.histogram->sum;
    }
  }
  return {};
}

base::Result<std::vector<double>> ParseList(std::string_view text) {
  if (!text.starts_with('[') || !text.ends_with(']')) return Bad("no list [1 2 3]", text);
  std::vector<double> values;
  for (const std::string_view word : Words(text.substr(1, text.size() - 2))) {
    VEDETTE_TRY(const double value, ParseValue(word));
    values.push_back(value);
  }
  if (values.size() > kBucketsMax) return Bad("too many buckets", text);
  return values;
}

base::Result<int32_t> ParseInteger(std::string_view text) {
  VEDETTE_TRY(const double value, ParseValue(text));
  if (!(std::fabs(value) < 1e9) || value != std::floor(value)) return Bad("no integer", text);
  return static_cast<int32_t>(value);
}

base::Result<> SetField(std::string_view key, std::string_view text, int32_t& offset,
                        int32_t& n_offset, model::Histogram& out) {
  if (key == "buckets" || key == "n_buckets" || key == "custom_values") {
    std::vector<double>& list = key == "buckets"     ? out.positive_buckets
                                : key == "n_buckets" ? out.negative_buckets
                                                     : out.custom_bounds;
    VEDETTE_TRY(list, ParseList(text));
    return {};
  }
  if (key == "schema" || key == "offset" || key == "n_offset") {
    int32_t& number = key == "schema" ? out.schema : key == "offset" ? offset : n_offset;
    VEDETTE_TRY(number, ParseInteger(text));
    return {};
  }
  if (key == "counter_reset_hint") {
    out.counter_reset = text == "gauge"       ? model::CounterReset::kGauge
                        : text == "reset"     ? model::CounterReset::kYes
                        : text == "not_reset" ? model::CounterReset::kNo
                                              : model::CounterReset::kUnknown;
    return {};
  }
  double* const number = key == "count"        ? &out.count
                         : key == "sum"        ? &out.sum
                         : key == "z_bucket"   ? &out.zero_count
                         : key == "z_bucket_w" ? &out.zero_threshold
                                               : nullptr;
  if (number == nullptr) return Bad("a histogram has no such field", key);
  VEDETTE_TRY(*number, ParseValue(text));
  return {};
}

std::string List(const std::vector<double>& values) {
  std::string out;
  for (const double value : values) out += fmt::format("{}{}", out.empty() ? "" : " ", value);
  return "[" + out + "]";
}

// The buckets with the gaps between runs as zeros, and where they begin.
std::pair<int32_t, std::vector<double>> Flatten(const std::vector<model::BucketRun>& runs,
                                                const std::vector<double>& buckets) {
  std::vector<double> flat;
  size_t at = 0;
  for (size_t i = 0; i < runs.size(); ++i) {
    if (i > 0) flat.insert(flat.end(), static_cast<size_t>(std::clamp(runs[i].offset, 0, 1000)), 0);
    for (uint32_t j = 0; j < runs[i].length && at < buckets.size(); ++j) {
      flat.push_back(buckets[at++]);
    }
  }
  return {runs.empty() ? 0 : runs[0].offset, std::move(flat)};
}

}  // namespace

base::Result<double> ParseValue(std::string_view text) {
  std::string lower;
  for (const char c : text) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  std::string_view digits = lower;
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.remove_prefix(1);
  if (digits.starts_with('.') && digits.size() > 1 && digits[1] > '9') digits.remove_prefix(1);
  double value = 0;
  if (digits == "inf" || digits == "infinity") {
    value = std::numeric_limits<double>::infinity();
  } else if (digits == "nan") {
    value = std::numeric_limits<double>::quiet_NaN();
  } else {
    const bool hex = digits.starts_with("0x");
    if (hex) digits.remove_prefix(2);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value,
                        hex ? std::chars_format::hex : std::chars_format::general);
    if (error != std::errc() || end != digits.data() + digits.size() || digits.empty() ||
        digits[0] == '-') {
      return Bad("no number", text);
    }
  }
  return negative ? -value : value;
}

base::Result<std::vector<Place>> ParsePlaces(std::string_view text) {
  std::vector<Place> places;
  for (const std::string_view word : Words(text)) VEDETTE_TRY_VOID(AddWord(word, places));
  return places;
}

base::Result<model::Histogram> ParseHistogram(std::string_view text) {
  text = Trim(text);
  if (!text.starts_with("{{") || !text.ends_with("}}") || text.size() < 4) {
    return Bad("no histogram {{...}}", text);
  }
  std::string_view rest = Trim(text.substr(2, text.size() - 4));
  model::Histogram out;
  int32_t offset = 0;
  int32_t n_offset = 0;
  while (!rest.empty()) {
    const size_t colon = rest.find(':');
    if (colon == std::string_view::npos) return Bad("no field:value in a histogram", rest);
    const std::string_view key = Trim(rest.substr(0, colon));
    rest = Trim(rest.substr(colon + 1));
    size_t end = rest.starts_with('[') ? rest.find(']') : rest.find_first_of(" \t\n");
    if (end == std::string_view::npos) end = rest.size();
    if (rest.starts_with('[') && end < rest.size()) ++end;
    VEDETTE_TRY_VOID(SetField(key, rest.substr(0, end), offset, n_offset, out));
    rest = Trim(rest.substr(end));
  }
  if (!out.positive_buckets.empty()) {
    out.positive_runs = {{offset, static_cast<uint32_t>(out.positive_buckets.size())}};
  }
  if (!out.negative_buckets.empty()) {
    out.negative_runs = {{n_offset, static_cast<uint32_t>(out.negative_buckets.size())}};
  }
  return out;
}

std::string HistogramNotation(const model::Histogram& histogram) {
  std::string out = fmt::format("{{{{schema:{} count:{} sum:{}", histogram.schema, histogram.count,
                                histogram.sum);
  if (histogram.zero_count != 0) out += fmt::format(" z_bucket:{}", histogram.zero_count);
  if (histogram.zero_threshold != 0) out += fmt::format(" z_bucket_w:{}", histogram.zero_threshold);
  if (!histogram.custom_bounds.empty()) out += " custom_values:" + List(histogram.custom_bounds);
  const auto [offset, positive] = Flatten(histogram.positive_runs, histogram.positive_buckets);
  if (offset != 0) out += fmt::format(" offset:{}", offset);
  if (!positive.empty()) out += " buckets:" + List(positive);
  const auto [n_offset, negative] = Flatten(histogram.negative_runs, histogram.negative_buckets);
  if (n_offset != 0) out += fmt::format(" n_offset:{}", n_offset);
  if (!negative.empty()) out += " n_buckets:" + List(negative);
  if (histogram.counter_reset == model::CounterReset::kGauge) out += " counter_reset_hint:gauge";
  return out + "}}";
}

base::Result<model::Labels> ParseLabels(std::string_view text) {
  text = Trim(text);
  if (text == "{}") return model::Labels();
  VEDETTE_TRY(const std::vector<model::Matcher> matchers, query::ParseSelector(text));
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const model::Matcher& matcher : matchers) {
    if (matcher.op() != model::MatchOp::kEqual) {
      return Bad("a series has labels with =, not matchers", text);
    }
    pairs.emplace_back(matcher.name(), matcher.value());
  }
  return model::Labels(std::move(pairs));
}

}  // namespace vedette::rules::unit
