#include "app/import_command.h"

#include <cstdio>
#include <filesystem>
#include <fmt/core.h>
#include <fstream>
#include <iterator>
#include <utility>

#include "app/config.h"
#include "importer/alertmanager.h"
#include "importer/people.h"

namespace vedette::app {
namespace {

using importer::Imported;

base::Result<Imported> Translate(const std::string& system, std::string_view text) {
  if (system == "alertmanager") return importer::ImportAlertmanager(text);
  if (system == "pagerduty") return importer::ImportPagerDuty(text);
  if (system == "opsgenie") return importer::ImportOpsgenie(text);
  if (system == "grafana-oncall") return importer::ImportGrafanaOnCall(text);
  return base::InvalidArgument(
      fmt::format("\"{}\" is none of alertmanager, pagerduty, opsgenie, grafana-oncall", system));
}

base::Result<> WriteFile(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) return base::FailedPrecondition(path + ": cannot be written");
  return {};
}

// What `vedette check` would say of it. Secret files that the other system named are looked for
// beside its configuration.
std::string Check(const Imported& imported, const std::string& file) {
  std::vector<yaml::Diagnostic> problems;
  const std::string folder = std::filesystem::path(file).parent_path().string();
  ReadConfig(imported.config, folder.empty() ? "." : folder, {}, problems);
  std::string text;
  for (const yaml::Diagnostic& problem : problems) {
    text += "to be mended: " + problem.ToString("result") + "\n";
  }
  return text;
}

}  // namespace

base::Result<std::string> Import(const ImportOptions& options) {
  std::ifstream file(options.file, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  if (!file) return base::NotFound(options.file + ": cannot be read");
  base::Result<Imported> imported = Translate(options.system, text);
  if (!imported.ok()) return imported.error().With(options.file);
  const std::string report =
      importer::ReportText(imported->report, options.file) + Check(*imported, options.file);
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
