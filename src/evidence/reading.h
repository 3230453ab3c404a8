#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/json_writer.h"
#include "base/result.h"

namespace vedette::evidence {

// The numbers of a claim as they are read off an answer, so that whoever asks again gets them by
// the same rule. Pure. Times are inclusive at the start and exclusive at the end.
struct Reading {
  enum class Rule {
    kLevel,  // of a matrix: the median before and in the incident, and how far apart they are
    kMean,   // of a matrix: the mean before and in the incident
    kSum,    // of a matrix: the sum before and in the incident
  };
  Rule rule = Rule::kLevel;
  base::TimePoint usual_until;  // rows before this one are the usual
  base::TimePoint from;         // and the incident's rows are from this one
  base::TimePoint to;           // until before this one
  // From the first to before the second something else was wrong: these rows are not usual.
  std::vector<std::pair<base::TimePoint, base::TimePoint>> without = {};
  std::optional<double> before;
  std::optional<double> after;
  std::optional<double> deviation;  // kLevel: in robust standard deviations, signed
};

// Fills before, after and deviation from rows; NaN is a missing value.
// REQUIRES: as many values as times.
void Take(Reading& reading, std::span<const base::TimePoint> times, std::span<const double> values);

// Takes the reading of an answer in JSON: of a matrix's only series; nothing of other answers.
// kInvalidArgument for text that is no JSON.
base::Result<> Take(Reading& reading, std::string_view result_json);

// {"rule","usual_until","from","to","without":[{"from","to"}],"before","after","deviation"};
// "without" only where there is any
void Write(const Reading& reading, base::JsonWriter& json);

// The answer with its reading as the member "reading". REQUIRES: a JSON object without one.
std::string WithReading(std::string_view result_json, const Reading& reading);
// What WithReading put there; nothing when there is none.
std::optional<Reading> ReadingOf(std::string_view result_json);

}  // namespace vedette::evidence
