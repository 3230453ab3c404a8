#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/tenant.h"
#include "query/engine.h"
#include "query/result.h"
#include "release/counts.h"
#include "release/observation.h"
#include "release/place.h"
#include "release/signals.h"
#include "release/usual.h"

namespace vedette::release {

// How the metrics store is asked: query::Engine, or a fake. Must be thread-safe; may block.
struct Ask {
  std::function<base::Result<query::QueryResult>(const query::InstantQuery&)> instant;
  std::function<base::Result<query::QueryResult>(const query::RangeQuery&)> range;
};

// What is to be seen.
struct Subject {
  model::TenantName tenant;
  std::string service;
  std::string version;  // may be empty
  base::TimePoint released_at;
  std::set<std::string> also_released;  // other services with a release of their own
  Place place = {};
  bool other_places = false;  // the service is released in others, too
  // What is compared with leaves out what was wrong already: these times until the release, and
  // what the bad versions served.
  UsualTime usual = {};
  std::vector<std::string> bad_versions = {};
  // Since when something was wrong when it was released, by no fault of a release.
  std::optional<base::TimePoint> wrong_since = {};
};

// Rows of a range query and the steps they stand on. The last step is the end of the range.
struct Rows {
  Grid grid;
  Source source;
  std::vector<query::MatrixSeries> series;
};

// A metric of the service: the series that have this name and label.
struct Metric {
  std::string name;
  std::string service_label;
  std::string place = {};  // more matchers, which leave out the series of other places
  double series = 0;
};

// What reading one release needs: the questions, the names, the times. Not thread-safe.
class Reading {
 public:
  Reading(const Options& options, const Ask& ask, const Subject& subject, base::TimePoint until);

  const Options& options() const { return options_; }
  const Subject& subject() const { return subject_; }
  const Names& names() const { return names_; }
  base::TimePoint released_at() const { return subject_.released_at; }
  base::TimePoint until() const { return until_; }

  // Asks which of the known metrics the service has where the release is. False when there is none.
  base::Result<bool> Discover();
  // Of Discover: other places have metrics, this one has none; nothing tells whose they are.
  bool only_elsewhere() const { return only_elsewhere_; }
  bool place_told() const { return place_told_; }
  // The first of the names, with a suffix, that the service has; null: none.
  const Metric* First(const std::vector<std::string>& names, std::string_view suffix = {}) const;
  // name{service="..."}, with what the metric needs to be counted once.
  std::string Selector(const Metric& metric) const;
  // sum by (le, <names>): the version labels of the service, as the text of a grouping.
  std::string VersionLabels() const;

  base::Result<Rows> Range(std::string text, base::TimePoint from, base::TimePoint to,
                           base::Duration step) const;
  base::Result<std::vector<query::VectorSample>> Instant(std::string text,
                                                         base::TimePoint at) const;

  // Which of the versions is the new one. The first call that sees versions decides.
  struct Sides {
    bool by_version = false;  // else by time
    std::set<std::string> fresh;
    base::TimePoint begin;  // of the release as the metrics show it
  };
  Sides sides;
  bool IsFresh(model::LabelsView labels, base::TimePoint at) const;
  // Whether what is not the release's may be compared with: what that version did from..to.
  bool IsUsual(std::string_view version, base::TimePoint from, base::TimePoint to) const;
  bool IsUsual(model::LabelsView labels, base::TimePoint from, base::TimePoint to) const;
  // What IsUsual leaves out of from..to, so many weeks before, in words: "; without
  // 2026-11-20T10:00:00Z to 2026-11-20T10:20:00Z". Empty: nothing.
  std::string LeftOut(base::TimePoint from, base::TimePoint to, int first_week = 0,
                      int last_week = 0) const;
  // From when on the past is read: `before` of usual time, until the release is seen.
  base::TimePoint UsualSince() const;

 private:
  void Keep(const std::vector<const query::VectorSample*>& rows, Metric metric);

  const Options& options_;
  const Ask& ask_;
  const Subject& subject_;
  const base::TimePoint until_;
  const Names names_;
  std::vector<Metric> found_;
  bool only_elsewhere_ = false;
  bool place_told_ = false;
};

// How long a step must be for so many series to stay within a bound of values.
base::Duration StepFor(base::Duration least, base::Duration span, double series);

// When the subject's version began to serve; nothing when it always did or never.
base::Result<std::optional<base::TimePoint>> FirstSeen(const Reading& reading);

// Each adds what it saw; an error of the store is returned, what is not there is left out.
base::Result<> ReadErrors(Reading& reading, Observation& out);
base::Result<> ReadLatency(Reading& reading, Observation& out);
base::Result<> ReadLevels(Reading& reading, Observation& out);

}  // namespace vedette::release
