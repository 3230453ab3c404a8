#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json_writer.h"
#include "diagnose/live/exhibit.h"
#include "diagnose/live/gather.h"
#include "diagnose/live/report.h"
#include "model/anomaly.h"

namespace vedette::diagnose::live {

// Who is hurt by an incident, how much and since when. Plain values; every number has evidence.

enum class Role {
  kOrigin,      // where it began, as the diagnosis has it
  kPropagator,  // hurt by one that it calls, and hurts one that calls it
  kAffected,    // hurt, and nobody beyond it is
};
std::string_view RoleName(Role role);

// Which label values have more than their share of the failures, or of the time.
struct Difference {
  std::string entity;
  std::string dimension;  // label
  std::string value;
  double inside = 0;   // its share of what is bad, 0 to 1
  double outside = 0;  // its share of the rest
  std::string text;
  model::Evidence bad;
  model::Evidence all;
};

struct HurtEntity {
  std::string entity;
  Role role = Role::kAffected;
  base::TimePoint first_seen;
  std::string text;
  std::string evidence_id;
};

// A measure before and during the incident: means over its rows.
struct Comparison {
  std::string entity;
  std::string metric;
  std::string statistic;
  std::string kind;  // "traffic", "errors", "latency", "cpu", "memory", "availability", "business"
  std::string unit;  // model/unit.h; of business metrics as configured. Empty: not known
  std::optional<double> normal;
  std::optional<double> during;
  std::optional<double> percent;  // of change; nothing when normal is 0
  model::Evidence evidence;
};

// Requests to where the trouble meets the world: the services that nobody else who is hurt calls.
struct RequestsHurt {
  std::string entity;  // several: "web and shop", the worst first
  double total = 0;    // during the incident
  double usual_per_second = 0;
  double failed = 0;          // of those
  double failed_usually = 0;  // would have in that time as before
  double hurt = 0;            // failed beyond the usual
  model::Evidence total_evidence;
  model::Evidence failed_evidence;
};

struct UsersHurt {
  std::string field;  // of the log lines
  double count = 0;
  model::Evidence evidence;
};

struct ErrorBudget {
  double objective = 0;  // 0 to 1
  base::Duration period{0};
  double burnt = 0;  // share of the period's budget, by this incident alone
};

// What the operator says matters: configuration, section `impact`.
struct ImpactOptions {
  struct Measure {
    std::string name;
    std::string query;  // PromQL with one series as its answer
    std::string unit;
    friend bool operator==(const Measure&, const Measure&) = default;
  };
  std::vector<Measure> measures;  // conversion ratios, cost per hour, ...
  std::optional<double> objective;
  base::Duration period = std::chrono::hours(24 * 30);
  std::vector<std::string> user_fields = {"user_id", "user", "customer_id", "enduser.id"};
  friend bool operator==(const ImpactOptions&, const ImpactOptions&) = default;
};

struct Impact {
  double severity_score = 0;  // 0 to 1: the worst anomaly's
  std::vector<HurtEntity> entities;
  std::optional<RequestsHurt> requests;
  std::optional<UsersHurt> users;
  std::optional<ErrorBudget> budget;
  std::vector<Difference> differences;
  std::vector<Comparison> report;
};

// The scale of S2: critical from .9, high from .7, medium from .5, else low.
std::string_view SeverityLevel(double score);

// The unit of a metric's values, or of their rate; empty when it is not known.
using UnitSource = std::function<std::string(std::string_view metric, bool as_rate)>;

// What is hurt, of what was gathered and the diagnosis that came of it.
Impact Assess(const Occasion& occasion, const Gathered& gathered, const Report& report,
              const Exhibits& exhibits, const ImpactOptions& options, const UnitSource& unit_of);

// Members of a JSON object, as openapi.json's Impact has them: all but the incident's id.
void Write(const Impact& impact, const Report& report, base::JsonWriter& json);
// All evidence that it rests on and that is not an anomaly's.
void CollectEvidence(const Impact& impact, std::vector<model::Evidence>& out);

}  // namespace vedette::diagnose::live
