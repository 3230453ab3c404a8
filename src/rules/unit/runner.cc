#include "rules/unit/runner.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fmt/core.h>
#include <limits>
#include <map>
#include <utility>

#include "base/files.h"
#include "base/result.h"
#include "query/engine.h"
#include "rules/duration.h"
#include "rules/group.h"
#include "rules/observer.h"
#include "rules/template_value.h"
#include "rules/unit/memory_records.h"
#include "rules/unit/memory_store.h"
#include "rules/unit/test_file.h"
#include "yaml/limits.h"

namespace vedette::rules::unit {
namespace {

constexpr std::string_view kTenant = "test";
constexpr int64_t kEvaluationsMax = 1'000'000;

bool NextTo(double a, double b) {
  const double infinity = std::numeric_limits<double>::infinity();
  return std::nextafter(a, infinity) == b || std::nextafter(a, -infinity) == b;
}

// How values are compared: exactly, or with a difference in the last bit.
struct Comparison {
  bool fuzzy = false;

  bool Same(double a, double b) const {
    return a == b || (std::isnan(a) && std::isnan(b)) || (fuzzy && NextTo(a, b));
  }
  bool Same(const std::vector<double>& a, const std::vector<double>& b) const {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                              [&](double x, double y) { return Same(x, y); });
  }
  // Counter resets are hints, and how empty buckets are laid out says nothing.
  bool Same(const model::Histogram& a, const model::Histogram& b) const {
    return Same(a.count, b.count) && Same(a.sum, b.sum) && Same(a.zero_count, b.zero_count) &&
           Text(a) == Text(b);
  }

 private:
  static std::string Text(model::Histogram histogram) {
    histogram.count = histogram.sum = histogram.zero_count = 0;
    histogram.counter_reset = model::CounterReset::kUnknown;
    return HistogramNotation(histogram);
  }
};

std::string LabelsText(const model::Labels& labels) {
  return labels.empty() ? "{}" : labels.ToString();
}

std::string ValueText(double value, const model::Histogram* histogram) {
  if (histogram != nullptr) return HistogramNotation(*histogram);
  return GoFloat(value);
}

std::string AnnotationsText(const Texts& annotations) {
  std::string out;
  for (const auto& [name, value] : annotations) {
    out += fmt::format("{}{}=\"", out.empty() ? "" : ", ", name);
    for (const char c : value) {
      if (c == '\n') {
        out += "\\n";
      } else {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
      }
    }
    out += '"';
  }
  return "{" + out + "}";
}

std::string AlertText(const model::Labels& labels, const Texts& annotations) {
  return fmt::format("{} annotations {}", LabelsText(labels), AnnotationsText(annotations));
}

// One test of a file: its own store, engine and groups.
class TestRun {
 public:
  TestRun(const TestFile& file, const TestGroup& test, std::string path, const base::Clock& clock)
      : file_(file),
        test_(test),
        path_(std::move(path)),
        engine_({.subquery_step = file.evaluation_interval, .samples_max = 100'000'000}, store_,
                clock) {}

  std::vector<std::string> Run(const std::vector<RuleGroup>& definitions) {
    const base::Result<> ready = Prepare(definitions);
    if (!ready.ok()) {
      Fail(test_.line, ready.error().message);
    } else if (EvaluateAll()) {
      for (const ExprTest& expr : test_.exprs) Check(expr);
    }
    return std::move(failures_);
  }

 private:
  void Fail(int line, std::string_view what) {
    const std::string name = test_.name.empty() ? fmt::format("the test of line {}", test_.line)
                                                : fmt::format("test \"{}\"", test_.name);
    failures_.push_back(fmt::format("{}:{}: {}: {}", path_, line, name, what));
  }

  base::Result<> Prepare(const std::vector<RuleGroup>& definitions) {
    const base::Duration interval = test_.interval.value_or(file_.evaluation_interval);
    model::WriteBatch batch;
    for (const InputSeries& series : test_.series) {
      batch.BeginSeries(series.labels);
      for (size_t i = 0; i < series.places.size(); ++i) {
        const Place& place = series.places[i];
        const int64_t t_ms =
            base::ToMillis(test_.start) + static_cast<int64_t>(i) * interval.count();
        if (place.missing) continue;
        if (place.histogram != nullptr) {
          VEDETTE_TRY_VOID(place.histogram->Validate());
          batch.AddHistogram(t_ms, *place.histogram);
        } else {
          batch.Add(t_ms, place.value);
        }
      }
    }
    VEDETTE_TRY_VOID(store_.Append(model::TenantName(kTenant), batch, {}));
    const auto context =
        std::make_shared<const RuleContext>(RuleContext{.interval = interval,
                                                        .external_labels = test_.external_labels,
                                                        .external_url = test_.external_url,
                                                        .outage_tolerance = base::Duration(0)});
    for (const RuleGroup& definition : definitions) {
      groups_.push_back(std::make_unique<Group>(definition, context));
    }
    io_.query = [this](const std::string& promql, base::TimePoint time, base::Duration lookback) {
      query::InstantQuery query;
      query.tenant = kTenant;
      query.text = promql;
      query.time = time;
      query.lookback = lookback;
      return engine_.Instant(query);
    };
    const auto at = [&](base::TimePoint since_start) {
      return test_.start + base::Duration(base::ToMillis(since_start));
    };
    for (model::Event event : test_.events) {
      event.time = at(event.time);
      records_.Add(std::move(event));
    }
    for (model::LogRecord line : test_.logs) {
      line.time = at(line.time);
      records_.Add(std::move(line));
    }
    io_.observe = [this](const RecordRule& rule, base::TimePoint time) {
      return Observer(records_).At(rule, time);
    };
    io_.append = [this](const model::WriteBatch& results) -> base::Result<> {
      VEDETTE_TRY(const series::AppendReport report,
                  store_.Append(model::TenantName(kTenant), results, {}));
      if (report.conflicting == 0) return {};
      return base::FailedPrecondition("duplicate sample for timestamp");
    };
    return {};
  }

  // False when a rule failed: then nothing else means much.
  bool EvaluateAll() {
    base::Duration last{0};
    for (const AlertTest& alert : test_.alerts) last = std::max(last, alert.eval_time);
    for (const ExprTest& expr : test_.exprs) last = std::max(last, expr.eval_time);
    const base::Duration step = file_.evaluation_interval;
    if (last / step > kEvaluationsMax) {
      Fail(test_.line, fmt::format("more than {} evaluations", kEvaluationsMax));
      return false;
    }
    for (base::Duration at{0}; at <= last; at += step) {
      bool failed = false;
      for (const std::unique_ptr<Group>& group : groups_) {
        group->Evaluate(test_.start + at, io_);
        for (const RuleStatus& rule : group->Status().rules) {
          if (rule.health != RuleHealth::kError) continue;
          failed = true;
          Fail(test_.line, fmt::format("rule {} at {}: {}", rule.name, FormatPrometheusDuration(at),
                                       rule.last_error));
        }
      }
      if (failed) return false;
      for (const AlertTest& alert : test_.alerts) {
        if (alert.eval_time >= at && alert.eval_time < at + step) Check(alert);
      }
    }
    return true;
  }

  void Check(const AlertTest& expected) {
    std::map<model::Labels, Texts> got;
    for (const std::unique_ptr<Group>& group : groups_) {
      for (const RuleStatus& rule : group->Status().rules) {
        if (!rule.alerting || rule.name != expected.alertname) continue;
        for (const AlertStatus& alert : rule.alerts) {
          if (alert.state == AlertState::kFiring) got[alert.labels] = alert.annotations;
        }
      }
    }
    const std::string what = fmt::format("alert {} at {}", expected.alertname,
                                         FormatPrometheusDuration(expected.eval_time));
    for (const ExpectedAlert& alert : expected.expected) {
      const auto found = got.find(alert.labels);
      if (found == got.end()) {
        std::string others;
        for (const auto& [labels, annotations] : got) {
          others += (others.empty() ? "" : "; ") + AlertText(labels, annotations);
        }
        Fail(expected.line, fmt::format("{}: expected {}, got {}", what,
                                        AlertText(alert.labels, alert.annotations),
                                        others.empty() ? "no alert" : others));
        continue;
      }
      if (found->second != alert.annotations) {
        Fail(
            expected.line,
            fmt::format("{}: of {} expected annotations {}, got {}", what, LabelsText(alert.labels),
                        AnnotationsText(alert.annotations), AnnotationsText(found->second)));
      }
      got.erase(found);
    }
    for (const auto& [labels, annotations] : got) {
      const auto same = [&](const ExpectedAlert& alert) { return alert.labels == labels; };
      if (std::any_of(expected.expected.begin(), expected.expected.end(), same)) continue;
      Fail(expected.line, fmt::format("{}: expected {}, got {}", what,
                                      expected.expected.empty() ? "no alert" : "none but those",
                                      AlertText(labels, annotations)));
    }
  }

  base::Result<std::vector<query::VectorSample>> Ask(const ExprTest& test) {
    VEDETTE_TRY(query::QueryResult result, io_.query(test.expr, test_.start + test.eval_time, {}));
    if (result.type == query::ValueType::kVector) return std::move(result.vector);
    if (result.type != query::ValueType::kScalar) {
      return base::InvalidArgument("the result is not a vector or scalar");
    }
    std::vector<query::VectorSample> vector(1);
    vector[0].value = result.scalar;
    return vector;
  }

  void Check(const ExprTest& test) {
    const std::string what =
        fmt::format("expr \"{}\" at {}", test.expr, FormatPrometheusDuration(test.eval_time));
    const base::Result<std::vector<query::VectorSample>> got = Ask(test);
    if (!got.ok()) {
      Fail(test.line, fmt::format("{}: {}", what, got.error().message));
      return;
    }
    const Comparison compare{file_.fuzzy_compare};
    std::vector<bool> used(got->size(), false);
    for (const ExpectedSample& expected : test.expected) {
      const model::Histogram* const wanted = expected.histogram ? &*expected.histogram : nullptr;
      const std::string wanted_text = ValueText(expected.value, wanted);
      size_t at = 0;
      while (at < got->size() && (used[at] || !((*got)[at].labels == expected.labels))) ++at;
      if (at == got->size()) {
        Fail(test.line, fmt::format("{}: expected {} {}, got {}", what, LabelsText(expected.labels),
                                    wanted_text, Unused(*got, used)));
        continue;
      }
      used[at] = true;
      const query::VectorSample& sample = (*got)[at];
      const bool same = wanted != nullptr && sample.histogram != nullptr
                            ? compare.Same(*wanted, *sample.histogram)
                            : (wanted == nullptr) == (sample.histogram == nullptr) &&
                                  compare.Same(expected.value, sample.value);
      if (same) continue;
      Fail(test.line,
           fmt::format("{}: of {} expected {}, got {}", what, LabelsText(expected.labels),
                       wanted_text, ValueText(sample.value, sample.histogram.get())));
    }
    if (std::find(used.begin(), used.end(), false) != used.end() &&
        test.expected.size() < got->size()) {
      Fail(test.line, fmt::format("{}: expected {}, got {}", what,
                                  test.expected.empty() ? "no samples" : "none but those",
                                  Unused(*got, used)));
    }
  }

  static std::string Unused(const std::vector<query::VectorSample>& samples,
                            const std::vector<bool>& used) {
    std::string out;
    for (size_t i = 0; i < samples.size(); ++i) {
      if (used[i]) continue;
      out += fmt::format("{}{} {}", out.empty() ? "" : "; ", LabelsText(samples[i].labels),
                         ValueText(samples[i].value, samples[i].histogram.get()));
    }
    return out.empty() ? "no such sample" : out;
  }

  const TestFile& file_;
  const TestGroup& test_;
  const std::string path_;
  MemoryStore store_;
  MemoryRecords records_;
  query::Engine engine_;
  EvaluationIo io_;
  std::vector<std::unique_ptr<Group>> groups_;
  std::vector<std::string> failures_;
};

// Those that group_eval_order names come last, in its order: the rest have no place in it.
void Order(const std::vector<std::string>& order, std::vector<RuleGroup>& groups) {
  const auto place = [&](const RuleGroup& group) {
    const auto found = std::find(order.begin(), order.end(), group.name);
    return found == order.end() ? -1 : found - order.begin();
  };
  for (size_t i = 1; i < groups.size(); ++i) {  // stable
    for (size_t j = i; j > 0 && place(groups[j]) < place(groups[j - 1]); --j) {
      std::swap(groups[j], groups[j - 1]);
    }
  }
}

bool Gives(const std::vector<RuleGroup>& groups, const std::string& alert) {
  return std::any_of(groups.begin(), groups.end(), [&](const RuleGroup& group) {
    return std::any_of(group.rules.begin(), group.rules.end(),
                       [&](const Rule& rule) { return rule.alerting && rule.name == alert; });
  });
}

void AddLines(std::string_view text, std::vector<std::string>& out) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

Outcome RunTests(std::string_view text, const std::string& path, const base::Clock& clock) {
  Outcome outcome;
  std::vector<yaml::Diagnostic> problems;
  const TestFile file = ParseTestFile(text, problems);
  for (const yaml::Diagnostic& problem : problems) {
    outcome.failures.push_back(problem.ToString(path));
  }
  std::vector<std::string> patterns;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  for (const std::string& name : file.rule_files) {
    const std::filesystem::path file_path = folder / name;
    const bool pattern = name.find_first_of("*?[") != std::string::npos;
    if (std::error_code error; pattern || std::filesystem::exists(file_path, error)) {
      patterns.push_back(file_path.string());
    } else {
      outcome.warnings.push_back(file_path.string() + ": no such file");
    }
  }
  base::Result<LoadedRules> loaded = LoadRuleFiles(patterns);
  if (!loaded.ok()) AddLines(loaded.error().message, outcome.failures);
  if (!outcome.failures.empty()) return outcome;
  Order(file.group_eval_order, loaded->groups);
  for (const TestGroup& test : file.tests) {
    for (const AlertTest& alert : test.alerts) {
      if (!alert.expected.empty() || Gives(loaded->groups, alert.alertname)) continue;
      outcome.warnings.push_back(
          fmt::format("{}:{}: no rule gives the alert {}", path, alert.line, alert.alertname));
    }
    std::vector<std::string> failures = TestRun(file, test, path, clock).Run(loaded->groups);
    std::move(failures.begin(), failures.end(), std::back_inserter(outcome.failures));
    ++outcome.tests;
  }
  return outcome;
}

Outcome RunTestFile(const std::string& path, const base::Clock& clock) {
  const base::Result<std::string> text = base::ReadFile(path, yaml::kDocumentBytesMax);
  if (!text.ok()) return {.tests = 0, .failures = {text.error().message}, .warnings = {}};
  return RunTests(*text, path, clock);
}

}  // namespace vedette::rules::unit
