#pragma once

#include <string>
#include <vector>

#include "model/anomaly.h"
#include "model/severity.h"
#include "release/book.h"
#include "release/verdict.h"

namespace vedette::release {

// How people are told of a bad release. Pure.

// "Release v2 of checkout in environment staging".
std::string NameOf(const Release& release);

// The summary, and that the release is ruled out, where it is.
std::string SummaryOf(const Release& release);

// Makes the anomaly of a bad release, all but its id, its times and the id of its evidence, which
// is that of the first signal that is worse. `evidence`: EvidenceOf(judgement).
void Describe(const Release& release, const Judgement& judgement,
              const std::vector<model::Evidence>& evidence, model::Severity severity,
              model::Anomaly& out);

}  // namespace vedette::release
