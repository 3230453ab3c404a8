#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/anomaly.h"
#include "release/compare/comparison.h"
#include "release/reading.h"

namespace vedette::release::compare {

// The numbers of findings as questions that anybody can ask again: one for the window and one for
// the same window before, each of the finding's row alone. Pure.

// The values of the key in one line; empty when there is none.
std::string RowName(model::LabelsView labels, const std::vector<std::string>& key);

// The query for the series alone whose labels of the key are those of `labels`.
std::string Narrowed(const std::string& query, const std::vector<std::string>& key,
                     model::LabelsView labels);

// What a group asked, and what it was answered in both windows.
struct Answers {
  const std::string& query;
  const std::vector<std::string>& key;
  std::string code;     // of requests: the label with the code of the answer
  std::string counted;  // how a number is read off the points of a row
  Rows now = {};
  Rows then = {};
};

// Fills in the questions of a finding of that group.
void Prove(const Answers& answers, Finding& finding);

// All that is to be kept of a report's findings, by their ids.
std::vector<model::Evidence> EvidenceOf(const Report& report, base::TimePoint taken_at);

}  // namespace vedette::release::compare
