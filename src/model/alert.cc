#include "model/alert.h"

#include <algorithm>
#include <cstdint>
#include <fmt/core.h>
#include <initializer_list>

#include "base/utf8.h"

namespace vedette::model {
namespace {

constexpr size_t kSummaryBytesMax = 500;

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> set) {
  return std::find(set.begin(), set.end(), text) != set.end();
}

constexpr uint64_t kFnvOffset = 14695981039346656037U;
constexpr uint64_t kFnvPrime = 1099511628211U;

void Hash(uint64_t& hash, std::string_view text) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * kFnvPrime;
  hash = (hash ^ 255U) * kFnvPrime;
}

}  // namespace

std::string Fingerprint(LabelsView labels) {
  uint64_t hash = kFnvOffset;
  for (const Label& label : labels) {
    Hash(hash, label.name);
    Hash(hash, label.value);
  }
  return fmt::format("{:016x}", hash);
}

std::string EntityOfAlert(LabelsView labels) {
  for (const std::string_view name : {"service", "app", "job", "namespace", "alertname"}) {
    if (const std::string_view value = labels.Get(name); !value.empty()) return std::string(value);
  }
  return {};
}

Severity SeverityOfAlert(LabelsView labels) {
  std::string severity(labels.Get("severity"));
  for (char& c : severity) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  if (IsOneOf(severity, {"critical", "page", "emergency", "fatal"})) return Severity::kCritical;
  if (IsOneOf(severity, {"", "warning", "warn", "error", "major", "ticket"})) {
    return Severity::kWarning;
  }
  return Severity::kInfo;
}

std::string SummaryOfAlert(const Alert& alert) {
  std::string_view text;
  for (const std::string_view name : {"summary", "message", "description", "title"}) {
    if (text.empty()) text = alert.annotations.Get(name);
  }
  std::string summary(alert.labels.Get("alertname"));
  if (!text.empty()) summary = summary.empty() ? text : fmt::format("{}: {}", summary, text);
  return base::OneLine(summary.empty() ? alert.labels.ToString() : summary, kSummaryBytesMax);
}

Labels CommonLabels(LabelsView a, LabelsView b) {
  LabelsBuilder builder;
  for (const Label& label : a) {
    if (b.Get(label.name) == label.value) builder.Append(label.name, label.value);
  }
  return builder.Build();
}

}  // namespace vedette::model
