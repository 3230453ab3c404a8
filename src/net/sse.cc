#include "net/sse.h"

namespace vedette::net {
namespace {

void AppendField(std::string_view name, std::string_view value, std::string& out) {
  out.append(name).append(": ");
  for (const char c : value) {
    if (c != '\r' && c != '\n' && c != '\0') out.push_back(c);
  }
  out.push_back('\n');
}

// One field per line of `text`; also for an empty text.
void AppendLines(std::string_view name, std::string_view text, std::string& out) {
  while (true) {
    const size_t end = text.find_first_of("\r\n");
    out.append(name).append(text.substr(0, end)).push_back('\n');
    if (end == std::string_view::npos) return;
    const bool crlf = text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n';
    text.remove_prefix(end + (crlf ? 2 : 1));
  }
}

}  // namespace

void AppendSseEvent(const SseEvent& event, std::string& out) {
  if (!event.id.empty()) AppendField("id", event.id, out);
  if (!event.event.empty()) AppendField("event", event.event, out);
  AppendLines("data: ", event.data, out);
  out.push_back('\n');
}

void AppendSseComment(std::string_view text, std::string& out) {
  AppendLines(": ", text, out);
  out.push_back('\n');
}

Response SseHead() {
  Response head;
  head.headers.Add("Content-Type", "text/event-stream");
  head.headers.Add("Cache-Control", "no-cache");
  return head;
}

}  // namespace vedette::net
