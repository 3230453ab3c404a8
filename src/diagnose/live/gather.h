#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "diagnose/evidence.h"
#include "diagnose/inputs.h"
#include "diagnose/live/measures.h"
#include "diagnose/live/window.h"
#include "evidence/question.h"
#include "evidence/traces.h"
#include "model/anomaly.h"
#include "model/change.h"
#include "model/incident.h"
#include "model/tenant.h"
#include "query/engine.h"
#include "query/logs/engine.h"
#include "records/store.h"
#include "series/store.h"

namespace vedette::diagnose::live {

// What a diagnosis of a running incident looks at: the hour before its onset and what came after,
// out of the stores, as tables for diagnose::Diagnose. Every number comes from a question that can
// be asked again.

// An incident as a diagnosis meets it.
struct Occasion {
  model::TenantName tenant;
  std::string incident_id;
  std::string title;
  base::TimePoint onset;  // OnsetOf its anomalies
  base::TimePoint end;    // there are no later data, or they do not matter
  std::vector<std::string> entities;
  std::vector<model::Anomaly> anomalies;
  std::vector<model::Anomaly> around;  // all that are open or began near it, the tenant's
  std::vector<Stretch> troubles;       // TroublesBefore the onset, the tenant's
};

// Of the incident and its anomalies, with what there is until `until`. Others are still to be told.
Occasion OccasionOf(const model::Incident& incident, std::vector<model::Anomaly> anomalies,
                    base::TimePoint until);
// The tenant's anomalies that had not ended kTroublesLook before the onset and began before the
// end.
void AddOthers(Occasion& occasion, const std::vector<model::Anomaly>& anomalies);

struct GatherLimits {
  base::Duration before = std::chrono::hours(1);
  base::Duration after = std::chrono::minutes(30);
  base::Duration step_min = std::chrono::seconds(5);
  int64_t rows_max = 300;
  uint64_t series_listed_max = 20'000;  // of the tenant; beyond: only those of the neighbourhood
  size_t entities_max = 200;            // of the neighbourhood
  size_t measures_max = 80;
  size_t series_max = 5'000;  // of the table
  size_t changes_max = 100;
  size_t log_forms_max = 500;
  base::Duration time_max = std::chrono::seconds(10);
};

// What it reads. Everything outlives it.
struct Sources {
  series::Store& series;
  query::Engine& metrics;
  query::logs::Engine& logs;
  records::Store& records;
  evidence::CallsSource calls;
  const base::Clock& clock;
};

// The rows of the table: from, from + step, ... up to to, all of them multiples of the step.
struct Window {
  base::TimePoint from;
  base::TimePoint to;
  Windows windows;
};

// The question behind one series of the table.
struct SeriesQuestion {
  size_t measure = 0;
  std::string query;     // PromQL
  model::Labels labels;  // of its answer
  // One for each row, where the table leaves out what is not usual; else empty.
  std::vector<double> answered;
};

// Lines of one form that say that something failed.
struct LogForm {
  std::string service;
  std::string pattern;  // id
  std::string text;
  uint64_t before = 0;  // in as long a time before the onset
  uint64_t during = 0;
};

struct Gathered {
  Evidence tables;
  Window window;
  std::vector<Stretch> left_out;  // of the tables' series, before the onset
  std::vector<Measure> measures;
  std::vector<SeriesQuestion> questions;   // of tables.series
  std::vector<evidence::CallsSeen> calls;  // of tables.calls
  base::TimePoint calls_from;              // the window in which they were seen
  base::TimePoint calls_to;
  std::vector<model::Change> changes;    // of tables.changes
  std::vector<LogForm> log_forms;        // of tables.templates
  evidence::TraceWindows trace_windows;  // of tables.traces and tables.usual_traces
  std::vector<StoppedSource> stopped;
  std::vector<InputNote> inputs;
};

// What can be had within the limits; what cannot is said in `inputs`. Blocks on the stores, for
// `time_max` and a query's own end at most.
Gathered Gather(const Occasion& occasion, const Sources& sources, const GatherLimits& limits);

// Rows for an incident whose samples come every `interval`.
Window WindowOf(base::TimePoint onset, base::TimePoint end, base::Duration interval,
                const GatherLimits& limits);

}  // namespace vedette::diagnose::live
