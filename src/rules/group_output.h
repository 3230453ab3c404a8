#pragma once

#include <utility>
#include <vector>

#include "model/labels.h"
#include "query/result.h"
#include "rules/group.h"

namespace vedette::rules {

// What a rule gives at one time; for the files of Group only.
struct Group::Output {
  std::vector<std::pair<model::Labels, query::VectorSample>> samples;  // with their new labels
  std::vector<AlertChange> changes;

  void Add(model::Labels labels, double value) {
    query::VectorSample sample;
    sample.value = value;
    samples.emplace_back(std::move(labels), std::move(sample));
  }
};

}  // namespace vedette::rules
