#include "query/testing/script_values.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <memory>
#include <string>

#include "model/matcher.h"
#include "model/sample.h"
#include "query/format.h"
#include "query/lexer.h"
#include "query/parser.h"

namespace vedette::query::testing {
namespace {

using model::CounterReset;
using model::Histogram;

constexpr size_t kRepeatMax = 1'000'000;

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

base::Error Bad(std::string_view what, std::string_view text) {
  return base::InvalidArgument(fmt::format("not {}: \"{}\"", what, text));
}

base::Result<double> Number(std::string_view text) {
  const auto number = ReadNumber(text);
  if (!number) return Bad("a number", text);
  return *number;
}

base::Result<std::vector<double>> NumberList(std::string_view text) {
  std::vector<double> numbers;
  text = text.substr(1, text.size() - 2);
  while (!TrimSpace(text).empty()) {
    VEDETTE_TRY(const double number, Number(TakeWord(text)));
    numbers.push_back(number);
  }
  return numbers;
}

base::Result<CounterReset> ResetHint(std::string_view text) {
  if (text == "unknown") return CounterReset::kUnknown;
  if (text == "reset") return CounterReset::kYes;
  if (text == "not_reset") return CounterReset::kNo;
  if (text == "gauge") return CounterReset::kGauge;
  return Bad("a counter reset hint", text);
}

base::Result<> SetField(std::string_view key, std::string_view value, ScriptValue& out,
                        Histogram& h, int32_t& offset, int32_t& negative_offset) {
  const bool list = value.size() >= 2 && value.front() == '[' && value.back() == ']';
  if (key == "counter_reset_hint") {
    out.reset_hint = true;
    VEDETTE_TRY(h.counter_reset, ResetHint(value));
    return {};
  }
  if (key == "buckets" || key == "n_buckets" || key == "custom_values") {
    if (!list) return Bad("a list", value);
    VEDETTE_TRY(std::vector<double> numbers, NumberList(value));
    (key == "buckets"     ? h.positive_buckets
     : key == "n_buckets" ? h.negative_buckets
                          : h.custom_bounds) = std::move(numbers);
    return {};
  }
  VEDETTE_TRY(const double number, Number(value));
  if (key == "schema") {
    h.schema = static_cast<int32_t>(number);
  } else if (key == "sum") {
    h.sum = number;
  } else if (key == "count") {
    h.count = number;
  } else if (key == "z_bucket") {
    h.zero_count = number;
  } else if (key == "z_bucket_w") {
    h.zero_threshold = number;
  } else if (key == "offset") {
    offset = static_cast<int32_t>(number);
  } else if (key == "n_offset") {
    negative_offset = static_cast<int32_t>(number);
  } else {
    return Bad("a field of histograms", key);
  }
  return {};
}

// Reads {{...}} at the front and removes it.
base::Result<ScriptValue> TakeHistogram(std::string_view& text) {
  const size_t end = text.find("}}");
  if (end == std::string_view::npos) return Bad("a whole histogram", text);
  std::string_view fields = text.substr(2, end - 2);
  text.remove_prefix(end + 2);
  ScriptValue value{.any = true, .number = 0, .histogram = nullptr, .reset_hint = false};
  Histogram h;
  int32_t offset = 0;
  int32_t negative_offset = 0;
  while (!(fields = TrimSpace(fields)).empty()) {
    const size_t colon = fields.find(':');
    if (colon == std::string_view::npos) return Bad("a field", fields);
    const std::string_view key = TrimSpace(fields.substr(0, colon));
    fields = TrimSpace(fields.substr(colon + 1));
    const size_t size =
        fields.starts_with('[') ? fields.find(']') + 1 : std::min(fields.find(' '), fields.size());
    VEDETTE_TRY_VOID(SetField(key, fields.substr(0, size), value, h, offset, negative_offset));
    fields.remove_prefix(size);
  }
  if (!h.positive_buckets.empty()) {
    h.positive_runs = {{offset, static_cast<uint32_t>(h.positive_buckets.size())}};
  }
  if (!h.negative_buckets.empty()) {
    h.negative_runs = {{negative_offset, static_cast<uint32_t>(h.negative_buckets.size())}};
  }
  value.histogram = std::make_shared<const Histogram>(std::move(h));
  return value;
}

// "x5" at the front: 5; removes it. Nothing there: 0.
base::Result<size_t> TakeTimes(std::string_view& text) {
  if (!text.starts_with('x')) return size_t{0};
  size_t times = 0;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), times);
  if (error != std::errc() || times > kRepeatMax) return Bad("a number of times", text);
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return times;
}

base::Result<> TakeHistograms(std::string_view& text, std::vector<ScriptValue>& values) {
  VEDETTE_TRY(ScriptValue value, TakeHistogram(text));
  const char sign = text.empty() ? ' ' : text.front();
  ScriptValue step;
  if (sign == '+' || sign == '-') {
    text.remove_prefix(1);
    VEDETTE_TRY(step, TakeHistogram(text));
  }
  VEDETTE_TRY(const size_t times, TakeTimes(text));
  values.push_back(value);
  for (size_t i = 0; i < times; ++i) {
    if (step.histogram != nullptr) {
      if (!Compatible(*value.histogram, *step.histogram)) return Bad("compatible", text);
      CombineNotes notes;
      Histogram next = sign == '+' ? AddHistograms(*value.histogram, *step.histogram, notes)
                                   : SubtractHistograms(*value.histogram, *step.histogram, notes);
      next.counter_reset = value.histogram->counter_reset;
      value.histogram = std::make_shared<const Histogram>(std::move(next));
    }
    values.push_back(value);
  }
  return {};
}

ScriptValue OfNumber(double number) { return {.any = true, .number = number, .histogram = {}}; }

// "1", "1x3", "1+2x3", "1-2x3", "_", "_x3", "stale".
base::Result<> ReadWord(std::string_view word, std::vector<ScriptValue>& values) {
  const size_t cross = word.rfind('x');
  std::string_view what = word;
  size_t times = 0;
  const bool repeated = cross != std::string_view::npos && cross > 0;
  if (repeated) {
    std::string_view rest = word.substr(cross);
    VEDETTE_TRY(times, TakeTimes(rest));
    if (!rest.empty()) return Bad("a value", word);
    what = word.substr(0, cross);
  }
  if (what == "_") {
    values.resize(values.size() + (repeated ? times : 1));
    return {};
  }
  if (what == "stale") {
    values.insert(values.end(), times + 1, OfNumber(model::StaleNan()));
    return {};
  }
  if (const auto number = ReadNumber(what)) {
    values.insert(values.end(), times + 1, OfNumber(*number));
    return {};
  }
  // The sign of the step, which is not that of the number or of an exponent.
  size_t sign = what.find_first_of("+-", 1);
  while (sign != std::string_view::npos && (what[sign - 1] == 'e' || what[sign - 1] == 'E')) {
    sign = what.find_first_of("+-", sign + 1);
  }
  if (sign == std::string_view::npos || !repeated) return Bad("a value", word);
  VEDETTE_TRY(const double start, Number(what.substr(0, sign)));
  VEDETTE_TRY(const double step, Number(what.substr(sign)));
  double value = start;
  for (size_t i = 0; i <= times; ++i) {
    values.push_back(OfNumber(value));
    value += step;
  }
  return {};
}

}  // namespace

std::string_view TrimSpace(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view TakeWord(std::string_view& text) {
  text = TrimSpace(text);
  const size_t end = std::min(text.find_first_of(" \t"), text.size());
  const std::string_view word = text.substr(0, end);
  text = TrimSpace(text.substr(end));
  return word;
}

std::optional<double> ReadNumber(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  if (text.starts_with("0x")) {
    int64_t whole = 0;
    const auto [end, error] =
        std::from_chars(text.data() + 2, text.data() + text.size(), whole, 16);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return static_cast<double>(whole);
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

base::Result<int64_t> ReadTimeMs(std::string_view text) {
  if (const auto seconds = ReadNumber(text)) return std::llround(*seconds * 1000);
  const bool negative = text.starts_with('-');
  VEDETTE_TRY(const int64_t ms, ParsePromDuration(negative ? text.substr(1) : text));
  return negative ? -ms : ms;
}

base::Result<std::pair<model::Labels, std::string_view>> ReadSeries(std::string_view line) {
  size_t end = 0;
  char quote = '\0';
  bool braces = false;
  for (; end < line.size(); ++end) {
    const char c = line[end];
    if (quote != '\0') {
      if (c == '\\' && quote != '`') ++end;
      if (c == quote) quote = '\0';
      continue;
    }
    if (c == '"' || c == '\'' || c == '`') quote = c;
    if (c == '{') braces = true;
    if (c == '}') braces = false;
    if (!braces && IsBlank(c)) break;
  }
  end = std::min(end, line.size());
  const std::string_view text = line.substr(0, end);
  std::vector<std::pair<std::string, std::string>> pairs;
  if (text != "{}") {
    VEDETTE_TRY(const std::vector<model::Matcher> matchers, ParseSelector(text));
    for (const model::Matcher& matcher : matchers) {
      pairs.emplace_back(matcher.name(), matcher.value());
    }
  }
  return std::pair(model::Labels(std::move(pairs)), TrimSpace(line.substr(end)));
}

base::Result<std::vector<ScriptValue>> ReadValues(std::string_view text) {
  std::vector<ScriptValue> values;
  while (!(text = TrimSpace(text)).empty()) {
    if (text.starts_with("{{")) {
      VEDETTE_TRY_VOID(TakeHistograms(text, values));
    } else {
      VEDETTE_TRY_VOID(ReadWord(TakeWord(text), values));
    }
  }
  return values;
}

void CustomBucketConverter::Add(const model::Labels& labels, int64_t t_ms, double value) {
  std::string_view name = labels.metric_name();
  const auto strip = [&](std::string_view suffix) {
    if (!name.ends_with(suffix)) return false;
    name.remove_suffix(suffix.size());
    return true;
  };
  const bool bucket = strip("_bucket");
  const bool count = !bucket && strip("_count");
  if (!bucket && !count && !strip("_sum")) return;
  model::LabelsBuilder builder(labels);
  builder.Set(model::kMetricName, name);
  builder.Remove("le");
  const auto bound = ReadNumber(labels.Get("le"));
  if (bucket && !bound) return;
  Parts& parts = parts_[builder.Build()][t_ms];
  if (bucket) {
    parts.buckets[*bound] = value;
  } else {
    (count ? parts.count.emplace(0) : parts.sum) = value;
  }
}

void CustomBucketConverter::Finish(
    const std::function<void(const model::Labels&, int64_t, model::Histogram)>& use) {
  for (const auto& [labels, by_time] : parts_) {
    for (const auto& [t_ms, parts] : by_time) {
      Histogram h;
      h.schema = model::kCustomBucketsSchema;
      h.sum = parts.sum;
      double below = 0;
      for (const auto& [bound, cumulative] : parts.buckets) {
        if (!std::isinf(bound)) h.custom_bounds.push_back(bound);
        h.positive_buckets.push_back(cumulative - below);
        below = cumulative;
      }
      h.count = parts.count.value_or(below);
      if (h.positive_buckets.size() == h.custom_bounds.size()) {
        h.positive_buckets.push_back(h.count - below);
      }
      h.positive_runs = {{0, static_cast<uint32_t>(h.positive_buckets.size())}};
      use(labels, t_ms, Compacted(h));
    }
  }
  parts_.clear();
}

bool AlmostEqual(double a, double b, double tolerance) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  if (a == b) return true;
  const double sum = std::min(std::abs(a) + std::abs(b), std::numeric_limits<double>::max());
  return std::abs(a - b) / sum < tolerance;
}

bool AlmostEqual(const Histogram& a, const Histogram& b, double tolerance) {
  const Histogram x = Compacted(a);
  const Histogram y = Compacted(b);
  const auto same = [&](double p, double q) { return AlmostEqual(p, q, tolerance); };
  const auto same_list = [&](const std::vector<double>& p, const std::vector<double>& q) {
    return std::equal(p.begin(), p.end(), q.begin(), q.end(), same);
  };
  return x.schema == y.schema && x.custom_bounds == y.custom_bounds &&
         x.zero_threshold == y.zero_threshold && same(x.zero_count, y.zero_count) &&
         same(x.count, y.count) && same(x.sum, y.sum) && x.positive_runs == y.positive_runs &&
         x.negative_runs == y.negative_runs && same_list(x.positive_buckets, y.positive_buckets) &&
         same_list(x.negative_buckets, y.negative_buckets);
}

std::string ShowHistogram(const Histogram& h) {
  const auto list = [](const std::vector<double>& numbers) {
    std::string out = "[";
    for (const double number : numbers) out += (out.size() > 1 ? " " : "") + GoShort(number);
    return out + "]";
  };
  const auto runs = [](const std::vector<model::BucketRun>& all) {
    std::string out;
    for (const model::BucketRun& run : all) out += fmt::format("{}+{},", run.offset, run.length);
    return out;
  };
  return fmt::format(
      "{{{{schema:{} count:{} sum:{} zero:{}<={} pos:{}{} neg:{}{} custom:{} hint:{}}}}}", h.schema,
      GoShort(h.count), GoShort(h.sum), GoShort(h.zero_count), GoShort(h.zero_threshold),
      runs(h.positive_runs), list(h.positive_buckets), runs(h.negative_runs),
      list(h.negative_buckets), list(h.custom_bounds), static_cast<int>(h.counter_reset));
}

}  // namespace vedette::query::testing
