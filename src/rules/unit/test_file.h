#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/event.h"
#include "model/histogram.h"
#include "model/labels.h"
#include "model/log_record.h"
#include "rules/status.h"
#include "rules/unit/notation.h"
#include "yaml/reader.h"

namespace vedette::rules::unit {

// A file of unit tests of rules, in the format of promtool, with Vedette's input_events and
// input_logs. Plain values; times count from the start of the test, those of records too.

struct InputSeries {
  model::Labels labels;
  std::vector<Place> places;
};

struct ExpectedAlert {
  model::Labels labels;  // with alertname
  Texts annotations;     // sorted
};

struct AlertTest {
  int line = 0;
  base::Duration eval_time{0};
  std::string alertname;
  std::vector<ExpectedAlert> expected;
};

struct ExpectedSample {
  model::Labels labels;
  double value = 0;
  std::optional<model::Histogram> histogram;
};

struct ExprTest {
  int line = 0;
  base::Duration eval_time{0};
  std::string expr;
  std::vector<ExpectedSample> expected;
};

struct TestGroup {
  int line = 0;
  std::string name;
  std::optional<base::Duration> interval;  // none: that of the file
  std::vector<InputSeries> series;
  std::vector<model::Event> events;    // by time
  std::vector<model::LogRecord> logs;  // by time
  std::vector<AlertTest> alerts;
  std::vector<ExprTest> exprs;
  model::Labels external_labels;
  std::string external_url;
  base::TimePoint start = base::FromMillis(0);
};

struct TestFile {
  std::vector<std::string> rule_files;  // patterns, as written
  base::Duration evaluation_interval{60'000};
  std::vector<std::string> group_eval_order;
  bool fuzzy_compare = false;
  std::vector<TestGroup> tests;
};

// What is wrong goes to `problems`, with its place; the result is of use only when there are none.
TestFile ParseTestFile(std::string_view text, std::vector<yaml::Diagnostic>& problems);

}  // namespace vedette::rules::unit
