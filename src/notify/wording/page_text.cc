#include "notify/wording/page_text.h"

#include <fmt/core.h>

#include "base/duration.h"

namespace vedette::notify::wording {
namespace {

constexpr int64_t kLateSeconds = 60;

}  // namespace

Heading HeadingOf(const model::Page& page) {
  if (page.kind == model::PageKind::kResolved) return {"Resolved", "\xE2\x9C\x85", "#2da44e"};
  if (page.kind == model::PageKind::kAcknowledged) {
    return {"Acknowledged", "\xF0\x9F\x91\x80", "#0969da"};
  }
  switch (page.severity) {
    case model::Severity::kCritical: return {"Critical", "\xF0\x9F\x9A\xA8", "#d73a49"};
    case model::Severity::kWarning: return {"Warning", "\xE2\x9A\xA0\xEF\xB8\x8F", "#bf8700"};
    case model::Severity::kInfo: break;
  }
  return {"Info", "\xE2\x84\xB9\xEF\xB8\x8F", "#0969da"};
}

std::string Headline(const model::Page& page) {
  return fmt::format("{}: {}", HeadingOf(page).word, page.title);
}

std::string Services(const model::Page& page, size_t named_max) {
  std::string list;
  for (size_t i = 0; i < page.entities.size(); ++i) {
    if (i == named_max) return list + fmt::format(" and {} more", page.entities.size() - i);
    if (i > 0) list += ", ";
    list += page.entities[i];
  }
  return list;
}

std::string LateNote(const delivery::Attempt& attempt) {
  std::string note;
  if (const int64_t late = attempt.delay.count() / 1000; late >= kLateSeconds) {
    note = fmt::format("This message is {} s old.", late);
  }
  if (attempt.replaced > 0) {
    note += fmt::format("{}It stands for {} earlier one{}.", note.empty() ? "" : " ",
                        attempt.replaced, attempt.replaced == 1 ? "" : "s");
  }
  return note;
}

std::vector<std::pair<std::string, std::string>> Facts(const model::Page& page,
                                                       const delivery::Attempt& attempt) {
  std::vector<std::pair<std::string, std::string>> facts;
  if (!page.entities.empty()) facts.emplace_back("Services", Services(page));
  facts.emplace_back("Since", base::FormatTime(page.incident_started_at));
  facts.emplace_back("Priority", fmt::format("P{}", page.priority));
  if (const std::string note = LateNote(attempt); !note.empty()) facts.emplace_back("Late", note);
  return facts;
}

}  // namespace vedette::notify::wording
