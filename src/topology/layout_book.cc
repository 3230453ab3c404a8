#include "topology/layout_book.h"

#include <algorithm>
#include <utility>

namespace vedette::topology {

Layout LayoutBook::Place(const std::string& view, const Graph& graph) {
  std::shared_ptr<const KnownPlaces> known;
  {
    base::MutexLock lock(mutex_);
    const auto found = views_.find(view);
    if (found != views_.end()) known = found->second.places;
  }
  Layout layout = MakeLayout(graph, known == nullptr ? KnownPlaces() : *known);
  auto places = std::make_shared<const KnownPlaces>(PlacesOf(graph, layout));
  base::MutexLock lock(mutex_);
  views_[view] = {.places = std::move(places), .used = ++uses_};
  if (views_.size() > views_max_) {
    views_.erase(
        std::ranges::min_element(views_, {}, [](const auto& entry) { return entry.second.used; }));
  }
  return layout;
}

}  // namespace vedette::topology
