#include "query/testing/query_script.h"

#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "base/testing/fake_clock.h"
#include "query/engine.h"
#include "query/format.h"
#include "query/lexer.h"
#include "query/parser.h"
#include "query/printer.h"
#include "query/testing/memory_store.h"

namespace vedette::query::testing {
namespace {

constexpr std::string_view kTenant = "default";

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

std::string_view TakeWord(std::string_view& text) {
  text = Trim(text);
  const size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text = Trim(text.substr(end));
  return word;
}

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  while (!Trim(text).empty()) words.push_back(TakeWord(text));
  return words;
}

std::optional<double> ReadValue(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Seconds or a duration.
int64_t ReadTimeMs(std::string_view text) {
  if (const auto seconds = ReadValue(text)) return std::llround(*seconds * 1000);
  return ParsePromDuration(text).value_or(0);
}

model::Labels ReadLabels(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> pairs;
  if (text != "{}") {
    const auto matchers = ParseSelector(text);
    if (!matchers.ok()) return {};
    for (const model::Matcher& matcher : *matchers) {
      pairs.emplace_back(matcher.name(), matcher.value());
    }
  }
  return model::Labels(std::move(pairs));
}

// Splits `name{a="b c"} rest`.
std::pair<std::string_view, std::string_view> SplitSeries(std::string_view line) {
  size_t end = 0;
  bool quoted = false;
  bool braces = false;
  for (; end < line.size(); ++end) {
    const char c = line[end];
    if (c == '"' && (end == 0 || line[end - 1] != '\\')) quoted = !quoted;
    if (!quoted && c == '{') braces = true;
    if (!quoted && c == '}') braces = false;
    if (!quoted && !braces && c == ' ') break;
  }
  return {line.substr(0, end), Trim(line.substr(std::min(end, line.size())))};
}

// The values that one word of a `load` line stands for; nullopt is a gap.
std::vector<std::optional<double>> Expand(std::string_view word) {
  if (word == "_") return {std::nullopt};
  if (word == "stale") return {model::StaleNan()};
  const size_t times = word.rfind('x');
  if (times == std::string_view::npos) return {ReadValue(word)};
  const auto count = static_cast<size_t>(ReadValue(word.substr(times + 1)).value_or(0));
  const std::string_view what = word.substr(0, times);
  if (what == "_") return std::vector<std::optional<double>>(count);
  const size_t sign = what.find_first_of("+-", 1);
  const double start = ReadValue(what.substr(0, sign)).value_or(NAN);
  const double step =
      sign == std::string_view::npos ? 0 : ReadValue(what.substr(sign)).value_or(NAN);
  std::vector<std::optional<double>> values;
  for (size_t i = 0; i <= count; ++i) values.emplace_back(start + static_cast<double>(i) * step);
  return values;
}

bool Agree(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  if (a == b) return true;
  return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b));
}

std::string Show(const series::SampleColumns& samples) {
  std::string out;
  for (size_t i = 0; i < samples.t_ms.size(); ++i) {
    out += fmt::format(" {}@{}", GoFloat(samples.values[i]),
                       GoFloat(static_cast<double>(samples.t_ms[i]) / 1000));
  }
  return out;
}

struct Eval {
  size_t line = 0;
  bool range = false;
  int64_t start_ms = 0;
  int64_t end_ms = 0;
  int64_t step_ms = 0;
  std::string expression;
  std::vector<std::string> expected;  // series, scalar or string
  bool ordered = false;
  bool fail = false;
  bool warn = false;
  bool info = false;
  bool no_info = false;
  std::string fail_text;
  std::string warn_text;
  std::string info_text;
};

class Script {
 public:
  ScriptReport Run(std::string_view script) {
    while (!script.empty()) {
      const size_t end = std::min(script.find('\n'), script.size());
      const std::string_view line = script.substr(0, end);
      script.remove_prefix(std::min(end + 1, script.size()));
      ++line_;
      if (Trim(line).empty() || Trim(line).front() == '#') continue;
      if (line.front() == ' ' || line.front() == '\t') {
        Detail(Trim(line));
      } else {
        Command(Trim(line));
      }
    }
    Finish();
    return std::move(report_);
  }

 private:
  enum class Mode { kNone, kLoad, kSamples, kEval };

  void Fail(size_t line, std::string_view message) {
    report_.failures.push_back(fmt::format("line {}: {}", line, message));
  }

  void Command(std::string_view line) {
    Finish();
    const std::string_view word = TakeWord(line);
    if (word == "clear") {
      store_.Clear();
    } else if (word == "load") {
      mode_ = Mode::kLoad;
      load_step_ms_ = ReadTimeMs(line);
    } else if (word == "samples") {
      mode_ = Mode::kSamples;
      samples_base_ms_ = ReadTimeMs(line);
    } else if (word == "eval") {
      mode_ = Mode::kEval;
      BeginEval(line);
    } else {
      Fail(line_, "unknown command");
    }
  }

  void BeginEval(std::string_view line) {
    eval_ = Eval();
    eval_.line = line_;
    eval_.range = TakeWord(line) == "range";
    TakeWord(line);  // "at" or "from"
    eval_.start_ms = ReadTimeMs(TakeWord(line));
    if (eval_.range) {
      TakeWord(line);
      eval_.end_ms = ReadTimeMs(TakeWord(line));
      TakeWord(line);
      eval_.step_ms = ReadTimeMs(TakeWord(line));
    }
    eval_.expression = std::string(line);
  }

  void Detail(std::string_view line) {
    switch (mode_) {
      case Mode::kLoad: return LoadSeries(line);
      case Mode::kSamples: return LoadSamples(line);
      case Mode::kEval: return Expectation(line);
      case Mode::kNone: return Fail(line_, "an indented line without a command");
    }
  }

  void LoadSeries(std::string_view line) {
    const auto [series, values] = SplitSeries(line);
    const model::Labels labels = ReadLabels(series);
    if (labels.empty()) Fail(line_, "no labels");
    int64_t t_ms = 0;
    for (const std::string_view word : Words(values)) {
      for (const std::optional<double>& value : Expand(word)) {
        if (value.has_value()) store_.Add(std::string(kTenant), labels, t_ms, *value);
        t_ms += load_step_ms_;
      }
    }
  }

  void LoadSamples(std::string_view line) {
    const auto [series, values] = SplitSeries(line);
    const model::Labels labels = ReadLabels(series);
    if (labels.empty()) Fail(line_, "no labels");
    for (const std::string_view word : Words(values)) {
      const size_t colon = word.find(':');
      const auto value = ReadValue(word.substr(colon + 1));
      store_.Add(std::string(kTenant), labels, samples_base_ms_ + ReadTimeMs(word.substr(0, colon)),
                 value.value_or(NAN));
    }
  }

  void Expectation(std::string_view line) {
    if (!line.starts_with("expect ")) {
      eval_.expected.emplace_back(line);
      return;
    }
    TakeWord(line);
    const std::string_view what = TakeWord(line);
    std::string text;
    if (line.starts_with("msg:")) text = std::string(Trim(line.substr(4)));
    if (what == "ordered") eval_.ordered = true;
    if (what == "no_info") eval_.no_info = true;
    if (what == "fail") eval_.fail = true, eval_.fail_text = text;
    if (what == "warn") eval_.warn = true, eval_.warn_text = text;
    if (what == "info") eval_.info = true, eval_.info_text = text;
  }

  void Finish() {
    if (mode_ == Mode::kEval) RunEval();
    mode_ = Mode::kNone;
  }

  base::Result<QueryResult> Ask() {
    if (!eval_.range) {
      InstantQuery query;
      query.tenant = std::string(kTenant);
      query.text = eval_.expression;
      query.time = base::FromMillis(eval_.start_ms);
      return engine_.Instant(query);
    }
    RangeQuery query;
    query.tenant = std::string(kTenant);
    query.text = eval_.expression;
    query.start = base::FromMillis(eval_.start_ms);
    query.end = base::FromMillis(eval_.end_ms);
    query.step = base::Duration(eval_.step_ms);
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
    ++report_.evals;
    CheckPrinted();
    const base::Result<QueryResult> result = Ask();
    if (!result.ok()) {
      const std::string& message = result.error().message;
      if (!eval_.fail) Fail(eval_.line, "failed: " + message);
      if (message.find(eval_.fail_text) == std::string::npos) {
        Fail(eval_.line, "failed with another message: " + message);
      }
      return;
    }
    if (eval_.fail) return Fail(eval_.line, "did not fail");
    CheckRemarks("warning", eval_.warn, !eval_.warn, eval_.warn_text, result->warnings);
    CheckRemarks("info", eval_.info, eval_.no_info, eval_.info_text, result->infos);
    switch (result->type) {
      case ValueType::kScalar: return CheckScalar(result->scalar);
      case ValueType::kString: return CheckString(result->text);
      case ValueType::kVector: return CheckVector(*result);
      case ValueType::kMatrix: return CheckMatrix(*result);
    }
  }

  void CheckRemarks(std::string_view kind, bool wanted, bool unwanted, std::string_view text,
                    const std::vector<std::string>& remarks) {
    if (unwanted && !remarks.empty()) Fail(eval_.line, fmt::format("{}: {}", kind, remarks[0]));
    if (!wanted) return;
    for (const std::string& remark : remarks) {
      if (remark.find(text) != std::string::npos) return;
    }
    Fail(eval_.line, fmt::format("no {} with \"{}\"", kind, text));
  }

  void CheckScalar(double value) {
    const auto want =
        eval_.expected.size() == 1 ? ReadValue(eval_.expected[0]) : std::optional<double>();
    if (!want || !Agree(value, *want)) Fail(eval_.line, "scalar is " + GoFloat(value));
  }

  void CheckString(const std::string& text) {
    const bool right = eval_.expected.size() == 1 && eval_.expected[0] == Quote(text);
    if (!right) Fail(eval_.line, "string is " + Quote(text));
  }

  void CheckVector(const QueryResult& result) {
    std::vector<std::pair<model::Labels, double>> got;
    for (const VectorSample& sample : result.vector) got.emplace_back(sample.labels, sample.value);
    std::string shown;
    for (const auto& [labels, value] : got) {
      shown += fmt::format("\n    {} {}", labels.ToString(), GoFloat(value));
    }
    bool right = got.size() == eval_.expected.size();
    for (size_t i = 0; right && i < eval_.expected.size(); ++i) {
      const auto [series, text] = SplitSeries(eval_.expected[i]);
      const model::Labels labels = ReadLabels(series);
      const auto value = ReadValue(text);
      const auto same = [&](const auto& entry) {
        return entry.first == labels && value.has_value() && Agree(entry.second, *value);
      };
      right = eval_.ordered ? same(got[i]) : std::count_if(got.begin(), got.end(), same) == 1;
    }
    if (!right) Fail(eval_.line, "vector is" + (shown.empty() ? " empty" : shown));
  }

  // The samples that a line of a matrix expects.
  series::SampleColumns ExpectedSamples(std::string_view text) const {
    series::SampleColumns samples;
    int64_t t_ms = eval_.start_ms;
    for (const std::string_view word : Words(text)) {
      if (!eval_.range) {
        const size_t at = word.find('@');
        samples.values.push_back(ReadValue(word.substr(0, at)).value_or(NAN));
        samples.t_ms.push_back(ReadTimeMs(word.substr(at + 1)));
        continue;
      }
      for (const std::optional<double>& value : Expand(word)) {
        if (value.has_value()) {
          samples.values.push_back(*value);
          samples.t_ms.push_back(t_ms);
        }
        t_ms += eval_.step_ms;
      }
    }
    return samples;
  }

  void CheckMatrix(const QueryResult& result) {
    bool right = result.matrix.size() == eval_.expected.size();
    for (size_t i = 0; right && i < eval_.expected.size(); ++i) {
      std::string_view line = eval_.expected[i];
      if (ReadValue(line.substr(0, line.find(' '))).has_value()) {  // a scalar over steps
        right = Same(ExpectedSamples(line), result.matrix[i].samples);
        continue;
      }
      const auto [name, text] = SplitSeries(line);
      const model::Labels labels = ReadLabels(name);
      right = false;
      for (const MatrixSeries& series : result.matrix) {
        if (series.labels == labels) right = Same(ExpectedSamples(text), series.samples);
      }
    }
    if (right) return;
    std::string shown;
    for (const MatrixSeries& series : result.matrix) {
      shown += "\n    " + series.labels.ToString() + Show(series.samples);
    }
    Fail(eval_.line, "matrix is" + (shown.empty() ? " empty" : shown));
  }

  static bool Same(const series::SampleColumns& a, const series::SampleColumns& b) {
    if (a.t_ms != b.t_ms) return false;
    for (size_t i = 0; i < a.values.size(); ++i) {
      if (!Agree(a.values[i], b.values[i])) return false;
    }
    return true;
  }

  MemoryStore store_;
  base::FakeClock clock_;
  Engine engine_{EngineOptions(), store_, clock_};
  ScriptReport report_;
  size_t line_ = 0;
  Mode mode_ = Mode::kNone;
  int64_t load_step_ms_ = 0;
  int64_t samples_base_ms_ = 0;
  Eval eval_;
};

}  // namespace

ScriptReport RunScript(std::string_view script) { return Script().Run(script); }

}  // namespace vedette::query::testing
