#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "diagnose/evidence.h"
#include "diagnose/inputs.h"

namespace vedette::app {

// vedette diagnose: the diagnosis of one case folder, by the engine that the server has.
//
// A case folder holds `metrics.csv` (column `time` in unix seconds, then
// `entity|metric[|statistic]`; empty is missing) and, where known, `meta.json` (alert, detect_time,
// baseline), `graph.json` (edges caller to callee), `spans.csv` and `logs.csv`, or `alert.json`,
// `deploys.json`, `flags.json`, `commits.json` and `patterns.json`. `baseline` and its kin in
// meta.json are relative to the folder two above. No other file is opened. See
// docs/guide/diagnosis.md.

struct DiagnoseCaseOptions {
  std::string folder;
  bool json = false;  // one JSON object instead of text
};

// kNotFound, kInvalidArgument and kResourceExhausted name the file, and the line where there is
// one.
struct Case {
  diagnose::Evidence evidence;
  std::vector<diagnose::InputNote> inputs;  // how they fared: app/case_inputs.h
};
base::Result<Case> ReadCase(const std::string& folder);

// The text to print.
base::Result<std::string> DiagnoseCase(const DiagnoseCaseOptions& options);

}  // namespace vedette::app
