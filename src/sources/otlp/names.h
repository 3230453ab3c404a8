#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vedette::sources::otlp {

// How names of OpenTelemetry become names of Prometheus, as the OTLP receiver of Prometheus 3 does
// it (otlp.translation_strategy there).
enum class Translation {
  kUnderscoreEscapingWithSuffixes,     // http.duration in ms -> http_duration_milliseconds
  kUnderscoreEscapingWithoutSuffixes,  // http_duration
  kNoUtf8EscapingWithSuffixes,         // http.duration_milliseconds
  kNoTranslation,                      // http.duration
};
std::optional<Translation> ParseTranslation(std::string_view name);

enum class MetricKind { kGauge, kCounter, kUpDownCounter, kHistogram, kSummary };

// The name of a metric; empty when nothing that can be a name is left. Pure.
std::string MetricName(std::string_view name, std::string_view unit, MetricKind kind,
                       Translation translation);

// The name of a label for an attribute. Pure.
std::string LabelName(std::string_view attribute, Translation translation);

}  // namespace vedette::sources::otlp
