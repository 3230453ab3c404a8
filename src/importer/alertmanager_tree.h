#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/labels.h"
#include "model/matcher.h"
#include "notify/routing/time_zone.h"

namespace vedette::importer {

// When, as Alertmanager's time intervals say it: all that is given must hold; within each list one
// range.
struct AmTimes {
  using Range = std::pair<int, int>;  // both ends belong to it
  std::vector<Range> weekdays;        // 0 Sunday
  std::vector<Range> days;            // of the month; negative: from its end
  std::vector<Range> months;          // 1 January
  std::vector<Range> years;
  std::vector<Range> minutes;  // of the day
  notify::routing::TimeZone zone;

  bool Holds(base::TimePoint time) const;
};

// What an Alertmanager with some configuration does with an alert: the other side of a parity run.
// Written after its documentation and not after what the importer makes of the same file, so that
// an error in one does not hide in the other. Grouping and waits are left out. Immutable.
class AlertmanagerTree {
 public:
  // kInvalidArgument when it is no configuration of Alertmanager.
  static base::Result<AlertmanagerTree> Read(std::string_view text);

  // Names of receivers, each once, in the order of the tree; without those whose route is mute.
  std::vector<std::string> Receivers(model::LabelsView labels, base::TimePoint time) const;
  // Whether the first holds back the second while it fires.
  bool Inhibits(model::LabelsView source, model::LabelsView target) const;
  // Label sets that lead to each of the routes, made of the values in their matchers.
  std::vector<model::Labels> Samples() const;

 private:
  struct Node {
    std::string receiver;  // inherited
    std::vector<model::Matcher> matchers;
    bool go_on = false;
    std::vector<std::string> mute;
    std::vector<std::string> active;
    std::vector<Node> children;
  };
  struct Rule {
    std::vector<model::Matcher> source;
    std::vector<model::Matcher> target;
    std::vector<std::string> equal;
  };
  class Reader;

  void Visit(const Node& node, model::LabelsView labels, base::TimePoint time,
             std::vector<std::string>& out) const;
  bool IsMute(const Node& node, base::TimePoint time) const;
  bool AnyHolds(const std::vector<std::string>& names, base::TimePoint time) const;
  void Sample(const Node& node, std::map<std::string, std::string> values,
              std::vector<model::Labels>& out) const;

  Node root_;
  std::map<std::string, std::vector<AmTimes>> intervals_;
  std::vector<Rule> rules_;
};

}  // namespace vedette::importer
