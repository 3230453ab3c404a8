#pragma once

#include <string>
#include <string_view>

#include "net/http.h"

namespace vedette::net {

// Server-sent events as the WHATWG HTML standard defines text/event-stream. Pure.
struct SseEvent {
  std::string_view id;     // empty: none; the browser sends it back as Last-Event-ID
  std::string_view event;  // empty: "message"
  std::string_view data;   // any text; its lines are sent as they are
};

// Appends one event. Line breaks and NUL in id and event are dropped, so that no value can forge
// a field; CRLF, CR and LF in data all become line breaks.
void AppendSseEvent(const SseEvent& event, std::string& out);

// A comment, which clients ignore: keeps idle connections open and finds dead ones.
void AppendSseComment(std::string_view text, std::string& out);

// The head of an event stream, for Responder::Stream.
Response SseHead();

}  // namespace vedette::net
