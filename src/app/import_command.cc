#include "app/import_command.h"

#include <cstdio>
#include <filesystem>
#include <fmt/core.h>
#include <fstream>
#include <utility>

#include "app/config.h"
#include "app/import_parity.h"
#include "base/clock.h"
#include "base/files.h"
#include "importer/alertmanager.h"
#include "importer/calendar.h"
#include "importer/people.h"

namespace vedette::app {
namespace {

using importer::Imported;

constexpr size_t kFileBytesMax = 64 << 20;  // of an export, or of recorded alerts

base::Result<Imported> Translate(const std::string& system, std::string_view text,
                                 base::TimePoint now) {
  if (system == "alertmanager") return importer::ImportAlertmanager(text);
  if (system == "pagerduty") return importer::ImportPagerDuty(text);
  if (system == "opsgenie") return importer::ImportOpsgenie(text);
  if (system == "grafana-oncall") return importer::ImportGrafanaOnCall(text);
  if (system == "icalendar") return importer::ImportCalendar(text, now);
  return base::InvalidArgument(fmt::format(
      "\"{}\" is none of alertmanager, pagerduty, opsgenie, grafana-oncall, icalendar", system));
}

base::Result<> WriteFile(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) return base::FailedPrecondition(path + ": cannot be written");
  return {};
}

// Secret files that the other system named are looked for beside its configuration.
Config ReadResult(const Imported& imported, const std::string& file,
                  std::vector<yaml::Diagnostic>& problems) {
  const std::string folder = std::filesystem::path(file).parent_path().string();
  return ReadConfig(imported.config, folder.empty() ? "." : folder, {}, problems);
}

// What the same alerts lead to in both.
base::Result<std::string> Parity(const ImportOptions& options, std::string_view text,
                                 const Imported& imported, base::TimePoint now) {
  std::vector<ParityAlert> stream;
  if (!options.stream.empty()) {
    VEDETTE_TRY(const std::string alerts, base::ReadFile(options.stream, kFileBytesMax));
    base::Result<std::vector<ParityAlert>> read = ReadParityStream(alerts, now);
    if (!read.ok()) return read.error().With(options.stream);
    stream = *std::move(read);
  }
  std::vector<yaml::Diagnostic> problems;
  const Config config = ReadResult(imported, options.file, problems);
  if (options.system == "icalendar") {
    VEDETTE_TRY(const ParityResult result, CompareWithCalendar(text, imported, config, now));
    return ParityText(result);
  }
  const base::Result<ParityResult> result =
      options.system == "alertmanager"
          ? CompareWithAlertmanager(text, imported, config, std::move(stream), now)
          : CompareWithOnCall(options.system, text, imported, config, std::move(stream), now);
  if (!result.ok()) return result.error();
  return ParityText(*result);
}

// What `vedette check` would say of it.
std::string Check(const Imported& imported, const std::string& file) {
  std::vector<yaml::Diagnostic> problems;
  ReadResult(imported, file, problems);
  std::string text;
  for (const yaml::Diagnostic& problem : problems) {
    text += "to be mended: " + problem.ToString("result") + "\n";
  }
  return text;
}

}  // namespace

base::Result<std::string> Import(const ImportOptions& options) {
  VEDETTE_TRY(const std::string text, base::ReadFile(options.file, kFileBytesMax));
  const base::TimePoint now = base::SystemClock().Now();
  base::Result<Imported> imported = Translate(options.system, text, now);
  if (!imported.ok()) return imported.error().With(options.file);
  std::string report =
      importer::ReportText(imported->report, options.file) + Check(*imported, options.file);
  if (options.parity || !options.stream.empty()) {
    VEDETTE_TRY(const std::string parity, Parity(options, text, *imported, now));
    report += parity;
  }
  if (options.report.empty()) {
    fmt::print(stderr, "{}", report);
  } else {
    VEDETTE_TRY_VOID(WriteFile(options.report, report));
  }
  if (options.out.empty()) return std::move(imported->config);
  VEDETTE_TRY_VOID(WriteFile(options.out, imported->config));
  return std::string();
}

}  // namespace vedette::app
