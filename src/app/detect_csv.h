#pragma once

#include <string>

#include "base/result.h"

namespace vedette::app {

// vedette detect: the shipped baseline over the rows of a file, as it would judge them live.

struct DetectCsvOptions {
  std::string file;
  bool json = false;  // JSON lines instead of CSV
};

// The text to print: "unix seconds,score,alert" for each row, in order. A row is unix seconds and a
// value; with a header line, every further column is a series of its own and the row's score is the
// highest of its values. Empty values are missing. kInvalidArgument names the line.
base::Result<std::string> DetectCsv(const DetectCsvOptions& options);

}  // namespace vedette::app
