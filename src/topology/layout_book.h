#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "base/mutex.h"
#include "topology/graph.h"
#include "topology/layout.h"

namespace vedette::topology {

// Makes layouts that do not jump: remembers of each view where its nodes were. A view is what a
// screen shows: a tenant's whole graph, or the neighbourhood of a node. The views that were asked
// for longest ago are forgotten. Thread-safe.
class LayoutBook {
 public:
  explicit LayoutBook(size_t views_max = 500) : views_max_(views_max) {}

  Layout Place(const std::string& view, const Graph& graph) EXCLUDES(mutex_);

 private:
  struct View {
    std::shared_ptr<const KnownPlaces> places;
    uint64_t used = 0;
  };
  const size_t views_max_;
  base::Mutex mutex_;
  std::map<std::string, View> views_ GUARDED_BY(mutex_);
  uint64_t uses_ GUARDED_BY(mutex_) = 0;
};

}  // namespace vedette::topology
