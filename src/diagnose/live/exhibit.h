#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "diagnose/diagnosis.h"
#include "diagnose/event_pairs.h"
#include "diagnose/live/gather.h"
#include "evidence/question.h"
#include "evidence/reading.h"
#include "model/anomaly.h"
#include "model/change.h"

namespace vedette::diagnose::live {

// A question with its answer and what is read off it.
struct Exhibit {
  model::Evidence evidence;
  evidence::Reading reading;
  std::optional<base::TimePoint> first_at;  // of lines: when the first one came
};

// Sums by the values of a label.
struct SplitExhibit {
  model::Evidence evidence;
  std::map<std::string, double> sums;
};

// Makes evidence of what was gathered, each piece with an id of its own: the answers are those that
// the questions would give, and the readings are taken from them. Not thread-safe.
class Exhibits {
 public:
  // All outlive it. `diagnosis` says which rows are usual and which the incident's.
  Exhibits(const Occasion& occasion, const Gathered& gathered, const Diagnosis& diagnosis,
           const evidence::Asker& asker, base::TimePoint now);

  // A series of the table.
  Exhibit OfSeries(size_t series, evidence::Reading::Rule rule) const;
  // Any PromQL over the same window; nothing when it cannot be answered with one series.
  std::optional<Exhibit> OfQuery(const std::string& promql, evidence::Reading::Rule rule) const;
  // The same question where OfQuery gave nothing, with what it is answered: no data, several
  // series.
  model::Evidence OfUnread(const std::string& promql) const;
  // The lines of a form before and since; nothing when they cannot be counted.
  std::optional<Exhibit> OfLogs(const LogForm& form) const;
  // A log query that counts, of the incident's time alone: the sum is the reading's `after`.
  std::optional<Exhibit> OfLines(const std::string& query) const;
  // PromQL at the incident's last row that has one series for each value of `label`.
  std::optional<SplitExhibit> OfSplit(const std::string& promql, const std::string& label) const;
  // Where the time of an operation went; nothing when it took no longer than before.
  std::optional<model::Evidence> OfSpans(const std::string& operation,
                                         const std::string& service) const;
  // What no longer follows what in the traces' log lines; nothing when it does.
  std::optional<model::Evidence> OfPair(const LostPair& pair) const;
  model::Evidence OfCalls(const evidence::CallsSeen& calls) const;
  model::Evidence OfChange(const model::Change& change) const;

  base::TimePoint onset() const { return onset_; }
  base::TimePoint until() const { return until_; }  // exclusive

 private:
  model::Evidence Begin(std::string_view language, std::string query) const;
  evidence::Reading ReadingBy(evidence::Reading::Rule rule) const;
  evidence::Reading UsualReadingBy(evidence::Reading::Rule rule) const;
  // Exclusive. A row of metrics looks back, lines are counted forward: those beyond the last row
  // may still be on their way, and who asks again would count more of them.
  base::TimePoint LinesUntil() const;

  const Occasion& occasion_;
  const Gathered& gathered_;
  const evidence::Asker& asker_;
  const base::TimePoint now_;
  const base::TimePoint onset_;
  const base::TimePoint usual_until_;
  const base::TimePoint until_;
};

}  // namespace vedette::diagnose::live
