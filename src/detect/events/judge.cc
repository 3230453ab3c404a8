#include "detect/events/judge.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace vedette::detect::events {
namespace {

constexpr size_t kFewestValues = 5;
constexpr double kDeviations = 3;
constexpr double kInvalidOutput = 0.30;
constexpr double kThreshold = 0.25;
constexpr double kConsistency = 0.20;
constexpr double kAnomaly = 0.10;
constexpr double kAnomaliesMost = 0.30;
constexpr double kSilentFailure = 0.40;

constexpr std::string_view kStatuses[] = {"NORMAL", "WARNING", "CRITICAL"};
constexpr std::string_view kDecisions[] = {"CONTINUE", "RETRY", "REPROCESS", "ESCALATE", "HALT"};

const base::Json* Member(const base::Json& data, std::string_view name) {
  if (!data.is_object()) return nullptr;
  const auto found = data.find(std::string(name));
  return found == data.end() || found->is_null() ? nullptr : &*found;
}

bool IsEmpty(const base::Json* value) {
  if (value == nullptr) return true;
  if (value->is_boolean()) return !value->get<bool>();
  if (value->is_number()) return value->get<double>() == 0;
  if (value->is_string()) return value->get_ref<const std::string&>().empty();
  return value->empty();
}

std::string Lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}
std::string Upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

// One of the words that stand for a failure and for nothing else, in any case.
bool SaysFailure(const base::Json& value) {
  if (!value.is_string()) return false;
  const std::string word = Lower(value.get<std::string>());
  return word == "error" || word == "failed" || word == "null";
}

double Rounded(double score) { return std::round(score * 1000) / 1000; }

// Goes through the rules one by one and adds up.
class Examination {
 public:
  Examination(const Options& options, const base::Json& data, const base::Json& metadata,
              const Past& past)
      : options_(options), data_(data), metadata_(metadata), past_(past) {}

  Verdict Conclude() {
    InvalidOutput();
    Thresholds();
    Consistency();
    Anomalies();
    SilentFailure();
    Rate();
    Advise();
    verdict_.decision = Decide();
    return std::move(verdict_);
  }

 private:
  void Fail(std::string rule, std::string_view suggestion) {
    verdict_.failed_rules.push_back(std::move(rule));
    if (std::ranges::find(verdict_.suggestions, suggestion) == verdict_.suggestions.end()) {
      verdict_.suggestions.emplace_back(suggestion);
    }
  }
  void Issue(std::string text) { verdict_.detected_issues.push_back(std::move(text)); }

  void InvalidOutput() {
    bool failed = false;
    for (const auto& [name, value] : data_.items()) {
      const bool empty = value.is_null() || (value.is_object() && value.empty());
      if (!empty && !SaysFailure(value)) continue;
      failed = true;
      Issue(fmt::format("Invalid output in '{}': {}", name, base::DumpJson(value)));
    }
    if (!failed) return;
    output_is_bad_ = true;
    sum_ += kInvalidOutput;
    Fail("INVALID_OUTPUT", "Check what the source sends: a field is empty or says failure");
  }

  void Thresholds() {
    for (const auto& [name, limit] : options_.limits) {
      const base::Json* const value = Member(data_, name);
      if (value == nullptr || !value->is_number() || value->get<double>() <= limit) continue;
      ++thresholds_;
      sum_ += kThreshold;
      Issue(fmt::format("{} is {}, above its limit of {}", name, value->get<double>(), limit));
      Fail(Upper(name) + "_EXCEEDED",
           "Look at load and resources of the source: a measurement is above its limit");
    }
  }

  void Consistency() {
    const base::Json* const code = Member(data_, "status_code");
    const base::Json* answer = nullptr;
    for (const std::string_view name : {"response", "output", "result"}) {
      if (answer == nullptr) answer = Member(data_, name);
    }
    if (code == nullptr || answer == nullptr || !code->is_number()) return;
    const std::string text =
        Lower(answer->is_string() ? answer->get<std::string>() : base::DumpJson(*answer));
    const double number = code->get<double>();
    const bool ok_with_error = number == 200 && text.find("error") != std::string::npos;
    const bool error_with_ok = number >= 500 && text.find("success") != std::string::npos;
    if (!ok_with_error && !error_with_ok) return;
    output_is_bad_ = true;
    sum_ += kConsistency;
    Issue(fmt::format("status_code {} contradicts the response", number));
    Fail("CONSISTENCY_CHECK", "Compare status code and response: one of them is wrong");
  }

  void Anomalies() {
    double added = 0;
    for (const auto& [name, value] : NumbersOf(data_)) {
      const auto spread = past_.SpreadOf(name);
      if (!spread.has_value()) continue;
      const double z = std::abs(value - spread->mean) / spread->deviation;
      if (!(z > kDeviations)) continue;
      added = std::min(added + kAnomaly, kAnomaliesMost);
      Issue(fmt::format("{} is {}: {:.1f} standard deviations from its mean of {:.6g}", name, value,
                        z, spread->mean));
    }
    if (added == 0) return;
    sum_ += added;
    Fail("ANOMALY_DETECTION", "Compare with the source's last events: a number is unusual for it");
  }

  void SilentFailure() {
    const base::Json* const status = Member(data_, "status");
    const bool no_result =
        status != nullptr && *status == "success" && Member(data_, "result") == nullptr;
    const bool no_output = !IsEmpty(Member(data_, "processed")) && IsEmpty(Member(data_, "output"));
    const bool no_items =
        !IsEmpty(Member(data_, "completed")) && IsEmpty(Member(data_, "items_processed"));
    if (no_result) Issue("Silent failure: success without a result");
    if (no_output) Issue("Silent failure: processed without output");
    if (no_items) Issue("Silent failure: completed without items");
    if (!no_result && !no_output && !no_items) return;
    output_is_bad_ = true;
    sum_ += kSilentFailure;
    Fail("SILENT_FAILURE",
         "Check the source's work by its results: it reports success without any");
  }

  void Rate() {
    verdict_.raw_score = Rounded(std::min(sum_, 1.0));
    Status& status = verdict_.status;
    double score = verdict_.raw_score;
    if (score >= options_.critical_threshold) {
      status = Status::kCritical;
    } else if (score >= options_.warning_threshold) {
      status = Status::kWarning;
    }
    if (options_.floors) {
      if (!verdict_.failed_rules.empty()) status = std::max(status, Status::kWarning);
      if (thresholds_ >= 2) status = Status::kCritical;
      if (status == Status::kWarning) score = std::max(score, options_.warning_threshold);
      if (status == Status::kCritical) score = std::max(score, options_.critical_threshold);
    }
    verdict_.severity_score = Rounded(score);
  }

  void Advise() {
    const size_t issues = verdict_.detected_issues.size();
    switch (verdict_.status) {
      case Status::kNormal:
        verdict_.reasoning =
            issues == 0 ? "No rule failed" : "The failed rules add up to less than a warning";
        break;
      case Status::kWarning:
        verdict_.reasoning = fmt::format("{} issue(s) that deserve a look", issues);
        break;
      case Status::kCritical:
        verdict_.reasoning = fmt::format("{} issue(s) that need action now", issues);
        verdict_.suggestions.insert(verdict_.suggestions.begin(),
                                    "URGENT: Initiate incident response protocol");
        break;
    }
    if (verdict_.suggestions.empty()) {
      verdict_.suggestions.emplace_back("Monitor system closely for changes");
    }
  }

  bool MayTryAgain() const {
    for (const base::Json* of : {&metadata_, &data_}) {
      for (const std::string_view name : {"attempt", "attempts", "retry_count"}) {
        const base::Json* const number = Member(*of, name);
        if (number != nullptr && number->is_number()) {
          return number->get<double>() < options_.attempts_max;
        }
      }
    }
    return options_.attempts_max > 0;
  }

  Decision Decide() const {
    const bool again = output_is_bad_ && MayTryAgain();
    switch (verdict_.status) {
      case Status::kNormal: break;
      case Status::kWarning: return again ? Decision::kRetry : Decision::kContinue;
      case Status::kCritical:
        if (past_.criticals_in_row() + 1 >= options_.critical_streak) return Decision::kHalt;
        return again ? Decision::kReprocess : Decision::kEscalate;
    }
    return Decision::kContinue;
  }

  const Options& options_;
  const base::Json& data_;
  const base::Json& metadata_;
  const Past& past_;
  Verdict verdict_;
  double sum_ = 0;
  int thresholds_ = 0;
  bool output_is_bad_ = false;
};

bool IsSecret(std::string_view name) {
  constexpr std::string_view kWords[] = {"password",    "passwd",       "secret",     "token",
                                         "api_key",     "apikey",       "credential", "cookie",
                                         "private_key", "authorization"};
  const std::string lower = Lower(std::string(name));
  return std::ranges::any_of(
      kWords, [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

void Mask(base::Json& value) {
  if (value.is_array()) {
    for (base::Json& item : value) Mask(item);
  }
  if (!value.is_object()) return;
  for (auto& [name, item] : value.items()) {
    const bool holds = (item.is_string() || item.is_structured()) && !item.empty();
    if (IsSecret(name) && holds && !SaysFailure(item)) {
      item = "***";
    } else {
      Mask(item);
    }
  }
}

}  // namespace

std::string_view StatusName(Status status) { return kStatuses[static_cast<size_t>(status)]; }

std::optional<Status> ParseStatus(std::string_view name) {
  for (const Status status : {Status::kNormal, Status::kWarning, Status::kCritical}) {
    if (StatusName(status) == name) return status;
  }
  return std::nullopt;
}

std::string_view DecisionName(Decision decision) {
  return kDecisions[static_cast<size_t>(decision)];
}

base::Result<> Validate(const Options& options) {
  if (!(options.warning_threshold > 0) || !(options.critical_threshold <= 1) ||
      !(options.warning_threshold < options.critical_threshold)) {
    return base::InvalidArgument("needs 0 < warning_threshold < critical_threshold <= 1",
                                 "warning_threshold");
  }
  for (const auto& [name, limit] : options.limits) {
    if (name.empty() || !std::isfinite(limit)) {
      return base::InvalidArgument("a limit needs a name and a number", "limits");
    }
  }
  if (options.attempts_max < 0) return base::InvalidArgument("is negative", "attempts_max");
  if (options.critical_streak < 1) return base::InvalidArgument("is below 1", "critical_streak");
  return {};
}

Numbers NumbersOf(const base::Json& data) {
  Numbers numbers;
  for (const auto& [name, value] : data.items()) {
    if (!value.is_number() || numbers.size() == kNumbersMax) continue;
    const double number = value.get<double>();
    if (std::isfinite(number)) numbers.emplace_back(name, number);
  }
  return numbers;
}

void Past::Add(Numbers numbers, Status status) {
  if (events_.size() == kEvents) events_.pop_front();
  events_.push_back(std::move(numbers));
  criticals_in_row_ = status == Status::kCritical ? criticals_in_row_ + 1 : 0;
}

std::optional<Past::Spread> Past::SpreadOf(std::string_view name) const {
  std::vector<double> values;
  for (const Numbers& event : events_) {
    for (const auto& [key, value] : event) {
      if (key == name) values.push_back(value);
    }
  }
  if (values.size() < kFewestValues) return std::nullopt;
  const auto count = static_cast<double>(values.size());
  Spread spread;
  for (const double value : values) spread.mean += value / count;
  for (const double value : values) {
    spread.deviation += (value - spread.mean) * (value - spread.mean) / count;
  }
  spread.deviation = std::sqrt(spread.deviation);
  if (!(spread.deviation > 0) || !std::isfinite(spread.deviation)) return std::nullopt;
  return spread;
}

Verdict Judge(const Options& options, const base::Json& data, const base::Json& metadata,
              const Past& past) {
  return Examination(options, data, metadata, past).Conclude();
}

base::Json Masked(const base::Json& data) {
  base::Json masked = data;
  Mask(masked);
  return masked;
}

}  // namespace vedette::detect::events
