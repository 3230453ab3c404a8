#include "app/commands_offline.h"

#include <memory>
#include <string>

#include "app/commands_parts.h"
#include "app/detect_csv.h"
#include "app/diagnose_case.h"
#include "app/snapshot.h"

namespace vedette::app {
namespace {

void AddRestore(CLI::App& app, std::function<int()>& run) {
  CLI::App* restore = app.add_subcommand("restore", "Make a data folder of a snapshot");
  auto snapshot = std::make_shared<std::string>();
  auto data_dir = std::make_shared<std::string>();
  restore->add_option("snapshot", *snapshot, "Folder of the snapshot, below DATA/snapshots")
      ->required();
  restore->add_option("--data", *data_dir, "The new data folder; must be empty or not exist")
      ->required();
  EndHelp(*restore,
          {.examples = {"curl -X POST http://127.0.0.1:8000/api/v1/admin/tsdb/snapshot",
                        "vedette restore data/snapshots/20261121T120000Z-0123456789abcdef --data "
                        "data2"}});
  restore->callback([&run, snapshot, data_dir] {
    run = [snapshot, data_dir] {
      const base::Result<> restored = RestoreSnapshot(*snapshot, *data_dir);
      return Print(restored.ok() ? base::Result<std::string>("restored into " + *data_dir)
                                 : base::Result<std::string>(restored.error()));
    };
  });
}

void AddDetect(CLI::App& app, std::function<int()>& run) {
  CLI::App* detect = app.add_subcommand("detect", "Run the detectors over a CSV file");
  auto options = std::make_shared<DetectCsvOptions>();
  detect->add_option("--csv", options->file, "Rows of unix seconds,value; a header names columns")
      ->required();
  detect->add_flag("--json", options->json, "Print JSON lines");
  EndHelp(*detect,
          {.examples = {"vedette detect --csv cpu.csv", "vedette detect --csv cpu.csv --json"}});
  detect->callback([&run, options] { run = [options] { return Print(DetectCsv(*options)); }; });
}

void AddDiagnose(CLI::App& app, std::function<int()>& run) {
  CLI::App* diagnose = app.add_subcommand("diagnose", "Say why, from the files of one incident");
  auto which = std::make_shared<DiagnoseCaseOptions>();
  diagnose->add_option("--case", which->folder, "Folder with metrics.csv, meta.json and more")
      ->required();
  diagnose->add_flag("--json", which->json, "Print one JSON object");
  EndHelp(*diagnose, {.examples = {"vedette diagnose --case incident-42"}});
  diagnose->callback([&run, which] { run = [which] { return Print(DiagnoseCase(*which)); }; });
}

}  // namespace

void AddOffline(CLI::App& app, std::function<int()>& run) {
  AddRestore(app, run);
  AddDetect(app, run);
  AddDiagnose(app, run);
}

}  // namespace vedette::app
