#include <charconv>
#include <fmt/core.h>
#include <utility>

#include "app/config_sections.h"

namespace vedette::app {
namespace {

void ReadCount(yaml::YamlReader& reader, std::string_view key, int& out, int64_t low) {
  int64_t count = out;
  reader.Read(key, count, low, 1000);
  out = static_cast<int>(count);
}

}  // namespace

void ReadEventRules(yaml::YamlReader& events, detect::events::MonitorOptions& out) {
  detect::events::Options& rules = out.rules;
  std::vector<std::pair<std::string, double>> limits;
  const bool own =
      events.ReadTexts("limits", [&](const std::string& name, const std::string& text) {
        double limit = 0;
        const char* const end = text.data() + text.size();
        const auto [rest, error] = std::from_chars(text.data(), end, limit);
        if (error != std::errc() || rest != end) {
          events.Problem("limits", fmt::format("{} is no number: \"{}\"", name, text));
        }
        limits.emplace_back(name, limit);
      });
  if (own) rules.limits = std::move(limits);
  events.Read("warning_threshold", rules.warning_threshold, 0, 1);
  events.Read("critical_threshold", rules.critical_threshold, 0, 1);
  events.Read("floors", rules.floors);
  ReadCount(events, "attempts_max", rules.attempts_max, 0);
  ReadCount(events, "critical_streak", rules.critical_streak, 1);
  events.Read("max_log_entries", out.logs_max, 100, 100'000);
  events.Read("archive_retention", out.archive_retention);
  const base::Result<> valid = detect::events::Validate(rules);
  if (!valid.ok()) events.Problem(valid.error().field, valid.error().message);
}

}  // namespace vedette::app
