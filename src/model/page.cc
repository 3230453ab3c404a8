#include "model/page.h"

namespace vedette::model {

int64_t PriorityOf(LabelsView labels, Severity severity) {
  std::string_view text = labels.Get("priority");
  if (text.starts_with('P') || text.starts_with('p')) text.remove_prefix(1);
  if (text.size() == 1 && text[0] >= '1' && text[0] <= '5') return text[0] - '0';
  return severity == Severity::kCritical ? 1 : severity == Severity::kWarning ? 3 : 5;
}

}  // namespace vedette::model
