#include "diagnose/diagnosis.h"

namespace vedette::diagnose {

std::string_view StatusName(Status status) {
  switch (status) {
    case Status::kConfirmed: return "confirmed";
    case Status::kLikely: return "likely";
    case Status::kInconclusive: return "inconclusive";
    case Status::kRuledOut: return "ruled_out";
  }
  return "";
}

std::string_view ClaimKindName(ClaimKind kind) {
  switch (kind) {
    case ClaimKind::kMetric: return "metric";
    case ClaimKind::kEdge: return "edge";
    case ClaimKind::kChange: return "change";
    case ClaimKind::kLogTemplate: return "log_template";
    case ClaimKind::kEventPair: return "event_pair";
    case ClaimKind::kSpan: return "span";
    case ClaimKind::kAbsence: return "absence";
  }
  return "";
}

}  // namespace vedette::diagnose
