#include "query/testing/query_script.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <optional>
#include <re2/re2.h>
#include <utility>

#include "base/testing/fake_clock.h"
#include "query/engine.h"
#include "query/format.h"
#include "query/lexer.h"
#include "query/parser.h"
#include "query/printer.h"
#include "query/testing/memory_store.h"
#include "query/testing/script_values.h"

namespace vedette::query::testing {
namespace {

constexpr std::string_view kTenant = "default";

std::string Show(const MatrixSeries& series) {
  std::string out = series.labels.ToString();
  const series::SampleColumns& samples = series.samples;
  for (size_t i = 0; i < samples.t_ms.size(); ++i) {
    const bool histogram = !samples.histograms.empty() && samples.histograms[i] != nullptr;
    out += fmt::format(
        " {}@{}", histogram ? ShowHistogram(*samples.histograms[i]) : GoFloat(samples.values[i]),
        GoFloat(static_cast<double>(samples.t_ms[i]) / 1000));
  }
  return out;
}

// What one kind of remark should be.
struct Expectation {
  bool wanted = false;
  bool unwanted = false;
  std::vector<std::string> texts;  // every remark must have one of them, and each be in a remark
  std::vector<std::string> patterns;
};

struct Eval {
  size_t line = 0;
  bool range = false;
  int64_t start_ms = 0;
  int64_t end_ms = 0;
  int64_t step_ms = 0;
  bool range_vector = false;  // an instant query whose answer is a matrix of steps
  std::string expression;
  std::vector<std::pair<size_t, std::string>> expected;  // line and series or scalar
  std::optional<std::string> text;                       // of a string
  bool ordered = false;
  Expectation fail;
  Expectation warn;
  Expectation info;
};

class Script {
 public:
  explicit Script(const ScriptOptions& options) : options_(options) {}

  ScriptReport Run(std::string_view script) {
    while (!script.empty()) {
      const size_t end = std::min(script.find('\n'), script.size());
      const std::string_view line = script.substr(0, end);
      script.remove_prefix(std::min(end + 1, script.size()));
      ++line_;
      Line(line);
    }
    Finish();
    return std::move(report_);
  }

 private:
  enum class Mode { kNone, kLoad, kSamples, kEval };

  void Line(std::string_view line) {
    const std::string_view text = TrimSpace(line);
    if (text.starts_with('#')) return;
    if (text.empty()) {
      in_block_ = false;
      return;
    }
    const bool indented = line.front() == ' ' || line.front() == '\t';
    if (indented || (in_block_ && !IsCommand(text))) {
      Detail(text);
    } else {
      in_block_ = true;
      Command(text);
    }
  }

  static bool IsCommand(std::string_view line) {
    const std::string_view word = TakeWord(line);
    return word == "clear" || word == "samples" || word.starts_with("load") ||
           word.starts_with("eval");
  }

  void Fail(size_t line, std::string_view message) {
    report_.failures.push_back(fmt::format("line {}: {}", line, message));
  }
  // The value, or a default after noting the failure.
  template <typename T>
  T Must(base::Result<T> result, T otherwise) {
    if (result.ok()) return *std::move(result);
    Fail(line_, result.error().message);
    return otherwise;
  }

  void Command(std::string_view line) {
    Finish();
    const std::string_view word = TakeWord(line);
    if (word == "clear") {
      store_.Clear();
    } else if (word == "load" || word == "load_with_nhcb") {
      mode_ = Mode::kLoad;
      load_step_ms_ = Must<int64_t>(ReadTimeMs(line), 0);
      with_custom_ = word == "load_with_nhcb";
    } else if (word == "samples") {
      mode_ = Mode::kSamples;
      samples_base_ms_ = Must<int64_t>(ReadTimeMs(line), 0);
    } else if (word.starts_with("eval")) {
      mode_ = Mode::kEval;
      BeginEval(word, line);
    } else {
      Fail(line_, "unknown command");
    }
  }

  void BeginEval(std::string_view word, std::string_view line) {
    eval_ = Eval();
    eval_.line = line_;
    eval_.fail.wanted = word == "eval_fail";
    eval_.warn.wanted = word == "eval_warn";
    eval_.info.wanted = word == "eval_info";
    eval_.ordered = word == "eval_ordered";
    eval_.range = TakeWord(line) == "range";
    std::string_view rest = line;
    const std::string_view at = TakeWord(rest);
    if (eval_.range || at == "at") {
      line = rest;
      eval_.start_ms = Must<int64_t>(ReadTimeMs(TakeWord(line)), 0);
    }
    if (eval_.range) {
      TakeWord(line);  // "to"
      eval_.end_ms = Must<int64_t>(ReadTimeMs(TakeWord(line)), 0);
      TakeWord(line);  // "step"
      eval_.step_ms = Must<int64_t>(ReadTimeMs(TakeWord(line)), 1);
    }
    eval_.expression = std::string(line);
  }

  void Detail(std::string_view line) {
    switch (mode_) {
      case Mode::kLoad: return LoadSeries(line);
      case Mode::kSamples: return LoadSamples(line);
      case Mode::kEval: return Expect(line);
      case Mode::kNone: return Fail(line_, "a line without a command");
    }
  }

  void Store(const model::Labels& labels, int64_t t_ms, const ScriptValue& value) {
    if (value.histogram != nullptr) {
      store_.AddHistogram(std::string(kTenant), labels, t_ms, *value.histogram);
    } else if (value.any) {
      store_.Add(std::string(kTenant), labels, t_ms, value.number);
    }
  }

  void LoadSeries(std::string_view line) {
    const auto [labels, text] = Must(ReadSeries(line), {});
    if (labels.empty()) Fail(line_, "no labels");
    const std::vector<ScriptValue> values = Must(ReadValues(text), {});
    for (size_t i = 0; i < values.size(); ++i) {
      const int64_t t_ms = static_cast<int64_t>(i) * load_step_ms_;
      Store(labels, t_ms, values[i]);
      if (with_custom_ && values[i].any && values[i].histogram == nullptr) {
        converter_.Add(labels, t_ms, values[i].number);
      }
    }
  }

  void LoadSamples(std::string_view line) {
    auto [labels, text] = Must(ReadSeries(line), {});
    if (labels.empty()) Fail(line_, "no labels");
    while (!text.empty()) {
      const std::string_view word = TakeWord(text);
      const size_t colon = word.find(':');
      const auto value = ReadNumber(word.substr(colon + 1));
      store_.Add(std::string(kTenant), labels,
                 samples_base_ms_ + Must<int64_t>(ReadTimeMs(word.substr(0, colon)), 0),
                 value.value_or(NAN));
    }
  }

  void Expect(std::string_view line) {
    std::string_view rest = line;
    const std::string_view word = TakeWord(rest);
    if (word == "expected_fail_message") {
      eval_.fail.texts.emplace_back(rest);
    } else if (word == "expected_fail_regexp") {
      eval_.fail.patterns.emplace_back(rest);
    } else if (word != "expect") {
      eval_.expected.emplace_back(line_, line);
    } else {
      ExpectRemark(rest);
    }
  }

  void ExpectRemark(std::string_view line) {
    const std::string_view what = TakeWord(line);
    if (what == "range") {  // range vector from A to B step C
      for (int i = 0; i < 2; ++i) TakeWord(line);
      eval_.range_vector = true;
      vector_start_ms_ = Must<int64_t>(ReadTimeMs(TakeWord(line)), 0);
      TakeWord(line);
      TakeWord(line);
      TakeWord(line);
      eval_.step_ms = Must<int64_t>(ReadTimeMs(TakeWord(line)), 1);
      return;
    }
    if (what == "string") {
      eval_.text = Must<std::string>(Unquote(line), "");
      return;
    }
    Expectation ignored;
    Expectation& expectation = what.ends_with("fail")   ? eval_.fail
                               : what.ends_with("warn") ? eval_.warn
                               : what.ends_with("info") ? eval_.info
                                                        : ignored;
    if (what == "ordered") {
      eval_.ordered = true;
    } else if (&expectation == &ignored) {
      Fail(line_, "unknown expectation");
    }
    (what.starts_with("no_") ? expectation.unwanted : expectation.wanted) = true;
    if (line.starts_with("msg:")) expectation.texts.emplace_back(TrimSpace(line.substr(4)));
    if (line.starts_with("regex:")) expectation.patterns.emplace_back(TrimSpace(line.substr(6)));
  }

  void Finish() {
    if (mode_ == Mode::kEval) RunEval();
    if (mode_ == Mode::kLoad && with_custom_) {
      converter_.Finish([&](const model::Labels& labels, int64_t t_ms, model::Histogram histogram) {
        store_.AddHistogram(std::string(kTenant), labels, t_ms, std::move(histogram));
      });
    }
    mode_ = Mode::kNone;
  }

  base::Result<QueryResult> AskInstant() {
    InstantQuery query;
    query.tenant = std::string(kTenant);
    query.text = eval_.expression;
    query.time = base::FromMillis(eval_.start_ms);
    return engine_.Instant(query);
  }
  base::Result<QueryResult> AskRange(int64_t start_ms, int64_t end_ms, int64_t step_ms) {
    RangeQuery query;
    query.tenant = std::string(kTenant);
    query.text = eval_.expression;
    query.start = base::FromMillis(start_ms);
    query.end = base::FromMillis(end_ms);
    query.step = base::Duration(step_ms);
    return engine_.Range(query);
  }

  // What parses prints to a text that parses to the same tree.
  void CheckPrinted() {
    const auto expr = Parse(eval_.expression);
    if (!expr.ok()) return;
    const std::string printed = Print(**expr);
    const auto again = Parse(printed);
    if (!again.ok() || !SameExpr(**expr, **again)) Fail(eval_.line, "prints as " + printed);
  }

  void RunEval() {
    const size_t line = line_;
    Evaluate();
    line_ = line;
  }

  void Evaluate() {
    ++report_.evals;
    CheckPrinted();
    const base::Result<QueryResult> result =
        eval_.range ? AskRange(eval_.start_ms, eval_.end_ms, eval_.step_ms) : AskInstant();
    if (!result.ok()) {
      const std::string& message = result.error().message;
      if (!eval_.fail.wanted) Fail(eval_.line, "failed: " + message);
      CheckRemarks("failure", eval_.fail, {message});
      return;
    }
    if (eval_.fail.wanted) return Fail(eval_.line, "did not fail");
    CheckRemarks("warning", eval_.warn, result->warnings);
    CheckRemarks("info", eval_.info, result->infos);
    const size_t failures = report_.failures.size();
    if (!eval_.warn.wanted && !result->warnings.empty()) {
      Fail(eval_.line, "warning: " + result->warnings[0]);
    }
    switch (result->type) {
      case ValueType::kScalar: CheckScalar(result->scalar); break;
      case ValueType::kString: CheckString(result->text); break;
      case ValueType::kVector: CheckVector(result->vector, "vector"); break;
      case ValueType::kMatrix: CheckMatrix(*result); break;
    }
    if (!eval_.range && report_.failures.size() == failures) CheckInRange(*result);
  }

  void CheckRemarks(std::string_view kind, const Expectation& expectation,
                    const std::vector<std::string>& remarks) {
    if (expectation.unwanted && !remarks.empty()) {
      Fail(eval_.line, fmt::format("{}: {}", kind, remarks[0]));
    }
    if (!expectation.wanted) return;
    if (remarks.empty()) return Fail(eval_.line, fmt::format("no {}", kind));
    const auto fits = [](const std::string& remark, const std::string& text, bool pattern) {
      return pattern ? re2::RE2::PartialMatch(remark, text)
                     : remark.find(text) != std::string::npos;
    };
    for (const bool pattern : {false, true}) {
      for (const std::string& text : pattern ? expectation.patterns : expectation.texts) {
        const bool found = std::any_of(remarks.begin(), remarks.end(), [&](const std::string& r) {
          return fits(r, text, pattern);
        });
        if (!found) {
          Fail(eval_.line, fmt::format("no {} with \"{}\", but {}", kind, text, remarks[0]));
        }
      }
    }
    if (expectation.texts.empty() && expectation.patterns.empty()) return;
    for (const std::string& remark : remarks) {
      const bool expected =
          std::any_of(expectation.texts.begin(), expectation.texts.end(),
                      [&](const std::string& text) { return fits(remark, text, false); }) ||
          std::any_of(expectation.patterns.begin(), expectation.patterns.end(),
                      [&](const std::string& text) { return fits(remark, text, true); });
      if (!expected) Fail(eval_.line, fmt::format("unexpected {}: {}", kind, remark));
    }
  }

  // The answer at one of several steps is that of an instant query.
  void CheckInRange(const QueryResult& instant) {
    if (instant.type != ValueType::kVector && instant.type != ValueType::kScalar) return;
    if (eval_.ordered) return;
    for (const std::string_view call : {"start()", "end()", "range()", "step()"}) {
      if (eval_.expression.find(call) != std::string::npos) return;
    }
    constexpr int64_t kStepMs = 60'000;
    const base::Result<QueryResult> range =
        AskRange(eval_.start_ms - kStepMs, eval_.start_ms + kStepMs, kStepMs);
    if (!range.ok()) return;  // for what is wrong at another step
    std::vector<VectorSample> vector;
    for (const MatrixSeries& series : range->matrix) {
      const auto& times = series.samples.t_ms;
      const auto found = std::find(times.begin(), times.end(), eval_.start_ms);
      if (found == times.end()) continue;
      const size_t i = static_cast<size_t>(found - times.begin());
      vector.push_back(
          {series.labels, series.samples.values[i],
           series.samples.histograms.empty() ? nullptr : series.samples.histograms[i]});
    }
    if (instant.type == ValueType::kVector) return CheckVector(vector, "over a range, vector");
    if (vector.size() != 1) return Fail(eval_.line, "no scalar over a range");
    CheckScalar(vector[0].value);
  }

  void CheckScalar(double value) {
    const auto want =
        eval_.expected.size() == 1 ? ReadNumber(eval_.expected[0].second) : std::optional<double>();
    if (!want || !AlmostEqual(value, *want, options_.tolerance)) {
      Fail(eval_.line, "scalar is " + GoFloat(value));
    }
  }

  void CheckString(const std::string& text) {
    const bool bare = eval_.expected.size() == 1 && eval_.expected[0].second == Quote(text);
    if (!bare && eval_.text != text) Fail(eval_.line, "string is " + Quote(text));
  }

  bool Same(const ScriptValue& want, double value, const HistogramPtr& histogram) const {
    if (!want.any || (want.histogram == nullptr) != (histogram == nullptr)) return false;
    if (histogram == nullptr) return AlmostEqual(want.number, value, options_.tolerance);
    if (want.reset_hint && want.histogram->counter_reset != histogram->counter_reset) return false;
    return AlmostEqual(*want.histogram, *histogram, options_.tolerance);
  }

  void CheckVector(const std::vector<VectorSample>& got, std::string_view what) {
    bool right = got.size() == eval_.expected.size();
    for (size_t i = 0; right && i < eval_.expected.size(); ++i) {
      line_ = eval_.expected[i].first;
      const auto [labels, text] = Must(ReadSeries(eval_.expected[i].second), {});
      const std::vector<ScriptValue> values = Must(ReadValues(text), {});
      const auto same = [&](const VectorSample& sample) {
        return sample.labels == labels && values.size() == 1 &&
               Same(values[0], sample.value, sample.histogram);
      };
      right = eval_.ordered ? same(got[i]) : std::count_if(got.begin(), got.end(), same) == 1;
    }
    if (right) return;
    std::string shown = fmt::format("{} is{}", what, got.empty() ? " empty" : "");
    for (const VectorSample& sample : got) {
      shown += fmt::format(
          "\n    {} {}", sample.labels.ToString(),
          sample.histogram == nullptr ? GoFloat(sample.value) : ShowHistogram(*sample.histogram));
    }
    Fail(eval_.line, shown);
  }

  // The samples that a line of a matrix expects: by step, or as value@time.
  bool SameSeries(std::string_view text, const series::SampleColumns& samples) {
    std::vector<std::pair<int64_t, ScriptValue>> want;
    const bool timed = !eval_.range && !eval_.range_vector;
    const int64_t start_ms = eval_.range_vector ? vector_start_ms_ : eval_.start_ms;
    while (timed && !text.empty()) {
      const size_t at = std::min(text.find('@'), text.size() - 1);
      const std::string_view value = text.substr(0, at);
      text.remove_prefix(at + 1);
      const int64_t t_ms = Must<int64_t>(ReadTimeMs(TakeWord(text)), 0);
      for (const ScriptValue& one : Must(ReadValues(value), {})) want.emplace_back(t_ms, one);
    }
    if (!timed) {
      int64_t t_ms = start_ms;
      for (const ScriptValue& value : Must(ReadValues(text), {})) {
        if (value.any) want.emplace_back(t_ms, value);
        t_ms += eval_.step_ms;
      }
    }
    if (want.size() != samples.t_ms.size()) return false;
    for (size_t i = 0; i < want.size(); ++i) {
      const HistogramPtr histogram = samples.histograms.empty() ? nullptr : samples.histograms[i];
      if (want[i].first != samples.t_ms[i]) return false;
      if (!Same(want[i].second, samples.values[i], histogram)) return false;
    }
    return true;
  }

  void CheckMatrix(const QueryResult& result) {
    bool right = result.matrix.size() == eval_.expected.size();
    for (size_t i = 0; right && i < eval_.expected.size(); ++i) {
      line_ = eval_.expected[i].first;
      const std::string_view line = eval_.expected[i].second;
      if (ReadNumber(line.substr(0, line.find(' '))).has_value()) {  // a scalar over steps
        right = SameSeries(line, result.matrix[i].samples);
        continue;
      }
      const auto [labels, text] = Must(ReadSeries(line), {});
      right =
          std::any_of(result.matrix.begin(), result.matrix.end(), [&](const MatrixSeries& series) {
            return series.labels == labels && SameSeries(text, series.samples);
          });
    }
    if (right) return;
    std::string shown;
    for (const MatrixSeries& series : result.matrix) shown += "\n    " + Show(series);
    Fail(eval_.line, "matrix is" + (shown.empty() ? " empty" : shown));
  }

  const ScriptOptions options_;
  MemoryStore store_;
  base::FakeClock clock_;
  Engine engine_{EngineOptions(), store_, clock_};
  ScriptReport report_;
  size_t line_ = 0;
  Mode mode_ = Mode::kNone;
  bool in_block_ = false;
  int64_t load_step_ms_ = 0;
  bool with_custom_ = false;
  CustomBucketConverter converter_;
  int64_t samples_base_ms_ = 0;
  int64_t vector_start_ms_ = 0;
  Eval eval_;
};

}  // namespace

ScriptReport RunScript(std::string_view script, const ScriptOptions& options) {
  return Script(options).Run(script);
}

}  // namespace vedette::query::testing
