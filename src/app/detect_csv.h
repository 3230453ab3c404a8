#pragma once

#include <string>

#include "base/result.h"

namespace vedette::app {

// vedette detect: how surprising the rows of a file are, in nats (detect::baseline::Surprise), and
// where the server would have an anomaly open that is a warning or worse, with the default settings
// and no other series beside those of the file.

struct DetectCsvOptions {
  std::string file;
  bool json = false;  // JSON lines instead of CSV
};

// The text to print: "unix seconds,score,alert" for each row, in order. A row is unix seconds and a
// value; with a header line, every further column is a series of its own and the row's score is the
// highest of its values. Empty values are missing. kInvalidArgument names the line.
base::Result<std::string> DetectCsv(const DetectCsvOptions& options);

}  // namespace vedette::app
