#pragma once

#include <string>

#include "ingest/limits.h"
#include "model/change.h"
#include "model/event.h"
#include "model/exemplar.h"
#include "model/labels.h"
#include "model/log_record.h"
#include "model/span.h"
#include "model/write_batch.h"

namespace vedette::ingest {

// Pure checks of single values; thread-safe.

// True for labels with a metric name, in valid UTF-8 and within the limits. Fast: it runs for
// every series of every request.
bool AreValidLabels(model::LabelsView labels, const TenantLimits& limits);
// The same of an entry of a batch, whose writer may have looked at them already.
bool AreValidLabels(const model::WriteBatch& batch, const model::WriteBatch::Entry& entry,
                    const TenantLimits& limits);
// What is wrong with labels that are not valid; empty when nothing is.
std::string LabelProblem(model::LabelsView labels, const TenantLimits& limits);

// As OpenMetrics has it: at most 128 characters of label names and values, in valid UTF-8.
bool IsValidExemplar(const model::Exemplar& exemplar);

// What is wrong with a record: its field and a message. `message` is empty when nothing is.
struct Problem {
  std::string field;
  std::string message;
};
Problem LogProblem(const model::LogRecord& record, const TenantLimits& limits, base::TimePoint now);
Problem EventProblem(const model::Event& event, const TenantLimits& limits, base::TimePoint now);
Problem ChangeProblem(const model::Change& change, const TenantLimits& limits, base::TimePoint now);
Problem SpanProblem(const model::Span& span, const TenantLimits& limits, base::TimePoint now);

}  // namespace vedette::ingest
